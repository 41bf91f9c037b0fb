"""Everything about a restored installation that can be recomputed."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text

from app.extensions import db
from app.models import IndexResult
from app.queries import results
from app.services import auditing, publishing
from app.services.moving import archive, restoring, snapshots
from app.services.moving.archive import Manifest


@dataclass(frozen=True)
class Check:
    """One thing that was recomputed.

    Attributes
    ----------
    subject : str
        rows, references, log, round or index.
    found : str
        What was seen, in numbers.
    """

    subject: str
    name: str
    passed: bool
    found: str


def check_all(told: Manifest) -> tuple[Check, ...]:
    """Compare a database with the archive it came from, and with itself."""
    return (*_rows(told), *_references(), _log(), *_rounds(), *_indexes())


def _rows(told: Manifest) -> Iterator[Check]:
    with snapshots.snapshot(db.engine) as connection:
        stored = archive.sums(connection)
    for wanted, found in zip(told.tables, stored, strict=True):
        yield Check("rows", wanted.name, wanted == found, f"{found.rows} {found.sha256}")


def _references() -> Iterator[Check]:
    if db.engine.dialect.name == "sqlite":
        broken = db.session.execute(text("PRAGMA foreign_key_check")).all()
        yield Check("references", "", not broken, str(len(broken)))


def _log() -> Check:
    found = auditing.audit()
    return Check("log", "", found.sound, f"{found.entries} {found.head.hash}")


def _rounds() -> Iterator[Check]:
    for account in restoring.accounts():
        tally = account.tally
        yield Check(
            "round",
            account.name,
            tally.difference == 0,
            f"{tally.spent} = {tally.boxes} + {tally.answers} + {tally.declared_lost}",
        )


def _indexes() -> Iterator[Check]:
    for result_id in db.session.scalars(select(IndexResult.id).order_by(IndexResult.id)).all():
        view = results.result(result_id)
        findings = publishing.verify(view) if view else ()
        place = findings[0].place if findings else view.head.hash if view else ""
        name = f"{view.head.cycle_name} v{view.head.version}" if view else str(result_id)
        yield Check("index", name, view is not None and not findings, place)
