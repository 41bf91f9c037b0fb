"""A questionnaire as an official reads it: what is asked, of whom, and what it counts for."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext

from app.web.questionnaires.words import ATTRIBUTED, KINDS, LANGUAGES, ROLES
from app.web.templating import day, number
from surveys.conditions import Condition
from surveys.conditions_words import in_words, numbers
from surveys.kinds import KINDS as OF_KIND
from surveys.limits import CountLimits, DateLimits, Limits, NumberLimits
from surveys.paging import pages
from surveys.places import entries
from surveys.questionnaire import Choice, Question, Questionnaire, Section


@dataclass(frozen=True)
class OptionView:
    """An option: its words, its code, what it counts for."""

    text: str
    code: str
    value: str
    exclusive: bool
    satisfied: bool


@dataclass(frozen=True)
class QuestionOutline:
    """A question; texts in the language of the page, "" for what it does not have."""

    number: int | None
    code: str
    text: str
    hint: str
    kind: str
    role: str
    factor: str
    attributed_to: str
    required: bool
    limits: str
    condition: str
    page: int
    options: tuple[OptionView, ...]


@dataclass(frozen=True)
class EntryOutline:
    """A question, or a matrix with its rows: the options of a matrix stand once."""

    matrix: str
    heading: str
    shuffled: bool
    questions: tuple[QuestionOutline, ...]
    options: tuple[OptionView, ...]


@dataclass(frozen=True)
class SectionOutline:
    """A section with its condition in words."""

    title: str
    condition: str
    shuffled: bool
    entries: tuple[EntryOutline, ...]


def outline(asked: Questionnaire, locale: str) -> list[SectionOutline]:
    """Give the structure of a questionnaire in words."""
    teller = _Outliner(asked, locale)
    return [teller.section(section) for section in asked.sections]


def answered(asked: Questionnaire) -> int:
    """Count the questions that take an answer."""
    return len(numbers(asked))


def languages(asked: Questionnaire) -> list[tuple[str, bool]]:
    """Name the languages, each with whether its words are a draft."""
    return [
        (str(gettext(LANGUAGES[code])) if code in LANGUAGES else code, code in asked.drafts)
        for code in asked.languages
    ]


class _Outliner:
    def __init__(self, asked: Questionnaire, locale: str) -> None:
        self.asked, self.locale = asked, locale
        self.numbers = numbers(asked)
        self.factors = {factor.code: factor.titles for factor in asked.factors}
        cut = enumerate(pages(asked), start=1)
        self.pages = {code: place for place, codes in cut for code in codes}

    def condition(self, condition: Condition | None) -> str:
        return in_words(condition, self.asked, self.locale) if condition else ""

    def section(self, section: Section) -> SectionOutline:
        return SectionOutline(
            section.titles.in_language(self.locale),
            self.condition(section.only_if),
            section.shuffled,
            tuple(self.entry(questions) for questions in entries(section)),
        )

    def entry(self, questions: Sequence[Question]) -> EntryOutline:
        first = questions[0]
        return EntryOutline(
            matrix=first.matrix or "",
            heading=first.matrix_texts.in_language(self.locale) if first.matrix_texts else "",
            shuffled=first.shuffled,
            questions=tuple(self.question(question) for question in questions),
            options=tuple(self.option(choice, first) for choice in first.choices),
        )

    def question(self, asked: Question) -> QuestionOutline:
        factor = self.factors.get(asked.factor or "")
        takes_answer = OF_KIND[asked.kind].answered
        attributed = ATTRIBUTED[asked.attributed_to] if asked.attributed_to else ""
        return QuestionOutline(
            number=self.numbers.get(asked.code),
            code=asked.code,
            text=asked.texts.in_language(self.locale),
            hint=asked.hints.in_language(self.locale) if asked.hints else "",
            kind=str(gettext(KINDS[asked.kind])),
            role=str(gettext(ROLES[asked.role])) if takes_answer else "",
            factor=factor.in_language(self.locale) if factor else "",
            attributed_to=str(gettext(attributed)) if attributed else "",
            required=asked.required,
            limits=limits_in_words(asked, self.locale),
            condition=self.condition(asked.only_if),
            page=self.pages[asked.code],
            options=tuple(self.option(choice, asked) for choice in asked.choices),
        )

    def option(self, choice: Choice, asked: Question) -> OptionView:
        value, cut = choice.value, asked.satisfied_from
        return OptionView(
            text=choice.texts.in_language(self.locale),
            code=choice.code,
            value="" if value is None else str(value),
            exclusive=choice.exclusive,
            satisfied=value is not None and cut is not None and value >= cut,
        )


def limits_in_words(asked: Question, locale: str) -> str:
    """Say what an answer must keep to; "" for nothing."""
    if asked.max_length:
        return str(gettext("at most %(count)s characters", count=number(asked.max_length)))
    return ", ".join(_limits(asked.limits, locale))


def _limits(limits: Limits | None, locale: str) -> list[str]:
    match limits:
        case CountLimits(low, high):
            told = [
                gettext("at least %(count)s options", count=low) if low else "",
                gettext("at most %(count)s options", count=high) if high else "",
            ]
        case NumberLimits(lowest, highest, decimals, unit):
            told = [
                gettext("unit: %(unit)s", unit=unit.in_language(locale)) if unit else "",
                gettext("from %(low)s", low=_exact(lowest)) if lowest is not None else "",
                gettext("up to %(high)s", high=_exact(highest)) if highest is not None else "",
                gettext("%(count)s decimals", count=decimals) if decimals else "",
            ]
        case DateLimits(earliest, latest, not_future):
            told = [
                gettext("from %(low)s", low=day(earliest)) if earliest else "",
                gettext("up to %(high)s", high=day(latest)) if latest else "",
                gettext("not in the future") if not_future else "",
            ]
        case None:
            told = []
    return [str(text) for text in told if text]


def _exact(value: Fraction) -> str:
    return number(value, 0 if value.denominator == 1 else 2)
