"""Taking over the dossier list of a round, as a whole or not at all."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Dossier, Frame, Round
from app.queries import units
from app.services import frame_lists, recording, rounds, states
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import FrameState, RoundState
from sampling.dossier import Dossier as ListedDossier
from sampling.frame import frame_hash

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FrameImport:
    """What an import stored.

    Attributes
    ----------
    dossiers : int
        Rows of the list.
    hash : str
        Hash of the frame, which the draw is bound to.
    units : dict of str to int
        Dossiers of each unit, by unit code.
    ignored_columns : tuple of str
        Columns that the frame format does not know.
    """

    dossiers: int
    hash: str
    units: dict[str, int]
    ignored_columns: tuple[str, ...]


def import_frame(
    actor: Actor, round_id: int, content: bytes, filename: str, progress: Progress
) -> FrameImport:
    """Read a dossier list and make it the frame of a round.

    Phones and names are read past and reach no table (decision 0012).

    Parameters
    ----------
    progress : callable
        Told how many of how many dossiers are done; called outside of transactions.

    Raises
    ------
    InvalidInputError
        If the list has faults; then nothing is stored.
    WrongStateError
        If the round has a frame already.
    """
    known = {unit.code for unit in units.units_on(clock.today())}
    reading = frame_lists.read(content, filename, known)
    if reading.faults:
        raise InvalidInputError(
            N_("The list has faults; nothing was stored. Mend them where it was exported."),
            reading.faults,
        )
    dossiers = reading.dossiers
    digest = frame_hash(dossiers)
    progress(0, len(dossiers))
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        found.state = states.step(states.ROUND_EDGES, found.state, RoundState.FRAMED)
        frame = _frame(found, filename, content, digest, len(dossiers))
        session.add(frame)
        session.flush()
        _store(session, frame, dossiers)
        counts = Counter(dossier.unit for dossier in dossiers)
        recording.record(
            session,
            actor,
            "round.framed",
            f"round:{round_id}",
            dossiers=len(dossiers),
            units=len(counts),
            frame=digest,
            file=frame.file_hash,
        )
    progress(len(dossiers), len(dossiers))
    return FrameImport(len(dossiers), digest, dict(sorted(counts.items())), reading.ignored_columns)


def _frame(found: Round, filename: str, content: bytes, digest: str, dossiers: int) -> Frame:
    return Frame(
        round_id=found.id,
        state=FrameState.CURRENT,
        filename=filename[:300],
        file_hash=hashlib.sha256(content).hexdigest(),
        hash=digest,
        dossiers=dossiers,
        imported_at=clock.now(),
    )


def _store(session: Session, frame: Frame, dossiers: Sequence[ListedDossier]) -> None:
    ids = {unit.code: unit.id for unit in units.units_on(clock.today())}
    if not {dossier.unit for dossier in dossiers} <= ids.keys():
        # The list of units changed between reading and storing.
        raise WrongStateError()
    session.execute(
        insert(Dossier),
        [
            {
                "frame_id": frame.id,
                "code": dossier.code,
                "unit_id": ids[dossier.unit],
                "field": dossier.field,
                "procedure": dossier.procedure,
                "respondent_kind": dossier.respondent_kind,
                "channel": dossier.channel,
                "status": dossier.status,
                "received": dossier.received.date(),
                "due": dossier.due.date() if dossier.due else None,
                "finished": dossier.finished.date() if dossier.finished else None,
            }
            for dossier in dossiers
        ],
    )
