"""What was answered, counted without weights: for those who watch a round, never a result.

Below the disclosure floor a number is held back, and where the round's total would give it away
as many more as it takes (`hiding.flat`); so is every unit whose answers the field monitor does not
tell (0037). Counts move by whole batches, never by one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.queries import tallies
from app.queries.tallies import CountedUnit, ValueCount
from app.services import hiding
from app.services.hiding import Told
from app.services.tallying import ANYBODY
from app.vocabulary import Trait

UNKNOWN = None
TRAITS = {"durations": Trait.DURATION, "devices": Trait.DEVICE, "doors": Trait.DOOR}
Unit = int | None
Values = Mapping[Unit, Counter[str]]


@dataclass(frozen=True)
class Part:
    """How often each value was given in a unit or the round.

    Attributes
    ----------
    unit : CountedUnit, optional
        None for the whole round, and for answers that know no more than the round.
    n : Told
        Answers; where several options may be chosen they are fewer than the options chosen.
    values : mapping of value to int, or None
        None where they are held back.
    """

    unit: CountedUnit | None
    n: Told
    values: Mapping[str, int] | None

    def share(self, value: str) -> float | None:
        """Tell which share of the answers a value has; None where that is held back."""
        if self.values is None:
            return None
        return self.values.get(value, 0) / self.n.low if self.n.low else 0.0


@dataclass(frozen=True)
class Distribution:
    """The values of an item in the round, in its units, and where no unit is known."""

    whole: Part
    units: tuple[Part, ...]
    unknown: Part | None


def items(round_id: int, held: Collection[int] = ()) -> dict[str, Distribution]:
    """Count every item of a round.

    Parameters
    ----------
    held : collection of int, optional
        Units whose answers are not told elsewhere (`field_tree.held_units`).
    """
    found: dict[str, list[ValueCount]] = defaultdict(list)
    for each in tallies.values(round_id):
        found[each.item].append(each)
    units = tallies.units(round_id)
    return {item: distribution(units, _values(counts), held) for item, counts in found.items()}


def _values(counts: Iterable[ValueCount]) -> Values:
    found: dict[Unit, Counter[str]] = defaultdict(Counter)
    for each in counts:
        found[each.unit_id][each.value] += each.n
    return found


def distribution(
    units: Sequence[CountedUnit], values: Values, held: Collection[int] = ()
) -> Distribution:
    """Put the counts of an item together, holding back what few people said.

    Parameters
    ----------
    units : sequence of CountedUnit
        Every unit of the round, whether somebody answered or not.
    values : mapping of unit to counts by value
        Under None what is known of no unit.
    held : collection of int, optional
        Units of which nothing is told, however many answered.
    """
    places: list[CountedUnit | None] = [*units]
    found = [values.get(unit.id, Counter()) for unit in units]
    if values.get(UNKNOWN):
        places.append(None)
        found.append(values[UNKNOWN])
    silent = [place for place, unit in enumerate(units) if unit.id in held]
    told = hiding.flat([_people(each) for each in found], silent)
    parts = [
        Part(place, count, _without_people(each) if count.exact else None)
        for place, each, count in zip(places, found, told.parts, strict=True)
    ]
    together = sum(found, Counter())
    return Distribution(
        whole=Part(None, told.total, _without_people(together) if told.total.exact else None),
        units=tuple(parts[: len(units)]),
        unknown=parts[len(units)] if len(parts) > len(units) else None,
    )


def _people(values: Counter[str]) -> int:
    """Count who answered: of several options each person may have chosen many."""
    return values[ANYBODY] if ANYBODY in values else values.total()


def _without_people(values: Counter[str]) -> dict[str, int]:
    return {value: n for value, n in values.items() if value != ANYBODY}


@dataclass(frozen=True)
class Quality:
    """What the batches of a round looked like.

    Attributes
    ----------
    patterns : Distribution
        Of all answers "duplicates" and "straight"; a share, not parts of a whole.
    durations, devices, doors : Distribution
        By class of duration and kind of device, where one is known, and by door.
    """

    patterns: Distribution
    durations: Distribution
    devices: Distribution
    doors: Distribution


def quality(round_id: int, held: Collection[int] = ()) -> Quality:
    """Add up what the batches of a round looked like, by unit, with the reserve of `items`."""
    units = tallies.units(round_id)
    return Quality(
        patterns=_patterns(units, tallies.batches(round_id), held),
        **{
            name: distribution(units, _values(tallies.traits(round_id, trait)), held)
            for name, trait in TRAITS.items()
        },
    )


def _patterns(
    units: Sequence[CountedUnit], sums: Sequence[tallies.BatchSums], held: Collection[int]
) -> Distribution:
    of_unit = {each.unit_id: Counter(opened=each.opened) for each in sums}
    opened = distribution(units, of_unit, held)
    found = {
        each.unit_id: {"duplicates": each.duplicates, "straight": each.straight} for each in sums
    }
    none = {"duplicates": 0, "straight": 0}

    def with_patterns(part: Part, values: Mapping[str, int]) -> Part:
        return Part(part.unit, part.n, None if part.values is None else values)

    total = {name: sum(each[name] for each in found.values()) for name in none}
    return Distribution(
        whole=with_patterns(opened.whole, total),
        units=tuple(
            with_patterns(part, found.get(part.unit.id if part.unit else None, none))
            for part in opened.units
        ),
        unknown=opened.unknown and with_patterns(opened.unknown, found[UNKNOWN]),
    )
