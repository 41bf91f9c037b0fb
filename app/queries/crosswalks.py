"""Names of former units and the present units that took them in."""

from sqlalchemy import func, select

from app.extensions import db
from app.models import Unit, UnitCrosswalk
from sampling.listing.units import CrosswalkLine


def lines() -> list[CrosswalkLine]:
    """List every line, in the order in which they were added."""
    query = (
        select(
            UnitCrosswalk.old_code,
            UnitCrosswalk.old_name,
            UnitCrosswalk.old_parent,
            UnitCrosswalk.old_province,
            Unit.code,
            UnitCrosswalk.partial,
            UnitCrosswalk.valid_from,
            UnitCrosswalk.valid_to,
        )
        .join(Unit, Unit.id == UnitCrosswalk.unit_id)
        .order_by(UnitCrosswalk.id)
    )
    return [CrosswalkLine(*row) for row in db.session.execute(query)]


def of_source(source: str) -> dict[str, str]:
    """Map the old names of lines from one source to the codes of present units."""
    query = (
        select(UnitCrosswalk.old_name, Unit.code)
        .join(Unit, Unit.id == UnitCrosswalk.unit_id)
        .where(UnitCrosswalk.source == source)
    )
    return dict(db.session.execute(query).all())


def line_count() -> int:
    """Count the lines."""
    return db.session.scalar(select(func.count(UnitCrosswalk.id))) or 0
