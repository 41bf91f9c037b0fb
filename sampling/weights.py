"""What each answer stands for: design weights, then the share of those who did not answer."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import WeightingError
from sampling.selection import Draw

Floats = NDArray[np.float64]


def design_weights(drawn: Draw) -> Floats:
    """Inverse inclusion probabilities of the main sample.

    Parameters
    ----------
    drawn : Draw
        A draw over a frame of N rows.

    Returns
    -------
    ndarray of float, shape (N,)
        Dossiers that each drawn one stands for; 0 for a row that was not drawn.

    References
    ----------
    Horvitz and Thompson (1952), JASA 47.
    """
    weights = np.zeros(drawn.inclusion.size)
    np.divide(1.0, drawn.inclusion, out=weights, where=drawn.selected)
    return weights


def response_weights(population: Mapping[str, int], classes: ArrayLike) -> Floats:
    """Let those who answered stand for all dossiers of their weighting class.

    Parameters
    ----------
    population : mapping of str to int
        Dossiers on the frame in each class: a stratum, or a part of one.
    classes : array_like of str, shape (r,)
        Class of each answer.

    Returns
    -------
    ndarray of float, shape (r,)
        N_c / r_c: right where, within a class, answering has nothing to do with the answer.

    Raises
    ------
    WeightingError
        If a class with dossiers has no answer (nobody can stand for them: merge it with a
        similar class), or answers come from a class without dossiers or outnumber them.

    References
    ----------
    Oh and Scheuren (1983); Lohr (2010), Sampling: Design and Analysis, section 8.5.
    """
    answered = np.asarray(classes, dtype=np.str_)
    labels, group, counts = np.unique(answered, return_inverse=True, return_counts=True)
    for label, count in zip(labels.tolist(), counts.tolist(), strict=True):
        if population.get(label, 0) < count:
            raise WeightingError(
                "too_many_answers",
                group=label,
                answers=count,
                dossiers=population.get(label, 0),
            )
    silent = sorted({name for name, size in population.items() if size} - {*labels.tolist()})
    if silent:
        raise WeightingError("silent_class", group=silent[0])
    sizes = np.array([population[label] for label in labels.tolist()], dtype=float)
    return np.asarray((sizes / np.maximum(counts, 1))[group], dtype=float)
