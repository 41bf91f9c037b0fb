"""The list of questionnaires, and one of them as an official reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext

from app.queries import questionnaires as rows
from app.queries.questionnaires import RoundName
from app.services import audiences, questionnaires
from app.vocabulary import QuestionnaireState
from app.web import access
from app.web.questionnaires import site
from app.web.questionnaires.forms import UploadForm
from app.web.questionnaires.outline import answered, languages, outline
from app.web.questionnaires.site import READERS, Subject, blueprint
from app.web.questionnaires.words import AUDIENCES, DIFFERENCES, PAGINGS, STATES
from surveys import instruments
from surveys.burden import minutes
from surveys.checking import warnings
from surveys.errors import Fault
from surveys.paging import pages
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.versions import changes, comparable


@dataclass(frozen=True)
class Sizes:
    """How much a questionnaire asks."""

    languages: list[tuple[str, bool]]
    questions: int
    pages: int
    minutes: int


@dataclass(frozen=True)
class Listed:
    """A questionnaire on the list."""

    subject: Subject
    title: str
    sizes: Sizes
    rounds: Sequence[RoundName]


@dataclass(frozen=True)
class ChangeView:
    """A difference to the version before, in words."""

    question: str
    what: str
    was: str
    is_now: str


@dataclass(frozen=True)
class Comparison:
    """What differs from the version before, and how many questions can be compared."""

    version: int
    changes: Sequence[ChangeView]
    comparable: int


@blueprint.get("")
@access.roles(*READERS)
def all_questionnaires() -> str:
    """List the questionnaires."""
    return list_page()


def list_page(form: UploadForm | None = None, faults: Sequence[Fault] = ()) -> str:
    """Render the list, with the form that was sent and what is wrong with its file."""
    used, locale = rows.used(), site.interface()
    own = [site.own(row) for row in rows.all_versions()]
    shipped = [site.shipped(code) for code in instruments.available()]

    def listed(subjects: Sequence[Subject]) -> list[Listed]:
        return [
            Listed(
                subject,
                subject.asked.titles.in_language(locale),
                sizes(subject.asked, locale),
                used.get(subject.hash, ()),
            )
            for subject in subjects
        ]

    return render_template(
        "questionnaires/all.html",
        own=listed(own),
        shipped=listed(shipped),
        states=STATES,
        form=form or UploadForm(formdata=None),
        faults=faults,
        may_keep=site.may_keep(),
    )


@blueprint.get("/<key>")
@access.roles(*READERS)
def one(key: str) -> str:
    """Show what a questionnaire asks, whom, and what differs from the version before."""
    return one_page(site.the_subject(key))


def one_page(found: Subject, refused: Sequence[Fault] = ()) -> str:
    """Render a questionnaire; `refused` is what stood against an act just tried."""
    asked, locale = found.asked, site.interface()
    return render_template(
        "questionnaires/one.html",
        found=found,
        title=asked.titles.in_language(locale),
        sizes=sizes(asked, locale),
        state=STATES[found.state],
        audience=gettext(AUDIENCES[audiences.audience(asked.code)]),
        paging=gettext(PAGINGS[asked.paging]),
        sections=outline(asked, locale),
        factors=[
            (factor.code, factor.titles.in_language(locale), factor.filled_from is not None)
            for factor in asked.factors
        ],
        comparison=comparison(found),
        warnings=warnings(asked),
        obstacles=refused or obstacles(found),
        rounds=rows.used().get(found.hash, ()),
        may_keep=site.may_keep() and found.row is not None,
        may_record=site.may_keep(),
        draft=is_draft(found),
        withdrawn=found.state is QuestionnaireState.WITHDRAWN,
        **texts(asked, locale),
    )


def obstacles(found: Subject) -> Sequence[Fault]:
    """Tell what keeps a draft from being published; nothing for anything else."""
    if found.row is None or not is_draft(found):
        return ()
    earlier = [version.document for version in rows.published_before(found.row.code)]
    return questionnaires.obstacles(found.row.document, earlier)


def texts(asked: Questionnaire, locale: str) -> dict[str, Any]:
    """Give what stands around the questions."""
    return {
        "intro": asked.intro.in_language(locale),
        "thanks": asked.thanks.in_language(locale),
        "label": asked.label.in_language(locale),
    }


def is_draft(found: Subject) -> bool:
    """Whether it may still be changed."""
    return found.state is QuestionnaireState.DRAFT


def sizes(asked: Questionnaire, locale: str) -> Sizes:
    """Measure a questionnaire; its pages are those of the document's own order."""
    return Sizes(languages(asked), answered(asked), len(pages(asked)), minutes(asked, locale))


def comparison(found: Subject) -> Comparison | None:
    """Compare with the published version before; None where there is none."""
    if found.row is None:
        return None
    before = next(iter(rows.published_before(found.row.code, found.row.version)), None)
    if before is None:
        return None
    old = read_questionnaire(before.document)
    told = [
        ChangeView(it.question, str(gettext(DIFFERENCES[it.difference])), it.was, it.is_now)
        for it in changes(old, found.asked)
    ]
    return Comparison(before.version, told, len(comparable(old, found.asked)))
