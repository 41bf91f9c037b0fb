"""Whether volunteers and their population can be set against each other at all."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.model_errors import ModelError
from analysis.predictors import Predictors
from sampling.stages import Floats

# Share of the population below which a difference of totals is rounding noise.
ROUNDING = 1e-9


def population_counts(
    volunteers: Predictors, reference: Predictors, weight: ArrayLike | None
) -> Floats:
    """Population by combination, as a weighted reference or a frame tells it: (c,)."""
    if volunteers.patterns is not reference.patterns:
        raise ModelError("different_patterns")
    if weight is None:
        return reference.counted()
    weights = np.asarray(weight, dtype=float)
    if weights.shape != reference.place.shape:
        rows = reference.place.size
        raise ModelError("uneven_model", name="weight", shape=weights.shape, rows=rows)
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ModelError("bad_reference_weight", place=place, weight=float(weights[place]))
    return reference.counted(weights)


def check_sides(volunteers: Predictors, people: Floats) -> None:
    """Refuse totals of the population, shape (p,), that no propensities can reconcile.

    Raises
    ------
    ModelError
        If there are no volunteers, a level occurs on one side only, or at some level volunteers
        are as many as the population or more.
    """
    if not volunteers.place.size:
        raise ModelError("no_volunteers")
    ours = volunteers.level_totals(volunteers.totals())
    theirs = volunteers.level_totals(people)
    noise = ROUNDING * float(people[0])
    for (name, level), count in ours.items():
        population = theirs[name, level]
        if level and count <= 0 < population - noise:
            raise ModelError("level_without_volunteers", column=name, level=level)
        if level and population <= noise and count > 0:
            raise ModelError("level_without_reference", column=name, level=level)
        if count > 0 and count >= population:
            raise ModelError(
                "more_volunteers_than_people",
                column=" ".join(filter(None, (name, level))),
                volunteers=count,
                population=population,
            )


def check_levels(volunteers: Predictors, people: Floats) -> None:
    """Refuse levels of the population that no volunteer has: nothing is known of their answers."""
    if not volunteers.place.size:
        raise ModelError("no_volunteers")
    theirs = volunteers.level_totals(people)
    for (name, level), count in volunteers.level_totals(volunteers.totals()).items():
        if level and count <= 0 < theirs[name, level] - ROUNDING * float(people[0]):
            raise ModelError("level_without_volunteers", column=name, level=level)
