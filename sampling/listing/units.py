"""Names of units as lists write them, resolved to present units, old names through a crosswalk."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from sampling.listing.folding import folded
from sampling.listing.unit_names import PARENT_KINDS, UnitName, spelled, unit_names

How = Literal["code", "name", "mapping", "crosswalk", "unknown", "partial", "ambiguous"]


class UnitLine(NamedTuple):
    """A unit that dossiers may belong to today."""

    code: str
    name: str
    valid_from: date | None = None


class CrosswalkLine(NamedTuple):
    """A unit of former times and a present unit that took it in, whole or in part.

    `valid_from` is the first day on which the present unit stands in the place of the old one.
    """

    old_code: str
    old_name: str
    old_parent: str
    old_province: str
    unit_code: str
    partial: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Resolution:
    """What came of a name.

    Attributes
    ----------
    code : str
        Code of the unit, "" when there is none.
    how : {"code", "name", "mapping", "crosswalk", "unknown", "partial", "ambiguous"}
        The last three leave the code empty: nothing known; the old unit was divided; several
        units have the name.
    candidates : tuple of str
        Codes that it may be when it is divided, ambiguous, or known as another kind of unit.
    """

    code: str
    how: How
    candidates: tuple[str, ...] = ()


UNKNOWN = Resolution("", "unknown")
Key = tuple[str, str]


class UnitBook:
    """The units of today and their predecessors' names."""

    def __init__(
        self,
        units: Iterable[UnitLine],
        crosswalk: Iterable[CrosswalkLine] = (),
        *,
        on: date | None = None,
        settled: Mapping[str, str] | None = None,
    ) -> None:
        """Make the book of a day.

        Parameters
        ----------
        units : iterable of UnitLine
            Units that exist on the day.
        crosswalk : iterable of CrosswalkLine
            Lines not valid on the day, or leading to other units, are left out.
        on : date, optional
            The day; without one every line of the crosswalk counts.
        settled : mapping, optional
            Folded name -> code: what an office settled by hand; it goes before all else.
        """
        self._units = {unit.code: unit for unit in units}
        self._settled = dict(settled or {})
        self._present: defaultdict[Key, dict[str, str]] = defaultdict(dict)
        self._bare: defaultdict[str, set[str]] = defaultdict(set)
        for unit in self._units.values():
            for name in unit_names_of(unit.name):
                self._present[name.key][unit.code] = name.spelled
                self._bare[name.bare].add(unit.code)
        self._old: defaultdict[Key, list[tuple[str, CrosswalkLine]]] = defaultdict(list)
        self._old_codes: defaultdict[str, list[CrosswalkLine]] = defaultdict(list)
        for line in crosswalk:
            if line.unit_code in self._units and valid(line, on):
                for name in unit_names_of(line.old_name):
                    self._old[name.key].append((name.spelled, line))
                if line.old_code:
                    self._old_codes[line.old_code].append(line)

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the units."""
        return frozenset(self._units)

    @cached_property
    def newest(self) -> date:
        """Day on which the youngest unit began: from then on names mean present units."""
        return max((unit.valid_from or date.min for unit in self._units.values()), default=date.min)

    def name(self, code: str) -> str:
        """Name of a unit."""
        return self._units[code].name

    def settled(self, unit_names: Mapping[str, str]) -> "UnitBook":
        """Give the same book with names that an office settled by hand."""
        book = UnitBook.__new__(UnitBook)
        book.__dict__.update(self.__dict__)
        book._settled = {**self._settled, **unit_names}
        return book

    def resolve(self, text: str, received: date | None = None) -> Resolution:
        """Find the unit that a cell means.

        Parameters
        ----------
        text : str
            A code or a name, with or without UBND in front and district or province behind.
        received : date, optional
            A day before a present unit began makes its name that of its predecessor.
        """
        settled = self._settled.get(folded(text))
        if settled in self._units:
            return Resolution(settled, "mapping")
        if text in self._units:
            return Resolution(text, "code")
        if text in self._old_codes:
            return through(self._old_codes[text], ())
        names = unit_names(text)
        own = [name for name in names if name.kind not in PARENT_KINDS] or names[:1]
        parents = [name for name in names if name not in own]
        found = [self._one(name, parents, received) for name in own]
        codes = {resolution.code for resolution in found if resolution.code}
        if len(codes) > 1:
            return Resolution("", "ambiguous", tuple(sorted(codes)))
        resolved = (resolution for resolution in found if resolution.code)
        hinted = (resolution for resolution in found if resolution.candidates)
        return next(resolved, None) or next(hinted, UNKNOWN)

    def _one(
        self, name: UnitName, parents: Sequence[UnitName], received: date | None
    ) -> Resolution:
        """Resolve one name under the districts and provinces written beside it."""
        old = accented([pair for key in name.keys for pair in self._old.get(key, ())], name)
        under = [line for line in old if beneath(line, parents)]
        if under and any(line.old_parent for line in under):
            return through(under, ())
        present = self._named(name)
        began = [self._units[code].valid_from for code in present]
        was_before = received and any(day and received < day for day in began)
        if len(present) == 1 and not (was_before and old):
            return Resolution(next(iter(present)), "name")
        if old:
            return through(old, present)
        if present:
            return Resolution("", "ambiguous", tuple(sorted(present)))
        other_kind = self._bare.get(name.bare, ())
        return Resolution("", "unknown", tuple(sorted(other_kind))) if other_kind else UNKNOWN

    def _named(self, name: UnitName) -> Collection[str]:
        """Present units of a name; accents tell apart what folds to the same letters."""
        if not name.kind:
            return self._bare.get(name.bare, ())
        found = self._present.get(name.key, {})
        exact = [code for code, written in found.items() if written == name.spelled]
        return exact if len(found) > 1 and exact else found


def unit_names_of(name: str) -> tuple[UnitName, ...]:
    """Parse a name of the book itself: its first part names the unit."""
    return unit_names(name)[:1]


def accented(lines: Sequence[tuple[str, CrosswalkLine]], name: UnitName) -> list[CrosswalkLine]:
    """Lines of a former name; accents tell apart what folds to the same letters."""
    exact = [line for written, line in lines if written == name.spelled]
    return exact or [line for _, line in lines]


def valid(line: CrosswalkLine, on: date | None) -> bool:
    """Tell whether a line of the crosswalk holds on a day."""
    if on is None:
        return True
    return (line.valid_from or on) <= on <= (line.valid_to or on)


def beneath(line: CrosswalkLine, parents: Sequence[UnitName]) -> bool:
    """Tell whether a list's own words about district and province agree with a line."""
    above = {spelled(line.old_parent), spelled(line.old_province)}
    bare = {name.bare for place in above if place for name in unit_names(place)[:1]}
    known = [parent for parent in parents if parent.kind != "tinh"] or parents
    return bool(known) and all(parent.bare in bare for parent in known)


def through(lines: Sequence[CrosswalkLine], present: Collection[str]) -> Resolution:
    """Follow the crosswalk: to one unit, or to the list of those it may be."""
    codes = {line.unit_code for line in lines}
    if len(codes) == 1 and not any(line.partial for line in lines):
        return Resolution(next(iter(codes)), "crosswalk")
    divided = len({(line.old_name, line.old_parent, line.old_province) for line in lines}) == 1
    return Resolution("", "partial" if divided else "ambiguous", tuple(sorted({*codes, *present})))
