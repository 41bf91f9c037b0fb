"""The design that a case describes, built with the public functions of `sampling`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.columns import Columns
from sampling.design import Design, multistage
from tests.published.cases import UnsupportedError

KNOWN = {"strata", "psu", "weights", "fpc", "fpc_is", "nest", "derived", "note"}
SIZES = {"population_size", "population_size_per_stage", "population_psus"}


def design_of(described: Mapping[str, Any], columns: Columns) -> Design:
    """Build the design; UnsupportedError names what it needs and we lack."""
    unknown = sorted({key for key, value in described.items() if value is not None} - KNOWN)
    if unknown:
        raise UnsupportedError(f"design with {', '.join(unknown)} is not supported yet")
    strata, clusters, sizes = (described.get(key) or [] for key in ("strata", "psu", "fpc"))
    if sizes and described.get("fpc_is", "population_size") not in SIZES:
        raise UnsupportedError(f"fpc as {described['fpc_is']} is not supported")
    weights = described.get("weights")
    return multistage(
        columns.numbers(weights) if weights else np.ones(columns.rows),
        strata=[columns.labels(name) for name in strata],
        clusters=[columns.labels(name) for name in clusters],
        populations=[columns.numbers(name) for name in sizes],
        nest=bool(described.get("nest")),
    )
