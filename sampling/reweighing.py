"""A recipe applied anew to each replicate of the weights it starts from."""

from sampling.columns import Columns
from sampling.design import Design
from sampling.errors import Fault
from sampling.recipe import Recipe
from sampling.replicate_weights import reweighted
from sampling.stages import Floats
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
    SchemeError
        If the design has no replicates.

    References
    ----------
    Rao and Wu (1988), JASA 83; Valliant (1993), JASA 88, on calibrating each replicate.
    """

    def weigh(base: Floats) -> Floats:
        found, faults = weighed(recipe, columns, base)
        if found is None:
            raise _StoppedError(faults)
        return found.weight

    try:
        return reweighted(design, weigh), ()
    except _StoppedError as stopped:
        return None, stopped.faults


class _StoppedError(Exception):
    """A recipe that fails on some of the weights."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults
