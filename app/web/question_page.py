"""A page of questions; the first is rendered once for each version and language, then filled."""

from collections.abc import Mapping, Sequence
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
from app.web import devices, form_state, listening
from app.web.filling import FIRST, Shown
from app.web.form_state import SoFar
from app.web.listening import Voices
from app.web.question_views import interface_locale, section_views
from app.web.splicing import Spliced
from surveys.answering import field_name
from surveys.kinds import KINDS
from surveys.ordering import order_of, shuffles
from surveys.paging import pages, progress
from surveys.questionnaire import Questionnaire

NONCE, STARTED = "nonce", "started"
# What stands in for the parts that differ. No text of a questionnaire holds a NUL.
CSP, FORM, START, UNIT = "\0csp\0", "\0form\0", "\0start\0", "\0unit\0"
NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "ខ្មែរ", "zh": "中文"}


def language_of(asked: Questionnaire, wanted: Sequence[str | None]) -> str:
    """Choose the first wanted language that the questionnaire speaks, else its own first."""
    return next((word for word in wanted if word in asked.languages), None) or asked.languages[0]


def protection_of(door: Door) -> Protection:
    """Tell how the answers that come by a door are protected."""
    return OF_DOORS[door]


@lru_cache(maxsize=128)
def blank(
    questionnaire_hash: str,
    language: str,
    protection: Protection,
    dry_run: bool,
    order: int = 0,
    voices: Voices = (),
) -> Spliced:
    """Render the first page without answers, ready to be filled by `Spliced`."""
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
            shown=Shown(order=order),
            voices=voices,
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
    page = blank(
        ballot.questionnaire_hash,
        language,
        protection_of(ballot.door),
        ballot.dry_run,
        order_of(nonce) if shuffles(asked) else 0,
        listening.heard().voices(ballot.questionnaire_hash, asked, language),
    )
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
    shown: Shown = FIRST,
    version: str = "",
    links: Sequence[tuple[str, str, str, bool]] | None = None,
    voices: Voices | None = None,
    **context: Any,
) -> str:
    """Render a page of a form, with what was entered and what is wrong with it.

    Parameters
    ----------
    version : str
        Hash of the questionnaire, needed where the page carries answers of others.
    links : sequence, optional
        The languages as `language_links` gives them, where the page has another address.
    voices : Voices, optional
        The recordings of its questions; looked up unless given.
    """
    if voices is None:
        voices = listening.heard().voices(version, asked, language)
    sections = section_views(asked, language, shown, listening.addresses(voices))
    locale = interface_locale(language)
    begun = bool(shown.number or shown.answers)
    own_links = language_links(asked.languages, language) if links is None else links
    paged = len(pages(asked, shown.order)) > 1
    so_far = SoFar(shown.number, shown.answers)
    with force_locale(locale):
        return render_template(
            "respond/questions.html",
            asked=asked,
            language=language,
            locale=language,
            languages=[] if begun else own_links,
            others=[link for link in own_links if not link[3]] if begun else [],
            so_far=(form_state.sealed(so_far, version, nonce) if begun else "") if paged else None,
            begun=begun,
            ends=shown.number >= len(pages(asked, shown.order)) - 1,
            progress=progress(asked, shown.number if sections else None, shown.order),
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


def entered(asked: Questionnaire, form: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a form answers any question at all."""
    return any(
        isinstance(
            KINDS[question.kind].read(question, form.get(field_name(question), ())), str | tuple
        )
        for question in asked.questions
    )
