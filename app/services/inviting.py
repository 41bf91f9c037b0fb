"""Invitation slips: every dossier of a sheet gets a new code, whether it was answered or not."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.channels import qr
from app.database import writing
from app.documents import slips
from app.documents.slips import Sheet, Slip
from app.extensions import db
from app.models import Ballot, Cell, Dossier, Round, Token, Unit
from app.services import recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import CellLevel, Door, RoundState
from surveys.links import new_token, token_hash

PRINTABLE = frozenset({RoundState.DRAWN, RoundState.OPEN})
AT_ONCE = 5000
# What does not belong into the name of a file.
UNFIT = re.compile(r"[^\w-]")


@dataclass(frozen=True)
class IssuedSlip:
    """A new code; only its hash is stored."""

    token: str
    ballot_id: int
    dossier_code: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Issue:
    """The slips of one print run."""

    round_name: str
    dry_run: bool
    slips: tuple[IssuedSlip, ...]


@dataclass(frozen=True)
class Printed:
    """A print run, ready for the printer: a PDF, or a ZIP file with one PDF for each unit."""

    filename: str
    media_type: str
    content: bytes
    slips: int
    units: int


def issue_slips(actor: Actor, round_id: int, unit_id: int | None = None) -> Issue:
    """Make new codes for the ballots of a unit, or of all; their earlier slips are void.

    Answered or not makes no difference, so that a sheet does not tell who answered.

    Returns
    -------
    Issue
        Sorted by unit, then dossier code.

    Raises
    ------
    NotFoundError
        If there is no such round, or it has no ballots of that unit.
    WrongStateError
        If the round is not drawn or open.
    """
    with writing() as session:
        issue = _prepared(session, round_id, unit_id)
        _store(session, actor, round_id, unit_id, issue)
    return issue


def print_slips(
    actor: Actor,
    round_id: int,
    unit_id: int | None,
    address: str,
    progress: Callable[[int, int], None],
    conclude: Concluding[Printed] = open_end,
) -> Printed:
    """Print slips whose codes lead to `address`, and let the new codes count at the end.

    Until everything is printed the earlier slips stay valid: whoever stops a print run half way
    has lost nothing.

    Parameters
    ----------
    progress : callable
        Told the units done of those there are.
    conclude : callable
        Keeps the file and ends the job that asked, in the transaction that stores the codes.

    Raises
    ------
    NotFoundError, WrongStateError
        As `issue_slips`.
    """
    db.session.rollback()
    issue = _prepared(db.session(), round_id, unit_id)
    db.session.rollback()
    by_unit = groupby(issue.slips, key=lambda slip: slip.unit_code)
    parts = [(unit, tuple(found)) for unit, found in by_unit]
    pages = []
    for done, (unit, found) in enumerate(parts):
        progress(done, len(parts))
        pages.append((unit, _sheet(issue, found, address)))
    progress(len(parts), len(parts))
    printed = _packed(round_id, unit_id, pages, len(issue.slips))
    with writing() as session:
        _store(session, actor, round_id, unit_id, issue)
        conclude(session, printed)
    return printed


def _prepared(session: Session, round_id: int, unit_id: int | None) -> Issue:
    """Make up new codes for the ballots, without storing them."""
    found = session.get(Round, round_id, populate_existing=True)
    if found is None:
        raise NotFoundError()
    _require_printable(found)
    query = (
        select(Ballot.id, Dossier.code, Unit.code.label("unit_code"), Unit.name)
        .join(Dossier, Dossier.id == Ballot.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Ballot.round_id == round_id)
        .order_by(Unit.code, Dossier.code)
    )
    if unit_id is not None:
        query = query.where(Dossier.unit_id == unit_id)
    issued = tuple(
        IssuedSlip(new_token(), row.id, row.code, row.unit_code, row.name)
        for row in session.execute(query)
    )
    if not issued:
        raise NotFoundError()
    return Issue(found.name, found.dry_run, issued)


def _require_printable(found: Round) -> None:
    if found.state not in PRINTABLE:
        raise WrongStateError(N_("Slips are printed between the draw and the end of a round."))


def _store(
    session: Session, actor: Actor, round_id: int, unit_id: int | None, issue: Issue
) -> None:
    """Let new codes take the place of the earlier ones of their ballots.

    The lock on the round's own cell makes one print run wait for another, or both sets would
    stay valid. People who answer share the lock on the round and do not wait; its end does.
    """
    whole = select(Cell.id).where(Cell.round_id == round_id, Cell.level == CellLevel.ROUND)
    session.execute(whole.with_for_update(key_share=True)).all()
    found = session.get(Round, round_id, with_for_update={"read": True}, populate_existing=True)
    if found is None:
        raise NotFoundError()
    _require_printable(found)
    for some in _portions(issue.slips):
        ballots = [slip.ballot_id for slip in some]
        session.execute(delete(Token).where(Token.door == Door.SLIP, Token.ballot_id.in_(ballots)))
        session.execute(
            insert(Token),
            [
                {"hash": token_hash(slip.token), "ballot_id": slip.ballot_id, "door": Door.SLIP}
                for slip in some
            ],
        )
    recording.record(
        session, actor, "slips.issued", f"round:{round_id}", unit=unit_id, slips=len(issue.slips)
    )


def _portions(issued: Sequence[IssuedSlip]) -> Iterable[Sequence[IssuedSlip]]:
    """Cut a long list: a statement takes only so many numbers."""
    return (issued[start : start + AT_ONCE] for start in range(0, len(issued), AT_ONCE))


def _sheet(issue: Issue, issued: Sequence[IssuedSlip], address: str) -> bytes:
    printed = tuple(_printed(slip, f"{address}/q/{slip.token}") for slip in issued)
    return slips.render(Sheet(issue.round_name, issue.dry_run, printed))


def _printed(slip: IssuedSlip, link: str) -> Slip:
    return Slip(link, qr.svg(link), slip.dossier_code, slip.unit_name)


def _packed(
    round_id: int, unit_id: int | None, pages: Sequence[tuple[str, bytes]], count: int
) -> Printed:
    name = f"phieu-moi-{round_id}"
    named = [(f"{name}-{UNFIT.sub('_', unit)}.pdf", pdf) for unit, pdf in pages]
    if unit_id is not None:
        [(filename, pdf)] = named
        return Printed(filename, "application/pdf", pdf, count, 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for filename, pdf in named:
            archive.writestr(filename, pdf)
    return Printed(f"{name}.zip", "application/zip", packed.getvalue(), count, len(pages))
