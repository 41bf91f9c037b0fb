"""Boxes put in place directly, with whatever lies in them; their ballots count as spent."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, MixingKey
from app.services import sealing
from app.services.sealing import Content
from tests.app.round_factory import MadeRound, answers, open_and_hand_out

DOORS = ("slip", "sms", "poster")
DEVICES = ("phone", "tablet", "computer", None)


def content(**details: Any) -> Content:
    """Make an answer that nobody else gave."""
    return Content(
        **{
            "rid": secrets.token_hex(16),
            "answers": answers(),
            "comment": None,
            "receipt": secrets.token_hex(32),
            **details,
        }
    )


def varied(number: int) -> list[Content]:
    """Make answers that differ in everything a box can hold."""
    return [
        content(
            answers=answers(ratings=[str(1 + at % 5), str(1 + at * 7 % 5)]),
            comment=f"Ý kiến {at}" if at % 3 == 0 else None,
            duration=None if at % 4 == 0 else 1 + at % 5,
            device=DEVICES[at % 4],
            door=DOORS[at % 3],
        )
        for at in range(number)
    ]


def put(made: MadeRound, cell_id: int, contents: Sequence[Content]) -> list[str]:
    """Seal answers for a cell as if its ballots had been answered; the names of the boxes."""
    names = [secrets.token_hex(16) for _ in contents]
    with writing() as session:
        key = session.execute(
            select(MixingKey.id, MixingKey.public).where(
                MixingKey.cell_id == cell_id, ~MixingKey.retired
            )
        ).one()
        free = session.scalars(
            select(Ballot.id)
            .where(Ballot.cell_id == cell_id, ~Ballot.spent)
            .order_by(Ballot.id)
            .limit(len(contents))
        ).all()
        assert len(free) == len(contents), "the cell has too few ballots"
        session.execute(update(Ballot).where(Ballot.id.in_(free)).values(spent=True))
        session.execute(
            insert(Box),
            [
                {
                    "id": name,
                    "round_id": made.id,
                    "cell_id": cell_id,
                    "key_id": key.id,
                    "ciphertext": sealing.seal(key.public, each),
                }
                for name, each in zip(names, contents, strict=True)
            ],
        )
    return names


def damage(name: str) -> None:
    """Flip a bit of a box."""
    with writing() as session:
        box = session.get_one(Box, name)
        box.ciphertext = box.ciphertext[:-1] + bytes([box.ciphertext[-1] ^ 1])


def open_cell(size: int, k: int = 5) -> tuple[MadeRound, int]:
    """Open a round of one stratum; its cell."""
    made, _ = open_and_hand_out({"TB": {"land": size}}, k=k)
    return made, made.cells["TB/land"]


def rows(model: Any) -> list[Any]:
    """Read a whole table as it is now."""
    db.session.rollback()
    return list(db.session.scalars(select(model)))
