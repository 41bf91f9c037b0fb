"""Forms for the post office: handed over in batches, and counted when they are back (0051)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import clock
from app.channels import qr
from app.database import writing
from app.documents import post_forms
from app.documents.post_forms import PostForm, PostForms
from app.extensions import db
from app.models import PostBatch, Round, Token
from app.queries import post_batches as rows, rounds, units
from app.queries.rounds import RoundView
from app.queries.slip_dossiers import SlipDossier
from app.services import fieldwork, inviting, next_channel, post_lists, post_rules, recording
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.post_rules import Returned
from app.services.recording import Actor
from app.services.rights import require
from app.services.states import POST_BATCH_EDGES, step
from app.texts import N_
from app.vocabulary import CaseChannel, Door, PostBatchState, Role, RoundState
from surveys.links import new_tokens, token_hash

LEADERS = frozenset({Role.COORDINATOR})
PDF = "application/pdf"
# A page cannot be asked for more; nor can a carrier take it in a day.
MOST_FORMS, MOST_PRICE = 2000, 1_000_000
TOO_FEW = N_(
    "Too few people of this unit are due for the post office today: a batch has at least ten "
    "forms, and ten of those whose turn it is stay out of it."
)
ONCE = N_("This unit has a batch of today already.")
NOT_OPEN = N_("Forms are handed over while a round is open.")
OTHER_SUM = N_("%(sum)s forms are accounted for, %(forms)s were handed over: %(off)s too many.")
SHORT_SUM = N_("%(sum)s forms are accounted for, %(forms)s were handed over: %(off)s are missing.")


@dataclass(frozen=True)
class Handover:
    """What a carrier is to get.

    Attributes
    ----------
    carrier : str
        Name of the body; of no person.
    most : int
        Forms at most.
    price : int
        Đồng for a valid form.
    share : int
        Per cent of the batch that another body re-checks.
    """

    unit_id: int
    carrier: str
    most: int
    price: int
    share: int = 10


@dataclass(frozen=True)
class HandedOver:
    """Forms ready for the printer, and the batch that they are."""

    filename: str
    content: bytes
    forms: int
    batch_id: int = 0


def hand_over(
    actor: Actor,
    round_id: int,
    order: Handover,
    address: str,
    progress: Callable[[int, int], None],
    conclude: Concluding[HandedOver] = open_end,
) -> HandedOver:
    """Find who is due, print a form for each, and let their codes count at the end; for the worker.

    Until all is printed nothing is stored, so that work that was stopped can begin anew.

    Raises
    ------
    NotFoundError, ForbiddenError
        If there is no such round or unit, or the person leads no rounds.
    WrongStateError
        If the round is not open, the unit has a batch of today, or too few are due.
    """
    db.session.rollback()
    found = rounds.one(round_id)
    if found is None or order.unit_id not in units.by_id():
        raise NotFoundError()
    today = clock.today()
    chosen = _chosen(found, order, today)
    tokens = new_tokens(len(chosen))
    forms: list[PostForm] = []
    for token, dossier in zip(tokens, chosen, strict=True):
        if len(forms) % 100 == 0:
            progress(len(forms), len(chosen))
        link = f"{address}/q/{token}"
        forms.append(PostForm(link, qr.svg(link), dossier.code, dossier.unit_name))
    content = post_forms.render(PostForms(found.name, found.dry_run, order.carrier, today, forms))
    progress(len(chosen), len(chosen))
    name = f"phieu-buu-chinh-{round_id}-{chosen[0].unit_code}-{today.isoformat()}.pdf"
    with writing() as session:
        require(actor, LEADERS)
        batch = _store(session, actor, round_id, order, (today, chosen, tokens))
        made = HandedOver(name, content, len(chosen), batch)
        conclude(session, made)
    return made


def _chosen(found: RoundView, order: Handover, today: date) -> list[SlipDossier]:
    """Choose by chance among those due: the rest, and how many there are, is told nowhere."""
    round_id = found.id
    window = fieldwork.waves_of(round_id).turn(CaseChannel.POST, today)
    due = next_channel.due(round_id, CaseChannel.POST, today)
    if window is None:
        raise WrongStateError(TOO_FEW)
    out = rows.held(round_id, due)
    silent = rows.dossiers([number for number in due if number not in out], order.unit_id)
    turn = rows.turn(
        round_id, order.unit_id, window.first, window.last, fieldwork.stopped(found, today)
    )
    size = post_rules.size(len(silent), turn, order.most)
    if not size:
        raise WrongStateError(TOO_FEW)
    return sorted(random.SystemRandom().sample(silent, size), key=lambda each: each.code)


def _store(
    session: Session,
    actor: Actor,
    round_id: int,
    order: Handover,
    made: tuple[date, Sequence[SlipDossier], Sequence[str]],
) -> int:
    day, chosen, tokens = made
    inviting.hold_slips(session, round_id)
    # People who answer share this lock and do not wait; the end of the round does.
    found = session.get(Round, round_id, with_for_update={"read": True}, populate_existing=True)
    if found is None or found.state is not RoundState.OPEN:
        raise WrongStateError(NOT_OPEN)
    ids = [dossier.id for dossier in chosen]
    if rows.held(round_id, ids) or _has_batch(session, round_id, order.unit_id, day):
        raise WrongStateError(ONCE)
    ballots = rows.ballots(round_id, ids)
    batch = PostBatch(
        round_id=round_id,
        unit_id=order.unit_id,
        carrier=order.carrier,
        day=day,
        forms=len(chosen),
        price=order.price,
        share=order.share,
        made_by=actor.account_id,
    )
    session.add(batch)
    session.flush()
    values = [
        {"hash": token_hash(token), "ballot_id": ballots[dossier.id], "door": Door.POST}
        for token, dossier in zip(tokens, chosen, strict=True)
    ]
    session.execute(insert(Token), values)
    post_lists.seal(session, actor, batch, ids)
    where = {"unit": order.unit_id, "price": order.price, "share": order.share}
    what = f"post_batch:{batch.id}"
    recording.record(session, actor, "post.handed_over", what, forms=len(chosen), **where)
    return batch.id


def _has_batch(session: Session, round_id: int, unit_id: int, day: date) -> bool:
    query = select(PostBatch.id).where(
        PostBatch.round_id == round_id, PostBatch.unit_id == unit_id, PostBatch.day == day
    )
    return session.scalar(query) is not None


def take_back(actor: Actor, batch_id: int, counts: Returned) -> None:
    """Note what became of the forms of a batch; the worker then voids its codes (`end_codes`).

    Raises
    ------
    InvalidInputError
        If the numbers do not add up to the forms handed over; `faults` are `FieldFault`.
    NotFoundError, ForbiddenError, WrongStateError
        If there is no such batch, the person leads no rounds, or the forms are back already.
    """
    with writing() as session:
        require(actor, LEADERS)
        batch = locked(session, batch_id)
        batch.state = step(POST_BATCH_EDGES, batch.state, PostBatchState.RETURNED)
        off = counts.all - batch.forms
        if off:
            numbers = {"sum": counts.all, "forms": batch.forms, "off": abs(off)}
            text = OTHER_SUM if off > 0 else SHORT_SUM
            raise InvalidInputError(faults=[FieldFault("unused", text, numbers)])
        for name, value in vars(counts).items():
            setattr(batch, name, value)
        batch.returned_by = actor.account_id
        recording.record(session, actor, "post.returned", f"post_batch:{batch_id}", **vars(counts))


def end_codes(batch_id: int) -> int:
    """Void the codes of a batch that is back; how many were still there. For the worker."""
    with writing() as session:
        batch = locked(session, batch_id)
        if batch.state is PostBatchState.HANDED_OVER:
            raise WrongStateError()
        return post_lists.void(session, batch) if batch.sealed is not None else 0


def locked(session: Session, batch_id: int) -> PostBatch:
    """Hold a batch against others who change it.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = session.get(PostBatch, batch_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError()
    return found
