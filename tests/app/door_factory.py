"""A counter with its poster, and dossiers whose people left a phone number."""

from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Contact, Dossier, Frame
from app.queries import counters as rows
from app.queries.counters import CounterView
from app.services import contacts, counters, opening
from app.services.recording import SYSTEM
from sampling.listing.contacts import Contact as ListedContact
from tests.app.round_factory import MadeRound, make_round

LAYOUT = {"TB": {"land": 4}, "LB": {"land": 3}}


def counter(unit_id: int, code: str = "TB01", name: str = "Quầy số 1") -> CounterView:
    """Add a counter."""
    found = rows.one(counters.add(SYSTEM, unit_id, name, "Số 1 Cách Mạng Tháng Tám", code))
    assert found is not None
    return found


def digits_of(number: int) -> str:
    """Give the last digits of the phone of a dossier."""
    return f"{number * 37 % 10_000:04d}"


def wrong_digits(number: int, by: int = 1) -> str:
    """Give four others."""
    return f"{(int(digits_of(number)) + by) % 10_000:04d}"


def give_phones(round_id: int, without: Iterable[int] = ()) -> dict[int, str]:
    """Put a phone on every dossier of a round's list but some; their codes by number."""
    query = (
        select(Dossier.id, Dossier.code)
        .join(Frame, Frame.id == Dossier.frame_id)
        .where(Frame.round_id == round_id)
        .order_by(Dossier.id)
    )
    left_out = set(without)
    with writing() as session:
        found = session.execute(query).all()
        listed = [
            (row.id, ListedContact(row.code, f"+8490123{digits_of(at)}", digits_of(at)))
            for at, row in enumerate(found)
            if at not in left_out
        ]
        contacts.store(session, listed)
    return {at: row.code for at, row in enumerate(found)}


def forget_phones() -> None:
    """Take all phones away."""
    with writing() as session:
        session.query(Contact).delete()


def knock(client: FlaskClient, dossier: str, digits: str, path: str = "/c/TB01", **more: Any):
    """Type a code and digits at the door."""
    return client.post(path, data={"dossier": dossier, "digits": digits}, **more)


def posted() -> tuple[MadeRound, dict[int, str]]:
    """Make an open round whose dossiers have phones, and a counter with the code TB01."""
    made = make_round(LAYOUT)
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    codes = give_phones(made.id, without=[3])
    counter(made.units["TB"])
    db.session.rollback()
    return made, codes


def count(model: type) -> int:
    """Count the rows of a table."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def counter_of(unit_id: int) -> CounterView:
    """Find the only counter of a unit."""
    [found] = rows.all_counters([unit_id])
    db.session.rollback()
    return found
