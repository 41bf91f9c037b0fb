"""One batch: its numbers, the form that is next, its papers."""

from flask import Response, render_template
from flask_login import current_user

from app.queries.post_batches import BatchView
from app.services import post_papers, post_payments, post_rechecks, post_rules
from app.vocabulary import PostBatchState, Role
from app.web import access
from app.web.forms import StaffForm
from app.web.given_round import leads, the_round
from app.web.post.forms import RecheckForm, ResultForm, ReturnForm
from app.web.post.site import ONE, READERS, blueprint, crumbs, the_batch
from app.web.slips.lists import attachment

PDF = "application/pdf"


@blueprint.get(ONE)
@access.roles(*READERS)
def one_batch(round_id: int, batch_id: int) -> str:
    """Show a batch."""
    return page(the_batch(round_id, batch_id))


@blueprint.get(f"{ONE}/handover.pdf")
@access.roles(Role.COORDINATOR)
def handover(round_id: int, batch_id: int) -> Response:
    """Print the minutes of the hand-over."""
    batch, found = the_batch(round_id, batch_id), the_round(round_id)
    content = post_papers.minutes("handover", found, batch)
    return attachment(content, PDF, f"bien-ban-ban-giao-phieu-{batch_id}.pdf")


@blueprint.get(f"{ONE}/acceptance.pdf")
@access.roles(Role.COORDINATOR)
def acceptance(round_id: int, batch_id: int) -> Response:
    """Print the minutes of the acceptance; before the return, with dots to fill in."""
    batch, found = the_batch(round_id, batch_id), the_round(round_id)
    content = post_papers.minutes("acceptance", found, batch)
    return attachment(content, PDF, f"bien-ban-nghiem-thu-phieu-{batch_id}.pdf")


@blueprint.get(f"{ONE}/signatures.pdf")
@access.roles(Role.COORDINATOR)
def signatures(round_id: int, batch_id: int) -> Response:
    """Print the ruled sheet for signatures."""
    batch, found = the_batch(round_id, batch_id), the_round(round_id)
    content = post_papers.signatures(found, batch)
    return attachment(content, PDF, f"danh-sach-ky-nhan-{batch_id}.pdf")


def page(batch: BatchView, wrong: StaffForm | None = None) -> str:
    """Render a batch; a form that failed keeps what was entered."""
    found, state = the_round(batch.round_id), batch.state
    person = current_user.person.id
    back = state is PostBatchState.RETURNED
    drawn = batch.rechecks is not None
    may_check = post_rechecks.may_check(person, batch)
    return_form = wrong if isinstance(wrong, ReturnForm) else ReturnForm(None)
    recheck_form = wrong if isinstance(wrong, RecheckForm) else RecheckForm(None)
    result_form = wrong if isinstance(wrong, ResultForm) else ResultForm(None)
    if drawn and not isinstance(wrong, RecheckForm):
        recheck_form.checker.data = batch.checker
    out = state is PostBatchState.HANDED_OVER
    return render_template(
        "post/one.html",
        round=found,
        batch=batch,
        leads=leads(),
        return_form=return_form if leads() and out else None,
        recheck_form=recheck_form if back and may_check and batch.readable else None,
        result_form=result_form if back and drawn and batch.checked_by == person else None,
        planned=post_rules.rechecks(batch.forms, batch.share),
        redone=post_rules.is_redone(batch.lower),
        tolerated=post_rules.TOLERATED,
        paid=post_payments.paid(batch),
        settles=leads() and state is PostBatchState.RECHECKED and batch.checked_by != person,
        crumbs=crumbs(found, below=True),
    )
