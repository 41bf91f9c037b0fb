"""Rounds in which people answer who were not drawn, have no dossier, or are not listed yet."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select

from app.database import writing
from app.extensions import db
from app.models import Cell, Contact, DataKey, Dossier, Frame, Token
from app.queries import boxes
from app.services import claims, data_keys, open_forms, opening, responding, volunteers
from app.services.data_keys import CONTACT
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from app.services.responding import Outcome
from app.vocabulary import CellLevel, Door, FrameState
from surveys.links import new_token, token_hash
from tests.app.round_factory import MadeRound, check_invariant, filled, hand_out, make_round

Tokens = Mapping[str, list[str]]
LAYOUT = {"TB": {"land": 12}, "LB": {"land": 12}}


def apart_round(layout: Mapping[str, Mapping[str, int]] = LAYOUT, k: int = 5) -> MadeRound:
    """Make a drawn round with all its cells."""
    made = make_round(layout, k=k)
    with writing() as session:
        volunteers.cells_of(session, made.id)
    return made


def open_apart(k: int = 5) -> tuple[MadeRound, Tokens]:
    """Open a round with all its cells; the tokens of those who were drawn, by stratum."""
    made = apart_round(k=k)
    opening.open_round(SYSTEM, made.id)
    return made, hand_out(made)


def list_dossiers(made: MadeRound, unit: str, codes: Sequence[str], **details: Any) -> list[int]:
    """Let a round's list hold more dossiers, of which none was drawn; their numbers."""
    with writing() as session:
        query = select(Frame.id).where(Frame.round_id == made.id, Frame.state == FrameState.CURRENT)
        rows = [
            Dossier(
                **{
                    "frame_id": session.scalars(query).one(),
                    "code": code,
                    "unit_id": made.units[unit],
                    "field": "land",
                    "received": date(2026, 1, 5),
                    **details,
                }
            )
            for code in codes
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def know_digits(dossier_id: int, digits_hash: bytes) -> None:
    """Let the list know the last digits of a dossier's phone."""
    with writing() as session:
        key = data_keys.present(session, CONTACT)
        assert session.get(DataKey, key.id)
        session.add(Contact(dossier_id=dossier_id, key_id=key.id, digits_hash=digits_hash))


def tokens_for(made: MadeRound, dossiers: Sequence[int], door: Door = Door.POSTER) -> list[str]:
    """Give dossiers tokens, as a door does."""
    tokens = [new_token() for _ in dossiers]
    with writing() as session:
        ballots = volunteers.ballots_for(session, made.id, dossiers)
        session.execute(
            insert(Token),
            [
                {"hash": token_hash(token), "ballot_id": ballots[dossier], "door": door}
                for token, dossier in zip(tokens, dossiers, strict=True)
            ],
        )
    return tokens


def volunteers_of(made: MadeRound, unit: str, number: int) -> list[str]:
    """Let a unit have so many more dossiers, none of them drawn; a token of each."""
    codes = [f"N-{unit}-{at:04d}-{new_token()[:6]}" for at in range(number)]
    return tokens_for(made, list_dossiers(made, unit, codes))


def claimed(made: MadeRound, code: str, **details: Any) -> str:
    """Claim a dossier; the token."""
    with writing() as session:
        return claims.claim(session, made.id, code, **{"door": Door.POSTER, **details})


def answer_openly(
    made: MadeRound, unit: str | None, nonce: str = "", counter: int | None = None, **chosen: Any
) -> Outcome:
    """Send a form without a dossier."""
    form = filled(**chosen)
    unit_id = made.units[unit] if unit else None
    return open_forms.submit(made.id, counter, unit_id, form, nonce or new_token())


def answer(token: str, nonce: str = "", **chosen: Any) -> Outcome:
    """Answer with a token."""
    return responding.submit(token, filled(**chosen), nonce or new_token())


def cells(made: MadeRound, level: CellLevel) -> dict[str, int]:
    """Find the cells of a level by label."""
    db.session.rollback()
    query = select(Cell).where(Cell.round_id == made.id, Cell.level == level)
    return {cell.label: cell.id for cell in db.session.scalars(query)}


def rows(model: type[Any], *conditions: Any) -> int:
    """Count rows as they are now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def account(made: MadeRound) -> boxes.Tally:
    """Count where the answers of a round are; every one is accounted for."""
    assert reconcile(made.id).holds
    return check_invariant(made.id)
