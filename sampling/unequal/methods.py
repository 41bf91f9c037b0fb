"""Every method of drawing with given probabilities, and what may be said of it: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from sampling.errors import InclusionError
from sampling.systematic import pps_systematic
from sampling.unequal.brewer import brewer
from sampling.unequal.chances import Bools, Floats, among_unsettled, checked, whole
from sampling.unequal.conditional_poisson import conditional_poisson
from sampling.unequal.cube import cube
from sampling.unequal.elimination import midzuno, tille
from sampling.unequal.local_pivotal import pivotal_local
from sampling.unequal.pivotal import pivotal, pivotal_ordered
from sampling.unequal.sampford import sampford

Drawing = Callable[..., Bools]


@dataclass(frozen=True)
class Method:
    """A way to draw.

    Attributes
    ----------
    draw : callable
        From probabilities and a generator, and auxiliary columns where they are needed, to bool
        of shape (N,).
    publicly_verifiable : bool
        Whether, with keyed uniforms in place of a generator, anybody can repeat the draw by hand
        from the published seed. The others are re-runnable with the same program only.
    fixed_size : bool
        Whether samples have the size that probabilities add up to.
    joint : str or None
        Name of its exact joint probabilities for `sampling.joint_inclusion`.
    auxiliary : str or None
        What the further columns are: "coordinates" or "balance".
    """

    draw: Drawing
    publicly_verifiable: bool = False
    fixed_size: bool = True
    joint: str | None = None
    auxiliary: str | None = None


def simple(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw a simple random sample; probabilities must be equal."""
    pi = checked(probability)
    n = whole(pi)
    if not np.allclose(pi, n / pi.size, rtol=1e-9, atol=0):
        raise InclusionError("unequal_chances", method="srs")
    drawn = np.zeros(pi.size, dtype=np.bool_)
    drawn[chance.choice(pi.size, n, replace=False)] = True
    return drawn


def poisson(probability: ArrayLike, chance: Generator) -> Bools:
    """Decide on each unit apart."""
    pi = checked(probability)
    return np.asarray(chance.random(pi.size) < pi)


def systematic(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw systematically in the order of the frame, with a random start."""

    def choose(pi: Floats, n: int, _: Bools) -> Bools:
        drawn = np.zeros(pi.size, dtype=np.bool_)
        drawn[pps_systematic(pi, n, float(chance.random()))] = True
        return drawn

    return among_unsettled(probability, choose)


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "srs": Method(simple, publicly_verifiable=True, joint="srs"),
        "poisson": Method(poisson, publicly_verifiable=True, fixed_size=False, joint="poisson"),
        "pps_systematic": Method(
            systematic, publicly_verifiable=True, joint="systematic_fixed_order"
        ),
        "sampford": Method(sampford, joint="sampford"),
        "brewer": Method(brewer),
        "tille": Method(tille, joint="tille"),
        "midzuno": Method(midzuno, joint="midzuno"),
        "maxentropy": Method(conditional_poisson, joint="maxentropy"),
        "pivotal": Method(pivotal),
        "pivotal_ordered": Method(pivotal_ordered),
        "pivotal_local": Method(pivotal_local, auxiliary="coordinates"),
        "cube": Method(cube, fixed_size=False, auxiliary="balance"),
    }
)


def method_named(name: str) -> Method:
    """Find a method; InclusionError names those there are."""
    if name not in METHODS:
        raise InclusionError("unknown_method", method=name, known=", ".join(METHODS))
    return METHODS[name]


def select(
    probability: ArrayLike,
    method: str,
    chance: Generator,
    auxiliary: ArrayLike | None = None,
) -> Bools:
    """Draw by the name of a method.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities from 0 to 1.
    method : str
        Key of `METHODS`.
    chance : Generator
        Source of chance, such as `sampling.unequal.chances.generator` makes from a seed.
    auxiliary : array_like, shape (N, d), optional
        Coordinates or balancing variables.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn.

    Raises
    ------
    InclusionError
        If there is no such method, it lacks its auxiliary columns, or it cannot have these
        probabilities.

    Examples
    --------
    >>> from sampling.unequal.chances import generator
    >>> int(select([0.5, 0.25, 0.25, 1.0], "sampford", generator(7)).sum())
    2
    """
    found = method_named(method)
    if found.auxiliary is None:
        return found.draw(probability, chance)
    if auxiliary is None:
        raise InclusionError("missing_auxiliary", method=method)
    return found.draw(probability, chance, auxiliary)
