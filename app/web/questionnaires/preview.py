"""A questionnaire as respondents see it, page by page; nothing that is entered is stored.

The pages are made by the very functions that make a respondent's. What is sent is read and shown,
in this one request: no ballot, token, box or round is looked up, and no service is called.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.extensions import csrf
from app.protection import Protection
from app.web import access
from app.web.filling import SO_FAR, Shown, beginning, to_mend, turned
from app.web.question_page import NAMES, NONCE, first, language_of, rendered
from app.web.questionnaires import site
from app.web.questionnaires.site import READERS, Subject, blueprint
from surveys.answering import Reading, read_answers
from surveys.codebook import Coded
from surveys.coding import codebook, coded
from surveys.links import is_well_formed, new_token
from surveys.ordering import order_of
from surveys.questionnaire import Questionnaire

PHONE = "phone"
Form = Mapping[str, Sequence[str]]


@blueprint.get("/<key>/preview")
@access.roles(*READERS)
def preview(key: str) -> Response:
    """Show the first page."""
    found, nonce = site.the_subject(key), new_token()
    return questions(found, nonce, beginning(found.asked, nonce))


# Respondents' pages have no token against forgery. Nothing is stored that one could forge.
@blueprint.post("/<key>/preview")
@csrf.exempt
@access.roles(*READERS)
def fill(key: str) -> Response | str:
    """Take a page as a respondent's is taken, and show the next, or what would be stored."""
    found, form = site.the_subject(key), request.form.to_dict(flat=False)
    sent = first(form, NONCE)
    nonce = sent if is_well_formed(sent) else new_token()
    filled: Form = form
    if SO_FAR in form:
        step = turned(found.asked, seal_of(found), form, nonce)
        if isinstance(step, Shown):
            return questions(found, nonce, step)
        filled = step.form
    reading = read_answers(found.asked, filled, order_of(nonce))
    if reading.faults:
        return questions(found, nonce, to_mend(found.asked, nonce, filled, reading.faults))
    return render_template(
        "questionnaires/filled.html",
        found=found,
        title=found.asked.titles.in_language(site.interface()),
        thanks=found.asked.thanks.in_language(site.interface()),
        stored=would_be_stored(found.asked, reading),
        comment=reading.comment,
        again=address(found, PHONE in request.args, request.args.get("lang")),
    )


def questions(found: Subject, nonce: str, shown: Shown) -> Response:
    """Render a page of questions with the banner that tells it from a real one."""
    asked, phone = found.asked, PHONE in request.args
    language = language_of(asked, [request.args.get("lang"), site.interface()])
    page = rendered(
        asked,
        language,
        Protection.ANONYMOUS,
        dry_run=False,
        nonce=nonce,
        started="",
        unit_name=gettext("(the unit that handled the dossier)"),
        shown=shown,
        version=seal_of(found),
        links=links(found, language, phone),
        action=address(found, phone, language),
        preview=url_for(".one", key=found.key),
        phone=phone,
        other_width=address(found, not phone, language),
    )
    return make_response(page, 422 if shown.faults else 200)


def seal_of(found: Subject) -> str:
    """Name what a preview's answers so far are sealed for: they open in no real form."""
    return f"preview:{found.hash}"


def address(found: Subject, phone: bool, language: str | None) -> str:
    """Give the address of the preview in a language and a width."""
    wanted: dict[str, Any] = {PHONE: 1} if phone else {}
    return url_for(".preview", key=found.key, lang=language, **wanted)


def links(found: Subject, language: str, phone: bool) -> list[tuple[str, str, str, bool]]:
    """List the languages as the respondent's page does; nothing for one alone."""
    if len(found.asked.languages) < 2:
        return []
    return [
        (NAMES.get(code, code), address(found, phone, code), code, code == language)
        for code in found.asked.languages
    ]


def would_be_stored(
    asked: Questionnaire, reading: Reading
) -> list[tuple[str, str, str | None, str]]:
    """Give each column of the codebook: name, label, value (None if missing), value's label."""
    language = site.interface()
    row = coded(asked, reading.answers)
    return [
        (column.name, column.label, written(row[column.name]), label)
        for column in codebook(asked, language)
        for label in [labelled(column.labels, column.values, row[column.name])]
    ]


def written(value: Coded) -> str | None:
    """Write a value as the data file has it."""
    return f"{value:g}" if isinstance(value, float) else value


def labelled(labels: Mapping[str, str], values: Mapping[str, float], value: Coded) -> str:
    """Find the words of a value; "" where it has none."""
    if isinstance(value, float):
        return next((labels[code] for code, number in values.items() if number == value), "")
    return labels.get(value or "", "")
