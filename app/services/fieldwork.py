"""Following people up in a round: how, set before it opens, and which strata have had enough."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import WavePlan
from app.queries import cases, waves as rows
from app.queries.rounds import RoundView
from app.services import field_tree, four_eyes, recording, rounds
from app.services.errors import FieldFault, InvalidInputError, WrongStateError
from app.services.hiding import Told
from app.services.recording import Actor
from app.services.rights import require
from app.services.stopping import Stop, Verdict, verdict
from app.services.waves import Waves
from app.texts import N_
from app.vocabulary import Role, RoundState

BEFORE = frozenset({RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN})
LEADERS = frozenset({Role.COORDINATOR})


@dataclass(frozen=True)
class StratumWork:
    """A stratum, its answers as far as they may be told, and whether it is followed up."""

    cell_id: int
    unit_code: str
    name: str
    answered: Told
    verdict: Verdict


@dataclass(frozen=True)
class Fieldwork:
    """Where following up stands in an open round.

    Attributes
    ----------
    whole : mapping of str to Told
        Answers of each unit, by its code, that `waves.by_unit` goes by.
    """

    waves: Waves
    strata: tuple[StratumWork, ...]
    whole: Mapping[str, Told]

    @property
    def stopped(self) -> tuple[StratumWork, ...]:
        """The strata that nobody is asked of again."""
        return tuple(each for each in self.strata if each.verdict.stopped)

    @property
    def ready(self) -> bool:
        """Whether all have stopped, so that the round may be closed."""
        return bool(self.strata) and len(self.stopped) == len(self.strata)


def waves_of(round_id: int) -> Waves:
    """Tell how people are followed up; the usual days where nothing was set."""
    found = rows.of_round(round_id)
    return Waves(**asdict(found)) if found else Waves()


def of_round(found: RoundView, today: date) -> Fieldwork:
    """Tell which strata of a round are still followed up.

    Worked out from what the field monitor tells of the last full hour, each time anew: that a
    stratum has stopped stands nowhere.
    """
    waves, now = waves_of(found.id), field_tree.counted(found)
    names = {each.id: each.name for each in cases.strata(found.id)}
    strata, whole = [], {}
    told = zip(now.tree.strata.values(), now.told.groups, now.told.parts, strict=True)
    for cells, group, parts in told:
        whole[cells[0].unit_code] = group
        for cell, part in zip(cells, parts, strict=True):
            ended = verdict(waves, group if waves.by_unit else part, today)
            strata.append(StratumWork(cell.id, cell.unit_code, names[cell.id], part, ended))
    return Fieldwork(waves, tuple(strata), whole)


def stopped(found: RoundView, today: date) -> Mapping[int, Stop]:
    """Tell which strata, by cell, are not followed up any more, and why."""
    waves = waves_of(found.id)
    if waves.target is None and waves.last_day is None:
        return {}
    strata = of_round(found, today).strata
    return {each.cell_id: each.verdict.reason for each in strata if each.verdict.reason}


def settle(actor: Actor, round_id: int, waves: Waves, reason: str = "") -> None:
    """Set how people are followed up.

    Before the round opens all of it is free. Afterwards the target stands: whoever could move it
    then could stop a unit while its answers please. Days and attempts may change for a reason.

    Raises
    ------
    InvalidInputError
        If something cannot be, with a `FieldFault` for each; or there is no reason, in a round
        that is open.
    WrongStateError
        If the round has closed.
    """
    with writing() as session:
        require(actor, LEADERS)
        found = rounds.locked_round(session, round_id)
        if found.state is not RoundState.OPEN and found.state not in BEFORE:
            raise WrongStateError(N_("The round has closed: nobody is followed up any more."))
        is_open = found.state is RoundState.OPEN
        before = waves_of(round_id)
        if waves == before:
            return
        _require_sound(waves, before, is_open=is_open)
        why = four_eyes.checked_reason(reason) if is_open else reason.strip()
        _put(session, round_id, waves)
        recording.record(
            session,
            actor,
            "waves.set",
            f"round:{round_id}",
            before=before.document(),
            after=waves.document(),
            state=found.state.value,
            **({"reason": why} if why else {}),
        )


def _require_sound(waves: Waves, before: Waves, *, is_open: bool) -> None:
    faults = waves.faults()
    aim = replace(before, target=waves.target, by_unit=waves.by_unit)
    if is_open and aim != before:
        faults.append(FieldFault("target", FIXED))
    moved = waves.last_day != before.last_day
    if moved and waves.last_day is not None and waves.last_day < clock.today():
        faults.append(FieldFault("last_day", N_("Enter today or a later day.")))
    if faults:
        raise InvalidInputError(faults=faults)


def _put(session: Session, round_id: int, waves: Waves) -> None:
    row = session.get(WavePlan, round_id)
    if row is None:
        row = WavePlan(round_id=round_id)
        session.add(row)
    for part, value in asdict(waves).items():
        setattr(row, part, value)


FIXED = N_("The target stands since the round opened: it cannot be changed with answers in.")
