"""What is to be done in a round today, from lists and days: nothing here looks at who answered.

Numbers of a wave are those of all drawn dossiers with a slip of its days, answered or not; the
silent among them are known to the worker that sends alone (decisions 0047, 0050).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from app.queries import cases, counter_sessions, slip_dossiers, slip_runs, units
from app.queries.counter_sessions import SessionView
from app.queries.rounds import RoundView
from app.queries.slip_runs import RunView
from app.services import fieldwork, reserve_strata
from app.services.fieldwork import Fieldwork
from app.services.reserve_strata import StratumReserve
from app.services.waves import Days
from app.vocabulary import CaseChannel

FOLLOW_UPS = (CaseChannel.SMS, CaseChannel.PHONE, CaseChannel.POST)
# Results of the evening before are handed out today, and those of Friday on Monday.
LOOKED_BACK = {0: 3, 6: 2}


@dataclass(frozen=True)
class UnitSlips:
    """What a unit has to hand out.

    Attributes
    ----------
    before, now : int
        Results dated the working day before (or since), and today.
    printed : tuple of (str, int)
        Slips printed for today by point; "" is the unit as a whole.
    """

    unit_id: int
    code: str
    name: str
    before: int
    now: int
    printed: tuple[tuple[str, int], ...]

    @property
    def done(self) -> int:
        """Slips printed for today."""
        return sum(count for _, count in self.printed)


@dataclass(frozen=True)
class Turn:
    """A wave whose turn it is: by phone and post together where both are due.

    Attributes
    ----------
    slips : Days
        Days of the slips that it is about.
    dossiers : int
        Drawn dossiers of strata still followed up, with a slip of these days, answered or not.
    """

    channels: tuple[CaseChannel, ...]
    slips: Days
    dossiers: int


@dataclass(frozen=True)
class Daily:
    """What is to be done on a day.

    Attributes
    ----------
    since : date
        From which day on results count as those before.
    late_runs, late_sessions : int
        Print runs and counter sessions of earlier days that are not settled.
    noted : int
        Dossiers of which an outcome was noted today, drawn or not.
    reserves : tuple of StratumReserve
        Strata that may have reserves now, or for which some are asked for.
    """

    day: date
    since: date
    slips: tuple[UnitSlips, ...]
    late_runs: int
    turns: tuple[Turn, ...]
    noted: int
    sessions: tuple[SessionView, ...]
    late_sessions: int
    reserves: tuple[StratumReserve, ...]
    fieldwork: Fieldwork


def of_round(found: RoundView, today: date) -> Daily:
    """List what is to be done in an open round on a day."""
    work = fieldwork.of_round(found, today)
    leaving = [each.cell_id for each in work.stopped]
    since = today - timedelta(days=LOOKED_BACK.get(today.weekday(), 1))
    sessions = counter_sessions.listed(counter_sessions.Wanted(found.id, still_open=True))
    return Daily(
        day=today,
        since=since,
        slips=_slips(found.id, since, today),
        late_runs=slip_runs.late_runs(None, today).get(found.id, 0),
        turns=_turns(found.id, work, today, leaving),
        noted=cases.noted_on(found.id, today),
        sessions=tuple(each for each in sessions if each.day == today),
        late_sessions=sum(each.late(today) for each in sessions),
        reserves=tuple(
            each
            for each in reserve_strata.of_round(found.id, today)
            if each.reserve.free or each.pending
        ),
        fieldwork=work,
    )


def _slips(round_id: int, since: date, today: date) -> tuple[UnitSlips, ...]:
    results = slip_dossiers.finished_counts(round_id, since, today)
    printed = _printed(slip_runs.listed(slip_runs.Wanted(round_id, day=today)))
    known = units.by_id()
    found = {unit_id for unit_id, _ in results} | set(printed)
    listed = (
        UnitSlips(
            unit_id,
            known[unit_id].code,
            known[unit_id].name,
            sum(n for (unit, day), n in results.items() if unit == unit_id and day < today),
            results.get((unit_id, today), 0),
            tuple(sorted(printed.get(unit_id, Counter()).items())),
        )
        for unit_id in found
    )
    return tuple(sorted(listed, key=lambda each: each.code))


def _printed(runs: list[RunView]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for run in runs:
        found.setdefault(run.unit_id, Counter())[run.counter_name] += run.printed
    return found


def _turns(round_id: int, work: Fieldwork, today: date, leaving: list[int]) -> tuple[Turn, ...]:
    channels: dict[Days, list[CaseChannel]] = {}
    for channel in FOLLOW_UPS:
        if days := work.waves.turn(channel, today):
            channels.setdefault(days, []).append(channel)
    return tuple(
        Turn(tuple(through), days, cases.handed(round_id, days.first, days.last, leaving))
        for days, through in channels.items()
    )
