"""The design that a case describes, built with the public functions of `sampling`."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sampling.columns import Columns
from sampling.design import Design, multistage
from sampling.joint import brewer, hartley_rao, pairs
from sampling.replicate_weights import given_replicates
from sampling.stages import Floats
from tests.published.cases import UnsupportedError
from tests.published.raked_replicates import raked_alike

Described = Mapping[str, Any]
Tables = Callable[[str], Columns]

STAGES = {"strata", "psu", "weights", "fpc", "fpc_is", "nest"}
# Of the population, which `stat_weights` calibrates to.
MARGINS = {"margins", "numeric_totals", "weights_file", "calibrate_columns", "calibrate_totals"}
KNOWN = {*STAGES, *MARGINS, "derived", "note", "replicates", "pi", "joint_file"}
REPLICATES = {"how", "file", "scale", "rscales", "combined_weights", "type", "rho", "degf"}
SIZES = {"population_size", "population_size_per_stage", "population_psus"}


def design_of(described: Described, columns: Columns, table: Tables) -> Design:
    """Build the design; UnsupportedError names what it needs and we lack.

    Parameters
    ----------
    described : mapping
        As the case has it.
    columns : Columns
        Its data.
    table : callable
        Reads another file of the folder by its name.
    """
    refuse_unknown(described, KNOWN, "design")
    if described.get("replicates"):
        return of_replicates(described, columns, table)
    if described.get("pi"):
        return of_probabilities(described, columns, table)
    return of_stages(described, columns)


def of_stages(described: Described, columns: Columns) -> Design:
    """Stages of clusters; what else the case tells is left out."""
    strata, clusters, sizes = (described.get(key) or [] for key in ("strata", "psu", "fpc"))
    if sizes and described.get("fpc_is", "population_size") not in SIZES:
        raise UnsupportedError(f"fpc as {described['fpc_is']} is not supported")
    return multistage(
        weights_of(described, columns),
        strata=[columns.labels(name) for name in strata],
        clusters=[columns.labels(name) for name in clusters],
        populations=[columns.numbers(name) for name in sizes],
        nest=bool(described.get("nest")),
    )


def of_replicates(described: Described, columns: Columns, table: Tables) -> Design:
    """Weights with replicates that were made elsewhere."""
    told = described["replicates"]
    refuse_unknown(told, REPLICATES, "replicates")
    file = table(told["file"])
    weight = weights_of(described, columns)
    replicates = np.column_stack([file.numbers(name) for name in file.cells])
    if "rake" in told.get("how", ""):
        weight = raked_alike(weight, replicates, columns)
    scheme = given_replicates(
        weight,
        replicates,
        scale=told["scale"],
        rscales=told["rscales"],
        df=told["degf"],
        combined=bool(told.get("combined_weights", True)),
    )
    return Design(weight, scheme)


def of_probabilities(
    described: Described,
    columns: Columns,
    table: Tables,
    variance: str = "HT",
    spread: float | None = None,
) -> Design:
    """Rows drawn with unequal probabilities, and by which formula their estimates vary."""
    refuse_unknown(described, {"pi", "joint_file", "derived", "note"}, "design with pi and")
    probability = columns.numbers(described["pi"])
    if variance == "brewer":
        return Design(1 / probability, brewer(probability))
    if variance == "hartley_rao":
        return Design(1 / probability, hartley_rao(probability, spread=spread))
    if variance not in ("HT", "YG"):
        raise UnsupportedError(f"variance {variance} is not supported")
    file = table(described["joint_file"])
    joint = np.column_stack([file.numbers(name) for name in file.cells])
    return Design(1 / probability, pairs(probability, joint, yates_grundy=variance == "YG"))


def weights_of(described: Described, columns: Columns) -> Floats:
    """Weights as the case names them, or 1."""
    name = described.get("weights")
    return columns.numbers(name) if name else np.ones(columns.rows)


def refuse_unknown(told: Described, known: set[str], what: str) -> None:
    """Stop at the first thing that we would have to leave unheeded."""
    unknown = sorted({key for key, value in told.items() if value is not None} - known)
    if unknown:
        raise UnsupportedError(f"{what} with {', '.join(unknown)} is not supported yet")
