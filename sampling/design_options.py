"""One candidate design: what it costs, how long it takes, how precise and how anonymous it is.

Designs made with the same prices and `outlook` can be laid side by side.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite, sqrt

import numpy as np

from sampling.errors import SizeError
from sampling.mixing_outlook import CellOutlook, Place, cells_of, uneven_parents
from sampling.size import (
    check_design_effect,
    check_inside,
    check_population,
    check_positive,
    check_response_rate,
    normal_quantile,
)
from sampling.stratified import standard_error

VISIT = "visit"


@dataclass(frozen=True)
class PlannedStratum:
    """A stratum of a design.

    Attributes
    ----------
    label, unit : str
        Its name, and the unit that it belongs to.
    population, drawn : int
        Dossiers on the frame and dossiers to draw.
    response_rate : float
        Share of the drawn who will answer, above 0.
    mode : str
        How people are asked; a key of the prices, "visit" for fieldworkers.
    """

    label: str
    unit: str
    population: int
    drawn: int
    response_rate: float
    mode: str

    @property
    def answers(self) -> float:
        """Answers expected."""
        return self.drawn * self.response_rate


@dataclass(frozen=True)
class DesignOption:
    """A candidate design.

    Attributes
    ----------
    strata : sequence of PlannedStratum
        No two of one label.
    parents : mapping of str to str
        The mixing cell into which a stratum, or such a cell, is coarsened; what has no parent
        here can be coarsened no further.
    prices : mapping of str to int
        Whole đồng for asking one drawn dossier, answered or not, by mode.
    fieldworkers, interviews_a_day : int
        People who visit, and how many answered interviews one of them does in a day.
    design_effect, share, confidence : float
        For margins of error of a share, within every unit.
    k : int
        Smallest number of answers that may be opened together.
    """

    strata: Sequence[PlannedStratum]
    parents: Mapping[str, str]
    prices: Mapping[str, int]
    fieldworkers: int = 0
    interviews_a_day: int = 0
    design_effect: float = 1.0
    share: float = 0.5
    confidence: float = 0.95
    k: int = 10


@dataclass(frozen=True)
class UnitOutlook:
    """What a design tells of a unit; `margin` is None where a stratum of it is not asked."""

    unit: str
    population: int
    drawn: int
    answers: float
    margin: float | None


@dataclass(frozen=True)
class DesignOutlook:
    """What to expect of a design.

    Attributes
    ----------
    drawn : int
        Dossiers to draw.
    answers : float
        Answers expected.
    cost : int
        Whole đồng.
    days : int or None
        Days of visits; 0 without visits, None when nobody is there to make them.
    units : tuple of UnitOutlook
        In the order in which units first appear.
    cells : tuple of CellOutlook
        For every stratum as what its answers will be opened.
    uneven : tuple of str
        Parents whose strata have sampling fractions that differ by more than rounding: their
        answers could not be weighted once they are mixed.
    """

    drawn: int
    answers: float
    cost: int
    days: int | None
    units: tuple[UnitOutlook, ...]
    cells: tuple[CellOutlook, ...]
    uneven: tuple[str, ...]

    @property
    def coarsened(self) -> tuple[CellOutlook, ...]:
        """Strata whose answers will not be opened as a cell of their own."""
        return tuple(cell for cell in self.cells if cell.opens_as != cell.stratum)


def outlook(option: DesignOption) -> DesignOutlook:
    """Tell what to expect of a design.

    Parameters
    ----------
    option : DesignOption
        The design. Expected answers stand for those that will come; their number is random.

    Returns
    -------
    DesignOutlook

    Raises
    ------
    SizeError
        If a figure is impossible, a stratum is named twice or draws more than it has, a mode has
        no price, or a cell is its own ancestor.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, sections 5.3 and 5.11, for margins within
    units, times the root of the design effect.
    """
    check_option(option)
    places = [
        Place(stratum.label, stratum.population, stratum.drawn, stratum.answers)
        for stratum in option.strata
    ]
    return DesignOutlook(
        drawn=sum(stratum.drawn for stratum in option.strata),
        answers=sum(stratum.answers for stratum in option.strata),
        cost=sum(stratum.drawn * option.prices[stratum.mode] for stratum in option.strata),
        days=field_days(option),
        units=unit_outlooks(option),
        cells=cells_of(places, option.parents, option.k),
        uneven=uneven_parents(places, option.parents),
    )


def check_option(option: DesignOption) -> None:
    """Refuse impossible figures."""
    check_design_effect(option.design_effect)
    check_inside("share", option.share)
    check_positive("k", option.k)
    labels = set()
    for stratum in option.strata:
        check_population(stratum.population)
        check_response_rate(stratum.response_rate)
        if not 0 <= stratum.drawn <= stratum.population:
            raise SizeError(
                "drawn_beyond_population",
                stratum=stratum.label,
                drawn=stratum.drawn,
                population=stratum.population,
            )
        if stratum.mode not in option.prices:
            raise SizeError("no_price", mode=stratum.mode)
        if stratum.label in labels:
            raise SizeError("stratum_named_twice", stratum=stratum.label)
        labels.add(stratum.label)


def field_days(option: DesignOption) -> int | None:
    """Days that the fieldworkers need for the interviews that will be given."""
    interviews = sum(stratum.answers for stratum in option.strata if stratum.mode == VISIT)
    if interviews == 0:
        return 0
    a_day = option.fieldworkers * option.interviews_a_day
    return ceil(interviews / a_day - 1e-9) if a_day > 0 else None


def unit_outlooks(option: DesignOption) -> tuple[UnitOutlook, ...]:
    """Tell every unit's part and its margin of error."""
    members: dict[str, list[PlannedStratum]] = defaultdict(list)
    for stratum in option.strata:
        members[stratum.unit].append(stratum)
    return tuple(
        UnitOutlook(
            unit=unit,
            population=sum(stratum.population for stratum in strata),
            drawn=sum(stratum.drawn for stratum in strata),
            answers=sum(stratum.answers for stratum in strata),
            margin=margin(option, strata),
        )
        for unit, strata in members.items()
    )


def margin(option: DesignOption, strata: Sequence[PlannedStratum]) -> float | None:
    """Half the interval of a share in a unit; None where it cannot be estimated."""
    sizes = np.array([stratum.population for stratum in strata], dtype=float)
    finite = sizes / np.maximum(sizes - 1, 1)
    deviations = np.sqrt(option.share * (1 - option.share) * finite)
    error = standard_error(sizes, deviations, [stratum.answers for stratum in strata])
    half = normal_quantile(option.confidence) * sqrt(option.design_effect) * error
    return half if isfinite(half) else None
