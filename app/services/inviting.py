"""Invitation slips: every dossier of a sheet gets a new code, whether it was answered or not."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.channels import qr
from app.database import writing
from app.documents import slips
from app.documents.slips import Sheet, Slip
from app.models import Ballot, Dossier, Round, Token, Unit
from app.services import recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import Door, RoundState
from surveys.links import new_token, token_hash

PRINTABLE = frozenset({RoundState.DRAWN, RoundState.OPEN})


@dataclass(frozen=True)
class IssuedSlip:
    """A new code; only its hash was stored."""

    token: str
    dossier_code: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Issue:
    """The slips of one print run."""

    round_name: str
    dry_run: bool
    slips: tuple[IssuedSlip, ...]


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
        found = session.get(Round, round_id, populate_existing=True)
        if found is None:
            raise NotFoundError()
        if found.state not in PRINTABLE:
            raise WrongStateError(N_("Slips are printed between the draw and the end of a round."))
        issued = _replace_tokens(session, round_id, unit_id)
        issue = Issue(found.name, found.dry_run, issued)
        recording.record(
            session,
            actor,
            "slips.issued",
            f"round:{round_id}",
            unit=unit_id,
            slips=len(issue.slips),
        )
    return issue


def _replace_tokens(session: Session, round_id: int, unit_id: int | None) -> tuple[IssuedSlip, ...]:
    query = (
        select(Ballot.id, Dossier.code, Unit.code.label("unit_code"), Unit.name)
        .join(Dossier, Dossier.id == Ballot.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Ballot.round_id == round_id)
        .order_by(Unit.code, Dossier.code)
    )
    chosen = select(Ballot.id).where(Ballot.round_id == round_id)
    if unit_id is not None:
        query = query.where(Dossier.unit_id == unit_id)
        chosen = chosen.join(Dossier, Dossier.id == Ballot.dossier_id).where(
            Dossier.unit_id == unit_id
        )
    rows = session.execute(query).all()
    if not rows:
        raise NotFoundError()
    tokens = [new_token() for _ in rows]
    session.execute(delete(Token).where(Token.door == Door.SLIP, Token.ballot_id.in_(chosen)))
    session.execute(
        insert(Token),
        [
            {"hash": token_hash(token), "ballot_id": row.id, "door": Door.SLIP}
            for token, row in zip(tokens, rows, strict=True)
        ],
    )
    return tuple(
        IssuedSlip(token, row.code, row.unit_code, row.name)
        for token, row in zip(tokens, rows, strict=True)
    )


def slip_sheet(actor: Actor, round_id: int, unit_id: int | None, address: str) -> bytes:
    """Issue slips and print them as a PDF whose codes lead to `address`.

    Raises
    ------
    NotFoundError, WrongStateError
        As `issue_slips`.
    """
    issue = issue_slips(actor, round_id, unit_id)
    printed = tuple(_printed(slip, f"{address}/q/{slip.token}") for slip in issue.slips)
    return slips.render(Sheet(issue.round_name, issue.dry_run, printed))


def _printed(slip: IssuedSlip, link: str) -> Slip:
    return Slip(link, qr.svg(link), slip.dossier_code, slip.unit_name)
