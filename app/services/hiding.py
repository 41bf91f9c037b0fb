"""What may be told of counts that add up, so that none that is held back can be worked out.

A round's answers are the sum of its units', and a unit's the sum of its strata's. Whoever sees
some of these sums knows their differences. The argument why none of them gives a hidden count
away stands in decision 0037; `attainable` carries it out, and the property tests check it by
another way.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.thresholds import present

Counts = Sequence[Sequence[int]]
Caps = Sequence[Sequence[int | None]]
FEWEST = 2
# Between the least and the greatest number that a hidden count may still have.
NARROWEST = 2


@dataclass(frozen=True)
class Told:
    """A count as far as it may be told: it lies between two numbers, both included.

    Attributes
    ----------
    high : int or None
        None where no largest number is told.
    """

    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        """Whether the count itself is told."""
        return self.low == self.high

    def wide(self, most: int | None) -> bool:
        """Whether it leaves enough numbers open, or all up to the most that there can be."""
        least = NARROWEST if most is None else min(NARROWEST, most)
        return self.high is None or self.high - self.low >= least


@dataclass(frozen=True)
class Nested:
    """Counts of a whole, of its groups and of their parts, as far as they may be told."""

    total: Told
    groups: tuple[Told, ...]
    parts: tuple[tuple[Told, ...], ...]


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1 that lies between two numbers."""

    low: float
    high: float


def exactly(count: int) -> Told:
    """Tell a count."""
    return Told(count, count)


def roughly(count: int, most: int | None = None) -> Told:
    """Tell of a hidden count no more than on which side of the floor it lies.

    Parameters
    ----------
    most : int, optional
        What the count cannot exceed, as everybody knows. So close above the floor that the
        side would nearly tell the count, the side is not told.
    """
    floor = present.disclosure_n
    if count < floor:
        return Told(0, floor - 1)
    return Told(0, None) if most is not None and most - floor < NARROWEST else Told(floor, None)


def single(count: int) -> Told:
    """Tell a count that nothing else adds up to; 0 is hidden like any other below the floor."""
    return exactly(count) if count >= present.disclosure_n else roughly(count)


def share(part: Told, whole: int) -> Share | None:
    """Tell which share of a whole a count is; None where nothing is told or there is no whole."""
    if not whole or (part.high is None and not part.low):
        return None
    most = whole if part.high is None else min(part.high, whole)
    return Share(part.low / whole, most / whole)


@dataclass(frozen=True)
class Flat:
    """Counts of a whole and of its parts, as far as they may be told."""

    total: Told
    parts: tuple[Told, ...]


def flat(counts: Sequence[int], held: Collection[int] = ()) -> Flat:
    """Tell the parts of a whole, and the whole, as `nested` does.

    Parameters
    ----------
    held : collection of int, optional
        Places of the parts that are held back elsewhere, whatever they come to.
    """
    told = nested(
        [[count] for count in counts], held=[[0] * (at in held) for at in range(len(counts))]
    )
    return Flat(told.total, told.groups)


def nested(counts: Counts, caps: Caps = (), held: Sequence[Collection[int]] = ()) -> Nested:
    """Tell the counts of the parts of groups, of the groups, and of the whole.

    Parameters
    ----------
    counts : sequence of sequence of int
        Groups, each with the counts of its parts.
    caps : sequence of sequence of int, optional
        What each part cannot exceed, as everybody knows; None or left out where there is no
        such number.
    held : sequence of collection of int, optional
        Places of the parts of each group that are held back elsewhere, whatever they come to.
    """
    flattened = [count for group in counts for count in group]
    silent = [
        place in places
        for group, places in zip(counts, held or ((),) * len(counts), strict=True)
        for place in range(len(group))
    ]
    hidden = iter(_hidden(flattened, silent))
    state = _State(
        counts=tuple(tuple(group) for group in counts),
        caps=tuple(tuple(group) for group in caps or ((None,) * len(each) for each in counts)),
        hidden=tuple(tuple(next(hidden) for _ in group) for group in counts),
        closed=frozenset(),
        total=sum(flattened) < present.disclosure_n,
    )
    while not state.total and not state.safe():
        state = state.wider()
    return state.told()


def _hidden(counts: Sequence[int], held: Sequence[bool]) -> list[bool]:
    """Choose what is hidden at first: what is small, and so many more that they are a crowd."""
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    small = {at for at in order if held[at] or counts[at] < present.disclosure_n}
    rest = [at for at in order if at not in small]
    while rest and not _crowd([counts[at] for at in small]):
        small.add(rest.pop(0))
    return [at in small for at in range(len(counts))]


@dataclass(frozen=True)
class _State:
    """What is held back: single parts, sums of groups (`closed`), sides of the floor, the total."""

    counts: tuple[tuple[int, ...], ...]
    caps: tuple[tuple[int | None, ...], ...]
    hidden: tuple[tuple[bool, ...], ...]
    closed: frozenset[int]
    total: bool
    blank: bool = False

    def held(self, group: int) -> list[int]:
        """Give the hidden counts of a group."""
        pairs = zip(self.counts[group], self.hidden[group], strict=True)
        return [count for count, hidden in pairs if hidden]

    def safe(self) -> bool:
        """Whether every difference of what is told keeps a crowd, and no hidden count follows."""
        together = [count for group in sorted(self.closed) for count in self.held(group)]
        groups = range(len(self.counts))
        crowds = [self.held(group) for group in groups if group not in self.closed]
        if not all(map(_crowd, [*crowds, together])):
            return False
        told = self.told()
        known, follows = _values(told), _values(attainable(told, self.caps))
        return all(
            value.exact or found.wide(most)
            for value, found, most in zip(known, follows, self._most(), strict=True)
        )

    def wider(self) -> "_State":
        """Hold back one thing more, what costs least first."""
        groups = range(len(self.counts))
        told = [group for group in groups if group not in self.closed and self.held(group)]
        if told:
            unsafe = [group for group in told if not _crowd(self.held(group))]
            least = min(unsafe or told, key=lambda group: sum(self.held(group)))
            return replace(self, closed=self.closed | {least})
        left = [
            (count, group, part)
            for group in groups
            for part, count in enumerate(self.counts[group])
            if not self.hidden[group][part]
        ]
        if left:
            return self._hiding(*min(left)[1:])
        return replace(self, total=True) if self.blank else replace(self, blank=True)

    def told(self) -> Nested:
        """Write down what is told."""
        parts = tuple(
            tuple(map(self._part, *columns))
            for columns in zip(self.counts, self.caps, self.hidden, strict=True)
        )
        groups = tuple(
            _both(self._side(sum(counts)), _sum(inside))
            if self.total or group in self.closed
            else exactly(sum(counts))
            for group, (counts, inside) in enumerate(zip(self.counts, parts, strict=True))
        )
        total = sum(map(sum, self.counts))
        return Nested(self._side(total) if self.total else exactly(total), groups, parts)

    def _part(self, count: int, most: int | None, hidden: bool) -> Told:
        return self._side(count, most) if hidden or self.total else exactly(count)

    def _side(self, count: int, most: int | None = None) -> Told:
        return Told(0, None) if self.blank else roughly(count, most)

    def _most(self) -> list[int | None]:
        inside = [_sum(Told(0, most) for most in group).high for group in self.caps]
        return [
            _sum(Told(0, most) for most in inside).high,
            *inside,
            *(most for group in self.caps for most in group),
        ]

    def _hiding(self, group: int, part: int) -> "_State":
        hidden = [list(each) for each in self.hidden]
        hidden[group][part] = True
        return replace(self, hidden=tuple(map(tuple, hidden)))


def _crowd(hidden: Sequence[int]) -> bool:
    """Whether hidden counts whose sum can be worked out are many enough, or none."""
    return not hidden or (len(hidden) >= FEWEST and sum(hidden) >= present.disclosure_n)


def _sum(parts: Iterable[Told]) -> Told:
    members = list(parts)
    low = sum(member.low for member in members)
    highs = [member.high for member in members if member.high is not None]
    return Told(low, sum(highs) if len(highs) == len(members) else None)


def _both(one: Told, other: Told) -> Told:
    highs = [told.high for told in (one, other) if told.high is not None]
    return Told(max(one.low, other.low), min(highs, default=None))


def attainable(told: Nested, caps: Caps) -> Nested:
    """Work out all that anybody can: between which numbers each count must lie.

    Sums of sums form a tree, where what the neighbours leave open is all that can be known:
    going up once and down once gives the narrowest bounds (decision 0037).
    """
    parts = [
        [_both(part, Told(0, most)) for part, most in zip(group, mosts, strict=True)]
        for group, mosts in zip(told.parts, caps, strict=True)
    ]
    inside = [
        _both(group, _sum(members)) for group, members in zip(told.groups, parts, strict=True)
    ]
    total = _both(told.total, _sum(inside))
    groups = _from_above(total, inside)
    below = map(_from_above, groups, parts)
    return Nested(total, tuple(groups), tuple(map(tuple, below)))


def _from_above(whole: Told, members: Sequence[Told]) -> list[Told]:
    """Narrow each member by what the others leave of their sum."""
    lows = sum(member.low for member in members)
    open_ended = sum(member.high is None for member in members)
    highs = sum(member.high or 0 for member in members)
    found = []
    for member in members:
        most = None if whole.high is None else whole.high - (lows - member.low)
        others_open = open_ended - (member.high is None)
        least = 0 if others_open else whole.low - (highs - (member.high or 0))
        found.append(_both(member, Told(max(least, 0), most)))
    return found


def _values(nest: Nested) -> list[Told]:
    return [nest.total, *nest.groups, *(part for parts in nest.parts for part in parts)]
