"""Reconciling a print run: each slip was handed over, came back unused, or was spoiled.

What came back is named by its dossier and stops working in the same transaction. Which slips were
handed over is not kept: they are only counted.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import SlipRun, Token
from app.queries import slip_runs
from app.services import inviting, recording, slip_codes
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.slip_codes import Read
from app.texts import N_

SHORTEST_NOTE, LONGEST_NOTE = 10, 300
MOST = 1_000_000


@dataclass(frozen=True)
class Tally:
    """What somebody counted in the evening.

    Attributes
    ----------
    returned, spoiled : str
        Codes of dossiers or scanned addresses, one on each line.
    replaced : int
        Slips that lie here and that a later print has made invalid; they count as spoiled.
    """

    handed: int
    returned: str = ""
    spoiled: str = ""
    replaced: int = 0
    note: str = ""


@dataclass(frozen=True)
class Correction:
    """The right numbers of a reconciled run, and slips that came back after all."""

    handed: int
    returned: int
    spoiled: int
    voided: str
    reason: str


def close(actor: Actor, run_id: int, tally: Tally) -> None:
    """Reconcile a run, and void the slips that are back.

    Raises
    ------
    InvalidInputError
        If something was entered that cannot be, or the numbers do not add up and no note says
        why; `faults` are `FieldFault`.
    NotFoundError
        If there is no such run.
    WrongStateError
        If somebody else reconciled it meanwhile.
    """
    with writing() as session:
        run = _held(session, run_id)
        if run.closed_at is not None:
            raise WrongStateError(
                N_("This run has been reconciled already: reload the page to see by whom.")
            )
        slips = slip_runs.valid_slips(run_id)
        returned = slip_codes.read(tally.returned, slips)
        spoiled = slip_codes.read(tally.spoiled, slips)
        faults = [*unread("returned", returned), *unread("spoiled", spoiled)]
        faults += _misfits(tally, returned, spoiled, run.printed - len(slips))
        back = len(returned.codes) + len(spoiled.codes) + tally.replaced
        # A wrong code would make a wrong sum: first things first.
        faults = faults or _imbalance(tally, back, run.printed)
        if faults:
            raise InvalidInputError(faults=faults)
        hashes = [slips[code] for code in (*returned.codes, *spoiled.codes)]
        _void(session, run_id, hashes)
        run.handed = tally.handed
        run.returned, run.spoiled = len(returned.codes), len(spoiled.codes) + tally.replaced
        run.note = tally.note.strip()
        run.closed_at, run.closed_by = clock.now(), actor.account_id
        _note(session, actor, "slips.reconciled", run)


def correct(actor: Actor, run_id: int, correction: Correction) -> None:
    """Correct the numbers of a reconciled run; a slip that was voided stays void.

    Raises
    ------
    InvalidInputError
        As `close`; also if more slips are said to be back than were voided.
    NotFoundError
        If there is no such run.
    WrongStateError
        If it is not reconciled yet.
    """
    with writing() as session:
        run = _held(session, run_id)
        if run.closed_at is None:
            raise WrongStateError(N_("This run is not reconciled yet."))
        slips = slip_runs.valid_slips(run_id)
        named = slip_codes.read(correction.voided, slips)
        void_then = run.printed - len(slips) + len(named.codes)
        faults = [*unread("voided", named), *_miscorrected(correction, void_then)]
        if faults:
            raise InvalidInputError(faults=faults)
        _void(session, run_id, [slips[code] for code in named.codes])
        before = {"was": [run.handed, run.returned, run.spoiled]}
        run.handed, run.returned = correction.handed, correction.returned
        run.spoiled, run.note = correction.spoiled, correction.reason.strip()
        _note(session, actor, "slips.corrected", run, reason=run.note, **before)


def unread(field: str, read: Read) -> list[FieldFault]:
    """Name what was entered in a field but is no valid slip of the run."""
    faults = [
        FieldFault(
            field,
            N_(
                "“%(code)s” is not a valid slip of this run: check the code, and "
                "whether a later print has replaced it."
            ),
            {"code": code},
        )
        for code in read.unknown
    ]
    if read.garbled:
        text = N_(
            "The scanner's addresses came out garbled: switch the Vietnamese "
            "keyboard off (English, E) and scan again."
        )
        faults.append(FieldFault(field, text))
    elif read.scanned:
        text = N_(
            "Scanned codes that are not valid slips of this run: %(count)s. Type their "
            "dossier codes, or put them to the run they belong to."
        )
        faults.append(FieldFault(field, text, {"count": read.scanned}))
    return faults


def _misfits(tally: Tally, returned: Read, spoiled: Read, replaced: int) -> list[FieldFault]:
    faults = []
    for code in sorted({*returned.codes} & {*spoiled.codes}):
        text = N_("“%(code)s” stands in both lists: a slip is returned or spoiled.")
        faults.append(FieldFault("spoiled", text, {"code": code}))
    if tally.replaced > replaced:
        text = N_("Slips of this run that a later print has replaced: %(count)s, not more.")
        faults.append(FieldFault("replaced", text, {"count": replaced}))
    if len(tally.note.strip()) > LONGEST_NOTE:
        faults.append(FieldFault("note", TOO_LONG))
    return faults


def _imbalance(tally: Tally, back: int, printed: int) -> list[FieldFault]:
    """Ask for a note where the numbers do not add up."""
    missing = printed - tally.handed - back
    if not missing or len(tally.note.strip()) >= SHORTEST_NOTE:
        return []
    numbers = {"printed": printed, "handed": tally.handed, "back": back}
    text = MISSING if missing > 0 else SURPLUS
    return [FieldFault("note", text, numbers | {"count": abs(missing)})]


MISSING = N_(
    "Slips not accounted for: %(count)s (%(printed)s printed, %(handed)s handed over, %(back)s "
    "back). Count again, or say why in at least 10 characters."
)
SURPLUS = N_(
    "Slips counted beyond those printed: %(count)s (%(printed)s printed, %(handed)s handed over, "
    "%(back)s back). Count again, or say why in at least 10 characters."
)
TOO_LONG = N_("Write at most 300 characters.")


def _miscorrected(correction: Correction, void_then: int) -> list[FieldFault]:
    faults = []
    if correction.returned + correction.spoiled > void_then:
        text = N_(
            "Only %(count)s slips of this run are void: name the others that came "
            "back, so that their codes stop working."
        )
        faults.append(FieldFault("voided", text, {"count": void_then}))
    if not SHORTEST_NOTE <= len(correction.reason.strip()) <= LONGEST_NOTE:
        faults.append(FieldFault("reason", N_("Give the reason in 10 to 300 characters.")))
    return faults


def _held(session: Session, run_id: int) -> SlipRun:
    """Hold a run, and all slips of its round against prints at the same time."""
    found = session.get(SlipRun, run_id)
    if found is None:
        raise NotFoundError()
    inviting.hold_slips(session, found.round_id)
    return session.get_one(SlipRun, run_id, with_for_update=True, populate_existing=True)


def _void(session: Session, run_id: int, hashes: list[bytes]) -> None:
    for start in range(0, len(hashes), inviting.AT_ONCE):
        some = hashes[start : start + inviting.AT_ONCE]
        inviting.void(session, Token.slip_run_id == run_id, Token.hash.in_(some))


def _note(session: Session, actor: Actor, act: str, run: SlipRun, **more: object) -> None:
    numbers = {name: getattr(run, name) for name in ("printed", "handed", "returned", "spoiled")}
    recording.record(session, actor, act, f"slip_run:{run.id}", **numbers, **more)
