"""Counters: the points where dossiers are received and handed out."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Counter, OfficeSetting, Unit

HOTLINE = "hotline"
# Letters that no code made here has, for the digits that they are taken for.
MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
LONGEST_CODE = 64


@dataclass(frozen=True)
class CounterView:
    """A counter as pages, posters and the door see it.

    Attributes
    ----------
    above : str
        Name of what its unit belongs to; "" for the province itself.
    """

    id: int
    code: str
    name: str
    address: str
    active: bool
    unit_id: int
    unit_code: str
    unit_name: str
    above: str


ABOVE = aliased(Unit)
COLUMNS = (
    select(
        Counter.id,
        Counter.code,
        Counter.name,
        Counter.address,
        Counter.active,
        Unit.id.label("unit_id"),
        Unit.code.label("unit_code"),
        Unit.name.label("unit_name"),
        ABOVE.name.label("above"),
    )
    .join(Unit, Unit.id == Counter.unit_id)
    .outerjoin(ABOVE, ABOVE.id == Unit.parent_id)
    .order_by(Unit.code, Counter.name, Counter.id)
)


def all_counters(unit_ids: Collection[int] | None = None) -> list[CounterView]:
    """List the counters of some units, or of all, by unit and name."""
    query = COLUMNS if unit_ids is None else COLUMNS.where(Counter.unit_id.in_(unit_ids))
    return [_view(row) for row in db.session.execute(query)]


def one(counter_id: int) -> CounterView | None:
    """Find a counter by its number."""
    row = db.session.execute(COLUMNS.where(Counter.id == counter_id)).first()
    return _view(row) if row else None


def by_code(typed: str) -> CounterView | None:
    """Find a counter by its code as people type it; switched off or not."""
    code = typed.strip().upper()
    if not 0 < len(code) <= LONGEST_CODE or not code.isprintable():
        return None
    wanted = {code, plain(code)}
    rows = db.session.execute(COLUMNS.where(Counter.code.in_(wanted))).all()
    found = sorted((_view(row) for row in rows), key=lambda counter: counter.code != code)
    return found[0] if found else None


def plain(code: str) -> str:
    """Write a code with digits for the letters that look like them.

    Examples
    --------
    >>> plain("7kO2Li")
    '7K0211'
    """
    return code.upper().translate(MISTAKEN)


def hotline() -> str:
    """Read the number that posters show for questions; "" where the office names none."""
    query = select(OfficeSetting.value).where(OfficeSetting.name == HOTLINE)
    return str(db.session.scalar(query) or "")


def _view(row: Row[int, str, str, str, bool, int, str, str, str]) -> CounterView:
    found = CounterView(*row)
    return replace(found, above=found.above or "")
