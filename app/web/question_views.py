"""Questions as templates need them: words in one language, what was entered, what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.web.filling import FIRST, Shown
from app.web.templating import LANGUAGES, RESPONDENT_LANGUAGES
from surveys.answering import field_name
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.kinds.scale import FACES
from surveys.limits import CountLimits, NumberLimits
from surveys.ordering import in_order, ordered
from surveys.paging import pages
from surveys.piping import filled, words_of
from surveys.places import entries
from surveys.questionnaire import Choice, Question, Questionnaire
from surveys.routing import path
from surveys.wording import Wording

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionView:
    """A question as the template needs it.

    Attributes
    ----------
    number : int or None
        None for what is only read.
    limit : int
        Most characters of a text, or most options.
    unit : str or None
        What a number counts.
    given : tuple of str
        What was entered in each of its fields, or chosen; empty when nothing was.
    voice : str or None
        Address of the recording that reads it aloud.
    """

    name: str
    kind: str
    number: int | None
    text: str
    hint: str | None
    optional: bool
    options: Options
    apart: Options
    faces: bool
    limit: int
    unit: str | None
    given: tuple[str, ...]
    error: str | None
    voice: str | None = None


@dataclass(frozen=True)
class BlockView:
    """One question, or under their heading the rows of a matrix."""

    heading: str | None
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True)
class SectionView:
    """What stands under one title."""

    title: str
    blocks: tuple[BlockView, ...]

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """Every question, in the order of the page."""
        return tuple(question for block in self.blocks for question in block.questions)


def interface_locale(language: str) -> str:
    """Choose the language of buttons and hints: Vietnamese unless ours speaks the other too."""
    return language if language in RESPONDENT_LANGUAGES else LANGUAGES[0]


def section_views(
    asked: Questionnaire,
    language: str,
    shown: Shown = FIRST,
    voices: Mapping[str, str] = MappingProxyType({}),
) -> list[SectionView]:
    """Prepare what a page shows for the template; questions are numbered along the way.

    Parameters
    ----------
    voices : mapping of question code to str
        Addresses of recordings, of the questions that can be heard.
    """
    way = {question.code for question in path(asked, shown.answers)}
    sorted_ = [question for question in in_order(asked, shown.order) if question.code in way]
    numbered = (question.code for question in sorted_ if KINDS[question.kind].answered)
    numbers = {code: at for at, code in enumerate(numbered, start=1)}
    here = page_codes(asked, shown) & way
    words = words_of(asked, shown.answers, language)

    def worded(wording: Wording) -> str:
        return filled(wording.in_language(language), words)

    def block(questions: Sequence[Question]) -> BlockView:
        heading = questions[0].matrix_texts
        return BlockView(
            worded(heading) if heading else None,
            tuple(
                question_view(
                    question,
                    numbers.get(question.code),
                    language,
                    shown.form.get(field_name(question), ()),
                    shown.faults.get(question.code),
                    worded,
                    voices.get(question.code),
                )
                for question in questions
            ),
        )

    sections = (
        (section, [question for question in ordered(section, shown.order) if question.code in here])
        for section in asked.sections
    )
    return [
        SectionView(
            worded(section.titles),
            tuple(map(block, entries(replace(section, questions=tuple(questions))))),
        )
        for section, questions in sections
        if questions
    ]


def page_codes(asked: Questionnaire, shown: Shown) -> frozenset[str]:
    """Name the questions of a page; there are none on the one past the last."""
    cut = pages(asked, shown.order)
    return frozenset(cut[shown.number] if shown.number < len(cut) else ())


def question_view(
    question: Question,
    number: int | None,
    language: str,
    entered: Sequence[str] = (),
    fault: Fault | None = None,
    worded: Callable[[Wording], str] | None = None,
    voice: str | None = None,
) -> QuestionView:
    """Prepare one question for the template.

    Parameters
    ----------
    number : int, optional
        None for what is only read.
    entered : sequence of str
        The values of its field.
    worded : callable, optional
        Puts a text into the language of the page and fills in what was answered before.
    voice : str, optional
        Address of the recording that reads it aloud.
    """
    say = worded or (lambda wording: wording.in_language(language))
    ordinary = tuple(_option(it, language) for it in question.choices if not it.exclusive)
    return QuestionView(
        name=field_name(question),
        kind=question.kind,
        number=number,
        text=say(question.texts),
        hint=say(question.hints) if question.hints else None,
        optional=not question.required,
        options=ordinary,
        apart=tuple(_option(it, language) for it in question.choices if it.exclusive),
        faces=_with_faces(question, len(ordinary)),
        limit=_limit(question),
        unit=_unit(question, language),
        given=tuple(value.replace("\0", "") for value in entered),
        error=fault.message(interface_locale(language)) if fault else None,
        voice=voice,
    )


def _with_faces(question: Question, options: int) -> bool:
    return question.kind == "scale" and options == FACES and question.faces is not False


def _limit(question: Question) -> int:
    limits = question.limits
    most = limits.at_most if isinstance(limits, CountLimits) else None
    return question.max_length or most or 0


def _unit(question: Question, language: str) -> str | None:
    unit = question.limits.unit if isinstance(question.limits, NumberLimits) else None
    return unit.in_language(language) if unit else None


def _option(choice: Choice, language: str) -> tuple[str, str]:
    return choice.code, choice.texts.in_language(language)
