"""What slips are wanted: of the drawn dossiers, of a day's results, or of a list of codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app import clock
from app.queries import counters, slip_dossiers, units
from app.queries.slip_dossiers import SlipDossier
from app.services import slip_codes
from app.services.errors import NotFoundError
from app.vocabulary import RoundState

PRINTABLE = frozenset({RoundState.DRAWN, RoundState.OPEN})


@dataclass(frozen=True)
class Order:
    """What somebody wants printed; without a day of results or codes, the drawn dossiers.

    Attributes
    ----------
    unit_id : int or None
        The unit that hands the slips out; None for every unit, of drawn dossiers alone.
    counter_id : int or None
        The point that they are for.
    day : date or None
        When they are handed out; today if it is not said.
    finished : date or None
        Dossiers whose result is dated this day.
    codes : tuple of str or None
        Dossiers of these codes.
    """

    unit_id: int | None = None
    counter_id: int | None = None
    day: date | None = None
    finished: date | None = None
    codes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Batch:
    """The dossiers of one run, sorted by code."""

    unit_id: int
    unit_code: str
    counter_id: int | None
    counter_name: str
    day: date
    dossiers: tuple[SlipDossier, ...]


@dataclass(frozen=True)
class Outlook:
    """What an order would print.

    Attributes
    ----------
    left_out : tuple of str
        Codes that the unit has no dossier of on the list, or none that the round asks about.
    replaced : int
        Dossiers that have a valid slip already, which would stop working.
    """

    batch: Batch
    left_out: tuple[str, ...]
    replaced: int


def batches(round_id: int, order: Order) -> list[Batch]:
    """Find the dossiers of an order, a batch for each unit.

    Raises
    ------
    NotFoundError
        If there are none, or the point is not the unit's.
    """
    if order.finished is None and order.codes is None:
        found = _of_units(slip_dossiers.drawn(round_id, order.unit_id), order)
    else:
        found = [_of_day(round_id, order)[0]]
    if not any(batch.dossiers for batch in found):
        raise NotFoundError()
    return found


def outlook(round_id: int, order: Order) -> Outlook:
    """Tell what an order of a day or of codes would print, without doing it.

    Raises
    ------
    NotFoundError
        If the point is not the unit's.
    """
    batch, left_out = _of_day(round_id, order)
    ids = [dossier.id for dossier in batch.dossiers]
    return Outlook(batch, left_out, slip_dossiers.with_slips(ids, round_id))


def _of_units(dossiers: Iterable[SlipDossier], order: Order) -> list[Batch]:
    day = order.day or clock.today()
    return [
        Batch(unit_id, code, None, "", day, tuple(some))
        for (unit_id, code), some in groupby(dossiers, key=lambda d: (d.unit_id, d.unit_code))
    ]


def _of_day(round_id: int, order: Order) -> tuple[Batch, tuple[str, ...]]:
    unit = units.by_id().get(order.unit_id or 0)
    if unit is None:
        raise NotFoundError()
    counter = counters.one(order.counter_id) if order.counter_id else None
    if order.counter_id and (counter is None or counter.unit_id != unit.id):
        raise NotFoundError()
    left_out: tuple[str, ...] = ()
    if order.codes is not None:
        listed = {d.code: d for d in slip_dossiers.of_unit(round_id, unit.id)}
        match = slip_codes.match(order.codes, listed)
        dossiers = tuple(listed[code] for code in sorted(match.found))
        left_out = match.unknown
    else:
        assert order.finished is not None
        dossiers = tuple(slip_dossiers.finished_on(round_id, unit.id, order.finished))
    day, name = order.day or clock.today(), counter.name if counter else ""
    # In order of code points, as they lie in the pile, whatever the database sorts by.
    ordered = tuple(sorted(dossiers, key=lambda dossier: dossier.code))
    return Batch(unit.id, unit.code, order.counter_id, name, day, ordered), left_out
