"""Re-checks of a batch: drawn from the round's seed, done by another body, then settled (0051)."""

import unicodedata
from dataclasses import dataclass

from app.database import writing
from app.documents import post_sheets
from app.documents.post_sheets import Recheck
from app.extensions import db
from app.models import PostBatch
from app.queries import post_batches as rows, rounds
from app.queries.post_batches import BatchView
from app.services import post_lists, post_payments, post_rules, recording
from app.services.errors import (
    FieldFault,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from app.services.leases import Concluding, open_end
from app.services.post_batches import LEADERS, locked
from app.services.post_rules import Found
from app.services.recording import Actor
from app.services.rights import require
from app.services.states import POST_BATCH_EDGES, step
from app.texts import N_
from app.vocabulary import PostBatchState, Role
from sampling.selection import keyed_uniforms

PURPOSE, STAGE = "recheck", 1
CHECKERS = frozenset({Role.COORDINATOR, Role.INSPECTOR})
SAME_PERSON = N_(
    "Whoever handed the forms over or took them back does not re-check them: let another person do."
)
SAME_BODY = N_("The body that carried the forms does not re-check them: name another one.")
TAKEN = N_("Another person has drawn the re-check of this batch already.")
NO_SEED = N_("The seed of this round is not known before its end: draw the re-check then.")
NOT_DRAWN = N_("Draw the re-check first.")
SUM = N_("%(sum)s dossiers are accounted for, %(drawn)s were re-checked.")
MORE_THAN_VALID = N_("More forms were judged (%(judged)s) than the carrier handed in as valid.")
CHECKER_SETTLES = N_("Whoever did the re-check does not settle the batch: let another person do.")


@dataclass(frozen=True)
class DrawnRecheck:
    """The sheet of the dossiers to visit again."""

    filename: str
    content: bytes
    dossiers: int


def draw(
    actor: Actor, batch_id: int, checker: str, conclude: Concluding[DrawnRecheck] = open_end
) -> DrawnRecheck:
    """Draw the dossiers to re-check and print their sheet; for the worker.

    Asked again by the same person it gives the same sheet.

    Parameters
    ----------
    checker : str
        Name of the body that re-checks.

    Raises
    ------
    ForbiddenError
        If the person handed the forms over or took them back, or somebody else has drawn.
    WrongStateError
        If the forms are not back, the body is the carrier, or seed or list cannot be had.
    """
    db.session.rollback()
    view = rows.one(batch_id)
    if view is None:
        raise NotFoundError()
    require_another(actor, view, checker)
    codes = _codes(view)
    # The same codes whenever it is asked: printing keeps nobody waiting who answers meanwhile.
    drawn = DrawnRecheck(f"phuc-tra-{batch_id}.pdf", _sheet(view, checker, codes), len(codes))
    with writing() as session:
        require(actor, CHECKERS)
        batch = locked(session, batch_id)
        require_another(actor, batch, checker)
        post_lists.void(session, batch)
        first = batch.rechecks is None
        batch.checker, batch.rechecks, batch.checked_by = checker, len(codes), actor.account_id
        if first:
            what = f"post_batch:{batch_id}"
            recording.record(session, actor, "post.recheck_drawn", what, dossiers=len(codes))
        conclude(session, drawn)
    return drawn


def _codes(batch: BatchView) -> list[str]:
    """Draw the dossiers of a batch that are re-checked."""
    seed = rows.seed(batch.round_id)
    if not seed:
        raise WrongStateError(NO_SEED)
    session = db.session()
    listed = post_lists.opened(session, session.get_one(PostBatch, batch.id))
    return chosen(
        bytes.fromhex(seed),
        label(batch),
        [dossier.code for dossier in rows.dossiers(listed)],
        post_rules.rechecks(batch.forms, batch.share),
    )


def chosen(seed: bytes, stratum: str, codes: list[str], count: int) -> list[str]:
    """Choose the codes with the smallest numbers of the seed; sorted, as they are visited.

    Who answered, and what the carrier says, plays no part.
    """
    uniforms = keyed_uniforms(seed, PURPOSE, STAGE, [stratum] * len(codes), codes)
    ranked = sorted(zip(uniforms.tolist(), codes, strict=True))
    return sorted(code for _, code in ranked[:count])


def label(batch: BatchView) -> str:
    """Name the stratum that a batch is in the draw of re-checks."""
    return f"{batch.unit_code}/{batch.day.isoformat()}"


def same_body(one: str, other: str) -> bool:
    """Whether two names mean the same body: letters and digits alone count, without accents.

    Examples
    --------
    >>> same_body("Bưu điện  Tân Biên", "BUU DIEN TAN BIEN"), same_body("A", "B")
    (True, False)
    """
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())


def may_check(account_id: int | None, batch: PostBatch | BatchView) -> bool:
    """Whether a person had no hand in a batch, and nobody else re-checks it."""
    stranger = account_id not in {batch.made_by, batch.returned_by}
    return stranger and batch.checked_by in {None, account_id}


def require_another(actor: Actor, batch: PostBatch | BatchView, checker: str) -> None:
    """Make sure that another person and another body re-check than those of the hand-over.

    Raises
    ------
    ForbiddenError, WrongStateError
        As `draw`.
    """
    if batch.state is not PostBatchState.RETURNED:
        raise WrongStateError()
    if actor.account_id in {batch.made_by, batch.returned_by}:
        raise ForbiddenError(SAME_PERSON)
    if not may_check(actor.account_id, batch):
        raise ForbiddenError(TAKEN)
    if not _bare(checker) or same_body(checker, batch.carrier):
        raise WrongStateError(SAME_BODY)


def _sheet(view: BatchView, checker: str, codes: list[str]) -> bytes:
    found = rounds.one(view.round_id)
    assert found is not None
    return post_sheets.recheck(
        Recheck(
            round_name=found.name,
            dry_run=found.dry_run,
            unit=view.unit_name,
            carrier=view.carrier,
            checker=checker,
            day=view.day,
            forms=view.forms,
            codes=codes,
        )
    )


def faults(batch: BatchView, found: Found) -> list[FieldFault]:
    """List what of the results cannot be."""
    drawn, valid = batch.rechecks or 0, batch.valid or 0
    if found.all != drawn:
        numbers = {"sum": found.all, "drawn": drawn}
        return [FieldFault("unclaimed", SUM, numbers)]
    if found.judged + found.absent > valid:
        judged = found.judged + found.absent
        return [FieldFault("confirmed", MORE_THAN_VALID, {"judged": judged})]
    return []


def check(actor: Actor, batch_id: int, found: Found) -> BatchView:
    """Make sure that somebody may enter these results, before the worker is asked to.

    Raises
    ------
    ForbiddenError, InvalidInputError, NotFoundError, WrongStateError
        If it is not for this person, or the numbers cannot be; `faults` are `FieldFault`.
    """
    batch = rows.one(batch_id)
    if batch is None:
        raise NotFoundError()
    if batch.state is not PostBatchState.RETURNED or batch.rechecks is None:
        raise WrongStateError(NOT_DRAWN)
    if batch.checked_by != actor.account_id:
        raise ForbiddenError(TAKEN)
    wrong = faults(batch, found)
    if wrong:
        raise InvalidInputError(faults=wrong)
    return batch


def enter(
    actor: Actor,
    batch_id: int,
    found: Found,
    interval: tuple[float, float] | None,
    conclude: Concluding[int] = open_end,
) -> None:
    """Store what the re-check found, and destroy the list of the batch; for the worker.

    Parameters
    ----------
    interval : (float, float) or None
        Ends of the share that failed, as `post_intervals.exact` works them out.

    Raises
    ------
    ForbiddenError, InvalidInputError, NotFoundError, WrongStateError
        As `check`.
    """
    with writing() as session:
        require(actor, CHECKERS)
        batch = locked(session, batch_id)
        check(actor, batch_id, found)
        batch.state = step(POST_BATCH_EDGES, batch.state, PostBatchState.RECHECKED)
        for name, value in vars(found).items():
            setattr(batch, name, value)
        batch.lower, batch.upper = interval or (None, None)
        post_lists.destroy(session, actor, batch)
        recording.record(session, actor, "post.rechecked", f"post_batch:{batch_id}", **vars(found))
        conclude(session, batch_id)


def settle(actor: Actor, batch_id: int) -> None:
    """Settle a batch: what is paid for it stands from now on.

    Raises
    ------
    ForbiddenError, NotFoundError, WrongStateError
        If the person did the re-check or leads no rounds, there is no such batch, or it was not
        re-checked.
    """
    with writing() as session:
        require(actor, LEADERS)
        batch = locked(session, batch_id)
        batch.state = step(POST_BATCH_EDGES, batch.state, PostBatchState.SETTLED)
        if batch.checked_by == actor.account_id:
            raise ForbiddenError(CHECKER_SETTLES)
        batch.settled_by = actor.account_id
        view = rows.one(batch_id)
        assert view is not None
        paid = post_payments.paid(view)
        amount = paid * batch.price
        recording.record(
            session, actor, "post.settled", f"post_batch:{batch_id}", paid=paid, amount=amount
        )
