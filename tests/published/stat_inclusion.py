"""Inclusion probabilities, of single units and of pairs."""

from collections.abc import Mapping
from typing import Any

from sampling.inclusion import Floats, inclusion_probabilities, stratified_probabilities
from sampling.joint_inclusion import joint_inclusion
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics

SINGLE = {"n", "file", "size", "stratum", "minimum"}
PAIRS = {*SINGLE, "method", "pi"}


def probabilities(args: Mapping[str, Any], setting: Setting, known: set[str]) -> Floats:
    """Work out the probabilities of a frame; the first file, unless another is named."""
    unknown = sorted(set(args) - known)
    if unknown:
        raise UnsupportedError(f"argument {unknown[0]} is not supported yet")
    columns = setting.table(args["file"]) if "file" in args else setting.columns
    if "pi" in args:
        return columns.numbers(args["pi"])
    size = columns.numbers(args.get("size") or setting.case.design["size"])
    minimum = args.get("minimum", 0.0)
    if "stratum" not in args:
        return inclusion_probabilities(size, args["n"], minimum=minimum, zeros=True)
    labels = columns.labels(args["stratum"])
    n = args["n"]
    sizes = n if isinstance(n, Mapping) else dict.fromkeys(set(labels.tolist()), n)
    return stratified_probabilities(size, labels, sizes, minimum=minimum, zeros=True)


def of_inclusion(args: Mapping[str, Any], setting: Setting) -> Result:
    """Probabilities in proportion to size."""
    return {"pi": probabilities(args, setting, SINGLE)}


def of_joint(args: Mapping[str, Any], setting: Setting) -> Result:
    """Probabilities of pairs under a method."""
    single = probabilities(args, setting, PAIRS)
    stratum = None
    if "stratum" in args:
        columns = setting.table(args["file"]) if "file" in args else setting.columns
        stratum = columns.labels(args["stratum"])
    return {"joint": joint_inclusion(single, args["method"], stratum)}


STATISTICS: Statistics = {
    "inclusion_probabilities": of_inclusion,
    "joint_inclusion": of_joint,
}
