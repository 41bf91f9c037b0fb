"""The page of all questions: rendered once for each version and language, filled per visitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import force_locale, gettext
from markupsafe import escape

from app.protection import NAMES as PROTECTIONS, OF_DOORS, PROMISES, Protection
from app.queries.ballots import BallotView
from app.services import durations, responding
from app.services.responding import Traits
from app.vocabulary import Door
from app.web import devices
from app.web.splicing import Spliced
from app.web.templating import LANGUAGES
from surveys.answering import field_name
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.questionnaire import Choice, Question, Questionnaire

NONCE, STARTED = "nonce", "started"
# What stands in for the parts that differ. No text of a questionnaire holds a NUL.
CSP, FORM, START, UNIT = "\0csp\0", "\0form\0", "\0start\0", "\0unit\0"
FACES = 5
NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "ខ្មែរ", "zh": "中文"}


@dataclass(frozen=True)
class QuestionView:
    """A question as the template needs it."""

    name: str
    kind: str
    number: int
    text: str
    hint: str | None
    optional: bool
    options: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str], ...]
    faces: bool
    limit: int
    given: str
    error: str | None


@dataclass(frozen=True)
class SectionView:
    """Questions under one title."""

    title: str
    questions: tuple[QuestionView, ...]


def language_of(asked: Questionnaire, wanted: Sequence[str | None]) -> str:
    """Choose the first wanted language that the questionnaire speaks, else its own first."""
    return next((word for word in wanted if word in asked.languages), None) or asked.languages[0]


def interface_locale(language: str) -> str:
    """Choose the language of buttons and hints: Vietnamese unless ours speaks the other too."""
    return language if language in LANGUAGES else LANGUAGES[0]


def protection_of(door: Door) -> Protection:
    """Tell how the answers that come by a door are protected."""
    return OF_DOORS[door]


@lru_cache(maxsize=64)
def blank(questionnaire_hash: str, language: str, protection: Protection, dry_run: bool) -> Spliced:
    """Render the page without answers, ready to be filled by `Spliced`."""
    asked = responding.questionnaire(questionnaire_hash)
    # Nothing of the request that happens to be the first one goes into a page for all.
    with current_app.test_request_context("/q"):
        page = rendered(
            asked,
            language,
            protection,
            dry_run=dry_run,
            csp_nonce=CSP,
            nonce=FORM,
            started=START,
            unit_name=UNIT,
        )
    return Spliced(page, (CSP, FORM, START, UNIT))


def asking(
    ballot: BallotView,
    wanted: Sequence[str | None],
    csp_nonce: str,
    nonce: str,
    *,
    packed: bool,
) -> bytes:
    """Write the page for the holder of a ballot, ready to be sent.

    Parameters
    ----------
    csp_nonce, nonce : str
        Those of the page's policy and of its form, both fresh.
    packed : bool
        Compress it.
    """
    asked = responding.questionnaire(ballot.questionnaire_hash)
    language = language_of(asked, wanted)
    page = blank(ballot.questionnaire_hash, language, protection_of(ballot.door), ballot.dry_run)
    words = {
        CSP: csp_nonce,
        FORM: nonce,
        START: durations.started(nonce),
        UNIT: str(escape(ballot.unit_name)),
    }
    return page.gzipped(words) if packed else page.plain(words)


def returned(form: Mapping[str, Sequence[str]], user_agent: str) -> tuple[str, Traits]:
    """Read the nonce of a form that comes back, and what it tells about the answering."""
    nonce = first(form, NONCE)
    return nonce, Traits(durations.class_of(first(form, STARTED), nonce), devices.kind(user_agent))


def first(form: Mapping[str, Sequence[str]], field: str) -> str:
    """Read the first value of a field; "" when there is none."""
    return next(iter(form.get(field, ())), "")


def rendered(
    asked: Questionnaire,
    language: str,
    protection: Protection,
    *,
    dry_run: bool,
    nonce: str,
    started: str,
    unit_name: str,
    form: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, Fault] | None = None,
    **context: Any,
) -> str:
    """Render the page, with what was entered and what is wrong with it."""
    sections = section_views(asked, language, form or {}, faults or {})
    locale = interface_locale(language)
    with force_locale(locale):
        return render_template(
            "respond/questions.html",
            asked=asked,
            language=language,
            locale=language,
            languages=language_links(asked.languages, language),
            protection=protection,
            label=gettext(PROTECTIONS[protection]),
            promise=gettext(PROMISES[protection]),
            privacy_url=url_for("receipts.privacy", lang=locale),
            sections=sections,
            faults=[
                (question.name, f"{question.number}. {question.text}")
                for section in sections
                for question in section.questions
                if question.error
            ],
            dry_run=dry_run,
            nonce=nonce,
            started=started,
            unit_name=unit_name,
            **context,
        )


def language_links(
    languages: Sequence[str], language: str, endpoint: str = "respond.questions"
) -> list[tuple[str, str, str, bool]]:
    """List the languages: name, address, code, whether it is this one; nothing for one alone.

    Parameters
    ----------
    endpoint : str
        The page that is read in another language; a form that was refused begins anew.
    """
    if len(languages) < 2:
        return []
    return [
        (NAMES.get(code, code), url_for(endpoint, lang=code), code, code == language)
        for code in languages
    ]


def section_views(
    asked: Questionnaire,
    language: str,
    form: Mapping[str, Sequence[str]],
    faults: Mapping[str, Fault],
) -> list[SectionView]:
    """Prepare the sections for the template, questions numbered throughout."""
    numbers = {question.code: at for at, question in enumerate(asked.questions, start=1)}
    return [
        SectionView(
            section.titles.in_language(language),
            tuple(
                question_view(question, numbers[question.code], language, form, faults)
                for question in section.questions
            ),
        )
        for section in asked.sections
    ]


def question_view(
    question: Question,
    number: int,
    language: str,
    form: Mapping[str, Sequence[str]],
    faults: Mapping[str, Fault],
) -> QuestionView:
    """Prepare one question for the template."""
    name = field_name(question)
    fault = faults.get(question.code)
    ordinary = tuple(_option(it, language) for it in question.choices if not it.exclusive)
    return QuestionView(
        name=name,
        kind=question.kind,
        number=number,
        text=question.texts.in_language(language),
        hint=question.hints.in_language(language) if question.hints else None,
        optional=not question.required,
        options=ordinary,
        apart=tuple(_option(it, language) for it in question.choices if it.exclusive),
        faces=question.kind == "scale" and len(ordinary) == FACES,
        limit=question.max_length or 0,
        given=first(form, name).replace("\0", ""),
        error=fault.message(interface_locale(language)) if fault else None,
    )


def _option(choice: Choice, language: str) -> tuple[str, str]:
    return choice.code, choice.texts.in_language(language)


def entered(asked: Questionnaire, form: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a form answers any question at all."""
    return any(
        isinstance(KINDS[question.kind].read(question, form.get(field_name(question), ())), str)
        for question in asked.questions
    )
