"""How likely two units are to be drawn together, method by method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from sampling import approximate_pairs, systematic_pairs
from sampling.errors import InclusionError
from sampling.unequal import conditional_poisson, elimination, sampford
from sampling.unequal.chances import SETTLED, Floats, checked, unsettled, whole

Pairing = Callable[[Floats, int], Floats]


@dataclass(frozen=True)
class Joint:
    """How a method's joint probabilities are worked out.

    Attributes
    ----------
    of : callable
        From the probabilities of the units that chance decides, and their sum, to a table.
    exact : bool
        Whether they are those of the method, not an approximation.
    fixed : bool
        Whether the sum must be whole.
    """

    of: Pairing
    exact: bool = True
    fixed: bool = True


def independent(pi: Floats, _n: int = 0) -> Floats:
    """Joint probabilities of a Poisson sample."""
    return approximate_pairs.diagonal(np.outer(pi, pi), pi)


def simple(pi: Floats, n: int) -> Floats:
    """Joint probabilities of a simple random sample, n (n - 1) / (N (N - 1))."""
    if not np.allclose(pi, n / pi.size, rtol=1e-9, atol=0):
        raise InclusionError("unequal_chances", method="srs")
    table = np.full((pi.size, pi.size), n * (n - 1) / (pi.size * max(pi.size - 1, 1)))
    return approximate_pairs.diagonal(table, pi)


JOINT: Mapping[str, Joint] = MappingProxyType(
    {
        "srs": Joint(simple),
        "poisson": Joint(independent, fixed=False),
        "systematic_fixed_order": Joint(systematic_pairs.joint, fixed=False),
        "sampford": Joint(sampford.joint),
        "maxentropy": Joint(conditional_poisson.joint),
        "tille": Joint(elimination.joint),
        "midzuno": Joint(elimination.midzuno_joint),
        "hajek": Joint(approximate_pairs.hajek, exact=False, fixed=False),
        "hartley_rao": Joint(approximate_pairs.hartley_rao, exact=False),
        "brewer": Joint(approximate_pairs.brewer, exact=False),
    }
)


def joint_inclusion(
    probability: ArrayLike, method: str, stratum: ArrayLike | None = None
) -> Floats:
    """Tabulate joint inclusion probabilities.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities from 0 to 1, in the order of the frame.
    method : str
        Exact: "srs", "poisson", "systematic_fixed_order", "sampford", "maxentropy" (conditional
        Poisson), "tille", "midzuno". Approximations, for methods that have no formula: "hajek",
        "hartley_rao" (systematic in random order), "brewer".
    stratum : array_like, shape (N,), optional
        Strata that were drawn from apart: pairs of different ones are independent.

    Returns
    -------
    ndarray, shape (N, N)
        With the probabilities on the diagonal; a certain unit is drawn with another as often as
        that one is. `sampling.joint.pairs` takes the rows and columns of the drawn units. Time is
        O(N^2) times at most some 40, memory N^2; some seconds for N = 3,000.

    Raises
    ------
    InclusionError
        If the method is unknown, probabilities are impossible, or the method cannot have them: a
        sum that is not whole in a stratum, unequal ones for "srs".

    References
    ----------
    Tillé (2006), Sampling Algorithms, chapters 5 to 7.
    """
    if method not in JOINT:
        raise InclusionError("unknown_method", method=method, known=", ".join(JOINT))
    pi = checked(probability)
    table = np.outer(pi, pi)
    labels = np.zeros(pi.size, np.intp) if stratum is None else np.asarray(stratum)
    if labels.shape != pi.shape:
        raise InclusionError("uneven_units", units=pi.size, given=labels.shape)
    for label in np.unique(labels).tolist():
        inside = np.flatnonzero((labels == label) & unsettled(pi))
        if inside.size:
            n = whole(pi[inside]) if JOINT[method].fixed else 0
            table[np.ix_(inside, inside)] = JOINT[method].of(pi[inside], n)
    np.fill_diagonal(table, pi)
    certain = pi >= 1 - SETTLED
    table[certain] = pi
    table[:, certain] = pi[:, None]
    return table
