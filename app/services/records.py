"""The record of a round's draw: promised at the commitment, written at the draw (0044)."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import Approval, FrameDraw, KeptRecord, Round
from app.queries import ceremonies, draw_records, draws
from app.queries.frames import FrameRow
from app.services import apart, case_rules, populations, recording
from app.services.errors import WrongStateError
from app.services.plans import Plan, Stratification, plan_hash
from app.services.previewing import Preview
from app.services.selecting import STAGE, Selection
from app.texts import N_
from sampling import verify_sample
from sampling.apart import Owners
from sampling.dossier import Dossier
from sampling.draw_plan import JOINED_BY
from sampling.draw_record import (
    APART,
    STRATIFIED,
    AskedList,
    Commitment,
    DrawRecord,
    Freeze,
    Party,
    Promise,
    Stratum,
    canonical,
)
from sampling.public_draw import drawn
from sampling.record_reading import read_promise, read_record
from sampling.salted_frame import KEY_BYTES, SaltedFrame

COLUMNS = {Stratification.UNIT: ("unit",), Stratification.UNIT_FIELD: ("unit", "field")}
STOP = "stop"
RULE = "khaosat-0047"


@dataclass(frozen=True)
class Salted:
    """A list with its salts, and what is published of it: the longest part of a promise."""

    frame: SaltedFrame
    freeze: Freeze


def promise(
    session: Session,
    found: Round,
    draw: FrameDraw,
    listed: Sequence[FrameRow] | Salted,
    plan: Plan,
    preview: Preview,
    agreed: Commitment | None = None,
) -> dict[str, str]:
    """Keep what is published before the public number is out; its hashes, for the log.

    Parameters
    ----------
    found, draw : Round and FrameDraw
        With the plan's document and the commitment to the secret.
    listed : sequence of FrameRow, or Salted
        The whole list; salted before the transaction where no owner has to stand in it.
    agreed : Commitment or None
        Of the parties of a ceremony; None for the office alone.
    """
    document = found.plan or {}
    fixed = apart.freeze(session, found, plan)
    owners = fixed.owners if fixed else None
    respondents = tuple(document[populations.KEY]["respondents"])
    if not isinstance(listed, Salted):
        listed = salted_anew(listed, respondents, owners)
    frame = listed.frame
    time = draw.committed_at.isoformat(timespec="seconds")
    alone = Commitment((Party("", draw.commitment),), STOP, draw.public_source, time)
    promised = Promise(
        method=APART if fixed else STRATIFIED,
        purpose=draw.purpose,
        stage=STAGE,
        plan_hash=plan_hash(document),
        stratify_by=COLUMNS[plan.stratify_by],
        joined_by=JOINED_BY,
        respondents=respondents,
        strata=strata(plan, preview),
        commitment=agreed or alone,
        freeze=listed.freeze,
        asked=fixed.asked if fixed else None,
    )
    kept = KeptRecord(round_id=found.id, leaf_key=frame.key, leaves=frame.leaves.decode())
    kept.promise, kept.record = canonical(promised.document()).decode(), ""
    session.add(kept)
    told = {"asked": fixed.asked.list} if fixed else {}
    return {"promise": promised.hash(), "leaves": sha256(kept.leaves), **told}


def kept_promise(session: Session, draw: FrameDraw) -> str:
    """Return the text of a promise that this transaction keeps."""
    return session.get_one(KeptRecord, draw.round_id).promise


@dataclass(frozen=True)
class PromiseView:
    """What a page tells of the papers of a draw.

    Attributes
    ----------
    hash, leaves : str
        SHA-256 of the promise and of the list of leaves.
    asked : AskedList or None
        Which list of those asked before the draw heeds; None if it asks whoever is drawn.
    """

    hash: str
    leaves: str
    asked: AskedList | None


def promise_view(round_id: int) -> PromiseView | None:
    """Find the hashes that were on record before the draw; None for a draw without papers."""
    text = draw_records.promise(round_id)
    promised, _ = read_promise(text.encode()) if text else (None, ())
    if promised is None or promised.freeze is None:
        return None
    return PromiseView(promised.hash(), promised.freeze.leaves, promised.asked)


def strata(plan: Plan, preview: Preview) -> tuple[Stratum, ...]:
    """Write the sizes of a plan as the record has them, with the reserves that it allows."""
    found = (
        Stratum(
            each.label,
            each.population,
            each.drawn,
            case_rules.planned(each.drawn, plan.reserve_share),
        )
        for each in preview.strata
    )
    return tuple(sorted(found, key=lambda stratum: stratum.label))


def written(
    round_id: int,
    rows: Iterable[FrameRow],
    known: Sequence[bytes | None],
    number: str,
    selection: Selection,
) -> str:
    """Write the record of a draw; "" for a round that was committed to before there were records.

    Parameters
    ----------
    known : sequence of bytes or None
        The secrets in the order of the parties, None for a silent one.

    Raises
    ------
    WrongStateError
        If the record would tell of another sample than the one selected.
    """
    kept = draw_records.kept(round_id)
    if kept is None:
        return ""
    promised, _ = read_promise(kept.promise.encode())
    if promised is None:
        raise WrongStateError(OTHER_SAMPLE)
    frame = salted(rows, kept.leaf_key, apart.promised_owners(promised, round_id))
    record = drawn(promised, frame, known, number).record
    ranks = {(one.stratum, one.rank): frame.leaf(one.code) for one in selection.selected}
    told = {
        (outcome.label, rank): leaf
        for outcome in record.result
        for rank, leaf in enumerate(outcome.drawn, 1)
    }
    if ranks != told:
        raise WrongStateError(OTHER_SAMPLE)
    return canonical(record.document()).decode()


def keep(session: Session, round_id: int, record: str) -> dict[str, str]:
    """Store a record with its draw; its hash, for the log."""
    if not record:
        return {}
    session.get_one(KeptRecord, round_id).record = record
    return {"record": sha256(record)}


def add_release(
    session: Session, round_id: int, stratum: str, count: int, approval_id: int
) -> dict[str, str]:
    """Append the next reserves of a stratum to the record, in the transaction that uses them.

    Parameters
    ----------
    approval_id : int
        The decision that lets them go; whoever made it appears under the name that the log has.

    Returns
    -------
    dict
        Hash of the record, for the log; empty for a draw without one.

    Raises
    ------
    sampling.draw_errors.DrawError
        If the record lists no such number of reserves any more.
    """
    query = select(KeptRecord).where(KeptRecord.round_id == round_id).with_for_update()
    kept = session.scalar(query)
    if kept is None or not kept.record:
        return {}
    decided_by = session.get_one(Approval, approval_id).decided_by
    time = clock.now().isoformat(timespec="seconds")
    names = (recording.pseudonym(decided_by),)
    record = read(kept.record).released(stratum, count, RULE, names, time)
    kept.record = canonical(record.document()).decode()
    return {"record": sha256(kept.record)}


def read(text: str) -> DrawRecord:
    """Read a stored record.

    Raises
    ------
    WrongStateError
        If it is not as it was stored.
    """
    record, _ = read_record(text.encode())
    if record is None:
        raise WrongStateError(N_("The record of the draw was changed: nothing was added to it."))
    return record


def revealed(round_id: int) -> str | None:
    """Write the secrets for everybody; None as long as the round has not closed."""
    draw = draws.of_round(round_id)
    if draw is None or not draw.revealed:
        return None
    document: dict[str, Any] = {"secrets": ceremonies.secrets_of(round_id, draw.secret)}
    return canonical(document).decode()


def verifier() -> str:
    """Read the program that re-checks a record with nothing but Python."""
    return Path(verify_sample.__file__).read_text(encoding="utf-8")


def salted(rows: Iterable[FrameRow], key: bytes, owners: Owners | None = None) -> SaltedFrame:
    """Give every dossier of a list its salt, and its owner where that matters."""
    listed: Sequence[Dossier] = [
        Dossier(
            row.code,
            row.unit_code,
            populations.ANY_DAY,
            row.field,
            respondent_kind=row.respondent_kind,
        )
        for row in rows
    ]
    return SaltedFrame.of(listed, key, owners)


def salted_anew(
    rows: Iterable[FrameRow], respondents: Sequence[str], owners: Owners | None = None
) -> Salted:
    """Salt a list with a key of its own, and hash what its draw rests on."""
    frame = salted(rows, secrets.token_bytes(KEY_BYTES), owners)
    return Salted(frame, frame.freeze(respondents))


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


OTHER_SAMPLE = N_("The record of the draw would not agree with the sample: nothing was drawn.")
