"""Invitation slips: new codes for dossiers, printed, and counted as runs of a point and a day.

A slip looks the same whether its dossier was drawn or not, was answered or not; so does every
pile of them.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.channels import qr
from app.database import writing
from app.documents import slips
from app.documents.slips import Sheet, Slip
from app.extensions import db
from app.models import Cell, Round, SlipRun, Token
from app.services import recording, slip_orders, volunteers
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.services.slip_orders import PRINTABLE, Batch, Order
from app.texts import N_
from app.vocabulary import CellLevel, Door
from surveys.links import new_tokens, token_hash

AT_ONCE = 5000
# What does not belong into the name of a file.
UNFIT = re.compile(r"[^\w-]")


@dataclass(frozen=True)
class IssuedSlip:
    """A new code; only its hash is stored. The unit is the one that is rated."""

    token: str
    dossier_id: int
    dossier_code: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Pile:
    """The slips of one run."""

    batch: Batch
    slips: tuple[IssuedSlip, ...]


@dataclass(frozen=True)
class Issue:
    """The slips of one order, a pile for each run."""

    round_name: str
    dry_run: bool
    piles: tuple[Pile, ...]

    @property
    def slips(self) -> tuple[IssuedSlip, ...]:
        """All of them, by unit, then dossier code."""
        return tuple(slip for pile in self.piles for slip in pile.slips)


@dataclass(frozen=True)
class Printed:
    """Slips ready for the printer: a PDF, or a ZIP file with one PDF for each run.

    Attributes
    ----------
    runs : tuple of int
        Numbers of the runs; empty until their codes are stored.
    """

    filename: str
    media_type: str
    content: bytes
    slips: int
    units: int
    runs: tuple[int, ...] = ()


def issue_slips(actor: Actor, round_id: int, unit_id: int | None = None) -> Issue:
    """Make new codes for the drawn dossiers of a unit, or of all; their earlier slips are void.

    Returns
    -------
    Issue
        Sorted by unit, then dossier code.

    Raises
    ------
    NotFoundError, WrongStateError
        As `print_slips`.
    """
    return issue(actor, round_id, Order(unit_id))


def issue(actor: Actor, round_id: int, order: Order) -> Issue:
    """Make the codes of an order without printing them."""
    with writing() as session:
        issued = _prepared(session, round_id, order)
        _store(session, actor, round_id, issued)
    return issued


def print_slips(
    actor: Actor,
    round_id: int,
    order: Order,
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
        Told the runs done of those there are.
    conclude : callable
        Keeps the file and ends the job that asked, in the transaction that stores the codes.

    Raises
    ------
    NotFoundError
        If there is no such round, or none of the dossiers that are wanted.
    WrongStateError
        If the round is not drawn or open.
    """
    db.session.rollback()
    issued = _prepared(db.session(), round_id, order)
    db.session.rollback()
    pages = []
    for done, pile in enumerate(issued.piles):
        progress(done, len(issued.piles))
        pages.append((pile.batch, _sheet(issued, pile, address)))
    progress(len(issued.piles), len(issued.piles))
    with writing() as session:
        runs = _store(session, actor, round_id, issued)
        printed = _packed(round_id, order, pages, len(issued.slips), runs)
        conclude(session, printed)
    return printed


def _prepared(session: Session, round_id: int, order: Order) -> Issue:
    """Make up new codes for the dossiers, without storing them."""
    found = session.get(Round, round_id, populate_existing=True)
    if found is None:
        raise NotFoundError()
    _require_printable(found)
    batches = slip_orders.batches(round_id, order)
    return Issue(found.name, found.dry_run, tuple(Pile(each, _slips(each)) for each in batches))


def _slips(batch: Batch) -> tuple[IssuedSlip, ...]:
    tokens = new_tokens(len(batch.dossiers))
    return tuple(
        IssuedSlip(token, each.id, each.code, each.unit_code, each.unit_name)
        for token, each in zip(tokens, batch.dossiers, strict=True)
    )


def _require_printable(found: Round) -> None:
    if found.state not in PRINTABLE:
        raise WrongStateError(N_("Slips are printed between the draw and the end of a round."))


def hold_slips(session: Session, round_id: int) -> None:
    """Let one change of a round's slips wait for another, or both might think they did it.

    The lock is on the round's own cell. People who answer do not wait for it.
    """
    whole = select(Cell.id).where(Cell.round_id == round_id, Cell.level == CellLevel.ROUND)
    session.execute(whole.with_for_update(key_share=True)).all()


def _store(session: Session, actor: Actor, round_id: int, issued: Issue) -> tuple[int, ...]:
    """Let new codes take the place of the earlier ones of their dossiers; the runs they make.

    People who answer share the lock on the round and do not wait; its end does.
    """
    hold_slips(session, round_id)
    found = session.get(Round, round_id, with_for_update={"read": True}, populate_existing=True)
    if found is None:
        raise NotFoundError()
    _require_printable(found)
    return tuple(_store_run(session, actor, round_id, pile) for pile in issued.piles)


def _store_run(session: Session, actor: Actor, round_id: int, pile: Pile) -> int:
    batch, count = pile.batch, len(pile.slips)
    run = SlipRun(
        round_id=round_id,
        unit_id=batch.unit_id,
        counter_id=batch.counter_id,
        day=batch.day,
        printed=count,
        printed_at=clock.now(),
    )
    session.add(run)
    session.flush()
    for some in _portions(pile.slips):
        ballots = volunteers.ballots_for(session, round_id, (slip.dossier_id for slip in some))
        void(session, Token.door == Door.SLIP, Token.ballot_id.in_([*ballots.values()]))
        session.execute(insert(Token), list(_rows(some, ballots, run.id)))
    where = {"unit": batch.unit_id, "counter": batch.counter_id, "day": batch.day.isoformat()}
    recording.record(
        session, actor, "slips.issued", f"round:{round_id}", run=run.id, slips=count, **where
    )
    return run.id


def _rows(
    some: Sequence[IssuedSlip], ballots: dict[int, int], run_id: int
) -> Iterator[dict[str, object]]:
    for slip in some:
        yield {
            "hash": token_hash(slip.token),
            "ballot_id": ballots[slip.dossier_id],
            "door": Door.SLIP,
            "slip_run_id": run_id,
        }


def void(session: Session, *which: ColumnElement[bool]) -> int:
    """Delete tokens, so that they answer like any code that nobody was given; how many.

    They are locked in one order first: two that void some of the same do not block each other.
    """
    tokens = select(Token.hash).where(*which).order_by(Token.hash)
    found = session.scalars(tokens.with_for_update()).all()
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        session.execute(delete(Token).where(Token.hash.in_(some)))
    return len(found)


def _portions(issued: Sequence[IssuedSlip]) -> Iterable[Sequence[IssuedSlip]]:
    """Cut a long list: a statement takes only so many numbers."""
    return (issued[start : start + AT_ONCE] for start in range(0, len(issued), AT_ONCE))


def _sheet(issued: Issue, pile: Pile, address: str) -> bytes:
    printed = tuple(_printed(slip, f"{address}/q/{slip.token}") for slip in pile.slips)
    point = pile.batch.counter_name
    return slips.render(Sheet(issued.round_name, issued.dry_run, printed, point, pile.batch.day))


def _printed(slip: IssuedSlip, link: str) -> Slip:
    return Slip(link, qr.svg(link), slip.dossier_code, slip.unit_name)


def _packed(
    round_id: int,
    order: Order,
    pages: Sequence[tuple[Batch, bytes]],
    count: int,
    runs: tuple[int, ...],
) -> Printed:
    name = f"phieu-moi-{round_id}"
    if order.unit_id is not None:
        [(batch, pdf)] = pages
        of_day = order.finished is not None or order.codes is not None
        day = f"-{batch.day.isoformat()}-{runs[0]}" if of_day else ""
        return Printed(f"{_named(name, batch)}{day}.pdf", "application/pdf", pdf, count, 1, runs)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for batch, pdf in pages:
            archive.writestr(f"{_named(name, batch)}.pdf", pdf)
    content = packed.getvalue()
    return Printed(f"{name}.zip", "application/zip", content, count, len(pages), runs)


def _named(name: str, batch: Batch) -> str:
    return f"{name}-{UNFIT.sub('_', batch.unit_code)}"
