"""A recipe applied anew to each replicate of the weights it starts from."""

from dataclasses import replace

import numpy as np

from sampling.columns import Columns
from sampling.design import Design, Replicates
from sampling.errors import Fault
from sampling.recipe import Recipe
from sampling.weighing import weighed


def reweighed(
    recipe: Recipe, columns: Columns, design: Design
) -> tuple[Design | None, tuple[Fault, ...]]:
    """Let replicates go through all steps of a recipe, so that their spread knows each of them.

    Parameters
    ----------
    recipe : Recipe
        Steps, from non-response to trimming.
    columns : Columns
        n rows.
    design : Design
        Of n rows, with base weights and B replicates of them.

    Returns
    -------
    design : Design or None
        With the weights that the recipe makes of the base weights, and replicates whose factors
        lead from these to what it makes of each replicate. They are of rows, not of clusters, and
        so take n B numbers. None when there are faults.
    faults : tuple of Fault
        Of the first of the weights, or replicates, that the recipe fails on: one of few answers in
        which nobody of some level is left, say.

    Raises
    ------
    TypeError
        If the design has no replicates.

    References
    ----------
    Rao and Wu (1988), JASA 83; Valliant (1993), JASA 88, on calibrating each replicate.
    """
    scheme = design.scheme
    if not isinstance(scheme, Replicates):
        raise TypeError("the design has no replicates")
    whole, faults = weighed(recipe, columns, design.weight)
    if whole is None:
        return None, faults
    counts = whole.weight > 0
    factor = np.zeros((design.weight.size, scheme.rscales.size))
    for at in range(scheme.rscales.size):
        base = design.weight * scheme.factor[scheme.cluster, at]
        found, faults = weighed(recipe, columns, base)
        if found is None:
            return None, faults
        factor[counts, at] = found.weight[counts] / whole.weight[counts]
    rows = np.arange(design.weight.size)
    return Design(whole.weight, replace(scheme, cluster=rows, factor=factor)), ()
