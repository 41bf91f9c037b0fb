"""What everybody may look up about answers: counted or not, by whom pressed, how protected."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.protection import NAMES, PROMISES, Protection
from app.queries import receipts
from app.services import pressure_reports, receipt_lists
from app.services.errors import NotFoundError
from app.web import access, cookies, guessing
from app.web.guessing import Kind
from app.web.templating import LANGUAGE, LANGUAGES
from surveys import links

blueprint = Blueprint("receipts", __name__)
LONGEST = 64
LARGEST_FORM = 4096
DAY = 24 * 3600


@blueprint.get("/r")
@access.respondent
def form() -> str:
    """Ask for the code; whoever has just answered finds it there."""
    given = links.read_receipt(cookies.read(cookies.RECEIPT)) or ""
    return check_page(typed=given, code=given)


@blueprint.post("/r")
@access.respondent
@csrf.exempt
def check() -> AnyResponse:
    """Say whether the answer behind a code is counted; nothing is stored."""
    typed = typed_code()
    code = links.read_receipt(typed)
    if code is None:
        return make_response(check_page(typed=typed, outcome="unreadable"))
    hashed = links.receipt_hash(code).hex()
    counted = receipts.counted(hashed)
    if guessing.full(Kind.RECEIPT, missed=counted is None) and counted is None:
        return too_many()
    if counted is None:
        return make_response(check_page(typed=typed, code=code, outcome="not_yet"))
    page = check_page(
        typed=typed,
        code=code,
        outcome="counted",
        hashed=hashed,
        list_of=counted.round_id if receipt_lists.published(counted.round_id) else None,
        trial_run=counted.dry_run,
    )
    return make_response(page)


@blueprint.get("/r/pressed")
@access.respondent
def back_to_form() -> AnyResponse:
    """Lead back to the form whoever opens the address of the report itself."""
    return redirect(url_for(".form", lang=request.args.get("lang"), _anchor="pressed"), 303)


@blueprint.post("/r/pressed")
@access.respondent
@csrf.exempt
def report_pressure() -> AnyResponse:
    """Note that somebody was pressed; the reply is the same for any code of the right form."""
    code = links.read_receipt(typed_code())
    if code is None:
        return make_response(check_page(outcome="unreadable"))
    hashed = links.receipt_hash(code).hex()
    known = receipts.counted(hashed) is not None
    if guessing.full(Kind.RECEIPT, missed=not known) and not known:
        return too_many()
    pressure_reports.report(hashed)
    return make_response(check_page(outcome="reported"))


@blueprint.get("/public/rounds/<int:round_id>/receipts.txt")
@access.anyone
def receipt_list(round_id: int) -> AnyResponse:
    """Give the receipts of a round that is over, for everybody to look for their own.

    Raises
    ------
    NotFoundError
        As long as receipts may come.
    """
    found = receipt_lists.published(round_id)
    if found is None:
        raise NotFoundError()
    reply = Response(content_type="text/plain; charset=utf-8")
    reply.set_etag(found.root)
    reply.headers["Cache-Control"] = f"public, max-age={DAY}"
    if found.root in request.if_none_match:
        reply.status_code = 304
    else:
        reply.set_data(receipt_lists.as_text(round_id))
    return reply


@blueprint.get("/public/privacy")
@access.anyone
def privacy() -> str:
    """Explain how answers are protected, and against what they are not."""
    with force_locale(language()):
        words = [(gettext(NAMES[word]), gettext(PROMISES[word])) for word in Protection]
    return page("public/privacy.html", protections=words)


def check_page(**context: Any) -> str:
    """Render the page of receipts: what was typed, the code read from it, what came of it."""
    blank = {"typed": "", "code": "", "outcome": "", "hashed": "", "list_of": None}
    return page("receipts/check.html", **(blank | context))


def too_many() -> AnyResponse:
    """Ask to wait, whatever the last code was."""
    reply = make_response(check_page(outcome="wait"), 429)
    reply.headers["Retry-After"] = str(guessing.RETRY_SECONDS)
    return reply


def page(template: str, **context: Any) -> str:
    """Render a public page in the reader's language."""
    asked = request.args.get("lang")
    with force_locale(language()):
        return render_template(template, lang=asked if asked in LANGUAGES else None, **context)


def language() -> str:
    """Choose the language: an address names it for those who never chose one."""
    chosen, asked = request.cookies.get(LANGUAGE), request.args.get("lang")
    wanted = (chosen, asked, current_app.config["KHAOSAT"].locale)
    return next(word for word in wanted if word in LANGUAGES)


def typed_code() -> str:
    """Read the code of a form that holds nothing else."""
    request.max_content_length = LARGEST_FORM
    return request.form.get("code", "")[:LONGEST]
