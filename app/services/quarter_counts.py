"""How many forms without a dossier a counter brings in a quarter of an hour, by door.

Only a number: what was said in the quarter is not kept beside it, for one form in a quarter would
then stand there with its hour (decision 0040).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.models import OpenCount
from app.vocabulary import Door

MINUTES, HOUR = 15, 60


@dataclass(frozen=True)
class Quarter:
    """A quarter of an hour, local time; `number` counts from 0 to 95."""

    day: date
    number: int


def present() -> Quarter:
    """Give the quarter that we are in."""
    now = clock.now().astimezone(clock.LOCAL)
    return Quarter(now.date(), (now.hour * HOUR + now.minute) // MINUTES)


def add(
    connection: Connection, counter_id: int, round_id: int, door: Door, quarter: Quarter
) -> None:
    """Count one more form, in the caller's transaction."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    added = dialect.insert(OpenCount).values(
        counter_id=counter_id,
        round_id=round_id,
        door=door,
        day=quarter.day,
        quarter=quarter.number,
        n=1,
    )
    connection.execute(
        added.on_conflict_do_update(
            index_elements=["counter_id", "round_id", "door", "day", "quarter"],
            set_={"n": OpenCount.n + 1},
        )
    )
