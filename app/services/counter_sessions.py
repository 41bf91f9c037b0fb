"""What happens at a drawn counter session: how many may answer, kiosk turns, its minutes.

Everyone served in the half-day gets a card or a turn at the kiosk. In the end cards that came
back are named by number and stop working; which were handed over, and to whom, is not kept.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Ballot, CounterSession, Round, Token
from app.queries import counter_sessions as rows
from app.queries.ballots import DRAWN
from app.services import inviting, recording, session_populations
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.session_plans import LARGEST_CAP
from app.texts import N_
from app.vocabulary import RoundState

MOST_SERVED = 5000
SHORTEST_NOTE, LONGEST_NOTE, LONGEST_NAME = 10, 300, 300
# Kiosk turns have no card, so no number on one.
NO_CARD = 0
NO_TURN = N_("The session is closed, or all its cards and turns are given out.")


@dataclass(frozen=True)
class Minutes:
    """What was counted at the end of a session.

    Attributes
    ----------
    held : bool
        Whether it took place; where not, nothing but the note counts, which says why.
    served : int
        Dossiers solved at the counter in the half-day.
    handed : int
        Cards handed over.
    returned, spoiled : tuple of int
        Numbers of the cards that came back unused, or cannot be used.
    witness : str
        Who counted too and does not work at the counter.
    """

    held: bool = True
    served: int = 0
    handed: int = 0
    returned: tuple[int, ...] = ()
    spoiled: tuple[int, ...] = ()
    witness: str = ""
    note: str = ""


def add_turn(connection: Connection, session_id: int) -> int:
    """Give a kiosk one more turn in a session: a ballot that nobody has spent.

    The caller holds the transaction. Two kiosks that ask at once wait for each other.

    Returns
    -------
    int
        Number of the ballot.

    Raises
    ------
    WrongStateError
        If there is no such session, it is closed, its round is not open, or its cards and turns
        have reached the cap.
    """
    taken = connection.execute(
        update(CounterSession)
        .where(
            CounterSession.id == session_id,
            CounterSession.cell_id.is_not(None),
            CounterSession.closed_at.is_(None),
            CounterSession.cards + CounterSession.turns < CounterSession.cap,
            CounterSession.round_id.in_(select(Round.id).where(Round.state == RoundState.OPEN)),
        )
        .values(turns=CounterSession.turns + 1)
        .returning(CounterSession.round_id, CounterSession.cell_id)
    ).one_or_none()
    if taken is None:
        raise WrongStateError(NO_TURN)
    ballot = insert(Ballot).values(
        round_id=taken.round_id,
        session_id=session_id,
        cell_id=taken.cell_id,
        drawn=DRAWN,
        rank=NO_CARD,
        spent=False,
    )
    return int(connection.execute(ballot.returning(Ballot.id)).scalar_one())


def set_cap(actor: Actor, session_id: int, cap: int) -> None:
    """Set how many cards and turns a session may have together.

    Raises
    ------
    InvalidInputError
        If there are more already, or the number is out of bounds.
    NotFoundError, WrongStateError
        If there is no such session, or it is closed.
    """
    with writing() as session:
        found = open_session(session, session_id)
        least = max(1, found.cards + found.turns)
        if not least <= cap <= LARGEST_CAP:
            text = N_("Enter a number from %(least)d to %(most)d.")
            bounds = {"least": least, "most": LARGEST_CAP}
            raise InvalidInputError(faults=[FieldFault("cap", text, bounds)])
        found.cap = cap
        recording.record(session, actor, "session.capped", f"session:{session_id}", cap=cap)


def close(actor: Actor, session_id: int, minutes: Minutes) -> None:
    """Enter the minutes of a session, or correct them; cards that are back stop working.

    Raises
    ------
    InvalidInputError
        If something was entered that cannot be, or numbers do not add up and no note says why;
        `faults` are `FieldFault`. A correction always needs a note.
    NotFoundError, WrongStateError
        If there is no such session, or its half-day has not begun.
    """
    with writing() as session:
        found = held_session(session, session_id)
        if found.day > clock.today():
            raise WrongStateError(N_("The day of this session has not come yet."))
        correcting = found.closed_at is not None
        valid = rows.valid_cards(session_id)
        faults = _faults(found, minutes, correcting=correcting)
        if faults:
            raise InvalidInputError(faults=faults)
        before = _numbers(found) if correcting else None
        back = _back(minutes) if minutes.held else tuple(valid)
        _void(session, [valid[card] for card in back if card in valid])
        _enter(found, minutes)
        found.closed_at, found.closed_by = clock.now(), actor.account_id
        session.flush()
        session_populations.refresh(session, found.cell_id)
        more = {"was": before, "reason": found.note} if correcting else {}
        act = "session.corrected" if correcting else "session.closed"
        recording.record(session, actor, act, f"session:{session_id}", **_numbers(found), **more)


def held_session(session: Session, session_id: int) -> CounterSession:
    """Hold a drawn session against others who change it.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = session.get(CounterSession, session_id, with_for_update=True, populate_existing=True)
    if found is None or found.cell_id is None:
        raise NotFoundError()
    return found


def open_session(session: Session, session_id: int) -> CounterSession:
    """Hold a drawn session whose minutes are not entered yet.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such session, or it is closed.
    """
    found = held_session(session, session_id)
    if found.closed_at is not None:
        raise WrongStateError(N_("The minutes of this session are entered already."))
    return found


def _faults(found: CounterSession, minutes: Minutes, *, correcting: bool) -> list[FieldFault]:
    note = len(minutes.note.strip())
    faults = []
    if note > LONGEST_NOTE:
        faults.append(FieldFault("note", N_("Write at most 300 characters.")))
    if not 0 < len(minutes.witness.strip()) <= LONGEST_NAME:
        faults.append(FieldFault("witness", N_("Name the person who counted too.")))
    if not minutes.held:
        return faults + _not_held(found, note)
    faults += _misfits(found, minutes)
    if not faults and note < SHORTEST_NOTE:
        faults += _unexplained(found, minutes, correcting=correcting)
    return faults


def _not_held(found: CounterSession, note: int) -> list[FieldFault]:
    faults = []
    if found.turns:
        text = N_("Kiosk turns were given in this session: it was held.")
        faults.append(FieldFault("held", text))
    if note < SHORTEST_NOTE:
        text = N_("Say in 10 to 300 characters why the session was not held.")
        faults.append(FieldFault("note", text))
    return faults


def _misfits(found: CounterSession, minutes: Minutes) -> list[FieldFault]:
    """Name what no note can explain."""
    faults = []
    for field, cards in (("returned", minutes.returned), ("spoiled", minutes.spoiled)):
        faults += [
            FieldFault(field, N_("This session has no card number %(number)s."), {"number": card})
            for card in cards
            if not 1 <= card <= found.cards
        ]
    for card in sorted({*minutes.returned} & {*minutes.spoiled}):
        text = N_("Card %(number)s stands in both lists: it is returned or spoiled.")
        faults.append(FieldFault("spoiled", text, {"number": card}))
    if minutes.handed > minutes.served:
        text = N_(
            "More cards than dossiers (%(served)s): a card is for somebody served in the session."
        )
        faults.append(FieldFault("handed", text, {"served": minutes.served}))
    return faults


def _unexplained(found: CounterSession, minutes: Minutes, *, correcting: bool) -> list[FieldFault]:
    """Ask for a note where numbers do not add up, or were other numbers before."""
    back = len(minutes.returned) + len(minutes.spoiled)
    missing = found.cards - minutes.handed - back
    if missing:
        numbers = {"count": abs(missing), "printed": found.cards, "handed": minutes.handed}
        text = MISSING if missing > 0 else SURPLUS
        return [FieldFault("note", text, numbers | {"back": back})]
    if minutes.handed + found.turns > minutes.served:
        numbers = {"turns": found.turns, "handed": minutes.handed, "served": minutes.served}
        return [FieldFault("note", CROWDED, numbers)]
    if correcting:
        return [FieldFault("note", N_("Give the reason in 10 to 300 characters."))]
    return []


MISSING = N_(
    "Cards not accounted for: %(count)s (%(printed)s printed, %(handed)s handed over, %(back)s "
    "back). Count again, or say why in at least 10 characters."
)
SURPLUS = N_(
    "Cards counted beyond those printed: %(count)s (%(printed)s printed, %(handed)s handed over, "
    "%(back)s back). Count again, or say why in at least 10 characters."
)
CROWDED = N_(
    "%(handed)s cards and %(turns)s kiosk turns are more than %(served)s dossiers. Count again, "
    "or say why in at least 10 characters."
)


def _back(minutes: Minutes) -> tuple[int, ...]:
    return (*minutes.returned, *minutes.spoiled)


def _void(session: Session, hashes: list[bytes]) -> None:
    for start in range(0, len(hashes), inviting.AT_ONCE):
        inviting.void(session, Token.hash.in_(hashes[start : start + inviting.AT_ONCE]))


def _enter(found: CounterSession, minutes: Minutes) -> None:
    held = minutes.held
    found.served = minutes.served if held else None
    found.handed = minutes.handed if held else 0
    found.returned = len(minutes.returned) if held else found.cards
    found.spoiled = len(minutes.spoiled) if held else 0
    found.witness, found.note = minutes.witness.strip(), minutes.note.strip()


def _numbers(found: CounterSession) -> dict[str, int | None]:
    names = ("cards", "turns", "served", "handed", "returned", "spoiled")
    return {name: getattr(found, name) for name in names}
