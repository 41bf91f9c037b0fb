"""Numbered cards of a drawn counter session: one for everyone served, printed before it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.channels import qr
from app.database import writing
from app.documents import session_cards
from app.documents.session_cards import Card, Cards
from app.extensions import db
from app.models import Ballot, CounterSession, Round, Token
from app.queries import counter_sessions, rounds
from app.queries.ballots import DRAWN
from app.queries.counter_sessions import SessionView
from app.queries.rounds import RoundView
from app.services import counter_sessions as sessions, recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.services.slip_orders import PRINTABLE
from app.texts import N_
from app.vocabulary import Door
from surveys.links import new_tokens, token_hash

TOO_MANY = N_("This session may have %(left)s more cards and turns: raise its limit first.")


@dataclass(frozen=True)
class PrintedCards:
    """Cards ready for the printer, numbered from `first` on."""

    filename: str
    media_type: str
    content: bytes
    cards: int
    first: int


def print_cards(
    actor: Actor,
    session_id: int,
    count: int,
    address: str,
    progress: Callable[[int, int], None],
    conclude: Concluding[PrintedCards] = open_end,
) -> PrintedCards:
    """Print cards whose codes lead to `address`; they open from the day of the session on.

    Cards that were printed before stay valid: new ones continue their numbers.

    Raises
    ------
    NotFoundError
        If there is no such session.
    WrongStateError
        If its round has ended, its minutes are entered, or its limit would be passed.
    """
    db.session.rollback()
    view = counter_sessions.one(session_id)
    found = rounds.one(view.round_id) if view else None
    if view is None or found is None:
        raise NotFoundError()
    _require_room(view.cap - view.cards - view.turns, count)
    first = view.cards + 1
    tokens = new_tokens(count)
    progress(0, 1)
    content = _rendered(view, found, tokens, address)
    progress(1, 1)
    name = f"the-ca-khao-sat-{session_id}-{first}-{view.cards + count}.pdf"
    printed = PrintedCards(name, "application/pdf", content, count, first)
    with writing() as session:
        _store(session, actor, view, tokens)
        conclude(session, printed)
    return printed


def _require_room(left: int, count: int) -> None:
    if not 0 < count <= left:
        raise WrongStateError(TOO_MANY, left=max(0, left))


def _store(session: Session, actor: Actor, view: SessionView, tokens: list[str]) -> None:
    found = sessions.open_session(session, view.id)
    # People who answer share this lock and do not wait; the end of the round does.
    whole = session.get(Round, view.round_id, with_for_update={"read": True})
    if whole is None or whole.state not in PRINTABLE:
        raise WrongStateError(N_("Cards are printed between the draw and the end of a round."))
    if found.cards != view.cards:
        raise WrongStateError(
            N_("Somebody else printed cards of this session just now: try again.")
        )
    _require_room(found.cap - found.cards - found.turns, len(tokens))
    ballots = _ballots(session, found, len(tokens))
    session.execute(
        insert(Token),
        [
            {
                "hash": token_hash(token),
                "ballot_id": ballot,
                "door": Door.CARD,
                "opens_on": found.day,
            }
            for token, ballot in zip(tokens, ballots, strict=True)
        ],
    )
    found.cards += len(tokens)
    recording.record(
        session, actor, "session.cards_printed", f"session:{found.id}", cards=len(tokens)
    )


def _ballots(session: Session, found: CounterSession, count: int) -> list[int]:
    """Make the ballots of the next cards; their numbers in the order of the cards."""
    numbers = range(found.cards + 1, found.cards + count + 1)
    rows = [
        {
            "round_id": found.round_id,
            "session_id": found.id,
            "cell_id": found.cell_id,
            "drawn": DRAWN,
            "rank": number,
            "spent": False,
        }
        for number in numbers
    ]
    made = session.execute(insert(Ballot).returning(Ballot.rank, Ballot.id), rows)
    by_number = {row.rank: row.id for row in made}
    return [by_number[number] for number in numbers]


def _rendered(view: SessionView, found: RoundView, tokens: list[str], address: str) -> bytes:
    plan = found.plan or {}
    cards = []
    for number, token in enumerate(tokens, start=view.cards + 1):
        link = f"{address}/q/{token}"
        cards.append(Card(number, link, qr.svg(link)))
    return session_cards.render(
        Cards(
            round_name=found.name,
            dry_run=found.dry_run,
            unit_name=view.unit_name,
            point=view.counter_name,
            field=plan.get("sessions", {}).get("field", ""),
            day=view.day,
            half=view.half,
            cards=cards,
        )
    )
