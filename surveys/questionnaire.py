"""A questionnaire as a value: what is asked, in which words, and what the answers count for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from surveys.conditions import Condition
from surveys.limits import Limits
from surveys.wording import Wording

DEFAULT_LANGUAGES = ("vi", "en")

Made = TypeVar("Made")


class Role(StrEnum):
    """What a question is asked for."""

    PERCEPTION = "perception"
    SATISFACTION = "satisfaction"
    EXPECTATION = "expectation"
    OVERALL = "overall"
    CIRCUMSTANCE = "circumstance"  # how the procedure, or this form, was done and by whom
    DEMOGRAPHIC = "demographic"
    COMMENT = "comment"
    ASSISTED_BY = "assisted_by"  # who helped to answer: what staff helped with is no drawn answer


FACTOR_ROLES = (Role.PERCEPTION, Role.SATISFACTION, Role.EXPECTATION)
RATED_ROLES = (*FACTOR_ROLES, Role.OVERALL)
# The choice by which a question of role ASSISTED_BY tells that staff of the office helped.
STAFF = "staff"


class AttributedTo(StrEnum):
    """Which unit a rating speaks of, when one receives a dossier and another resolves it."""

    RECEIVING = "receiving"
    RESOLVING = "resolving"
    BOTH = "both"


class Paging(StrEnum):
    """How much is shown at a time."""

    WHOLE = "whole"
    SECTIONS = "sections"
    QUESTIONS = "questions"


@dataclass(frozen=True)
class Choice:
    """One option of a question.

    Attributes
    ----------
    value : Fraction or None
        What the option counts for on a scale; None where it is only a name.
    exclusive : bool
        Said in place of an answer (no opinion, prefer not to say): it stands apart from
        the other options and is left out of denominators.
    """

    code: str
    texts: Wording
    value: Fraction | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class Scale:
    """Options that several questions share; from `satisfied_from` on an answer is satisfied."""

    code: str
    choices: tuple[Choice, ...]
    satisfied_from: Fraction


class FilledFrom(StrEnum):
    """What a factor is worked out from, so that nobody need be asked.

    The days between reception, promised day and result, of the dossiers that a unit received,
    or of those that it resolved.
    """

    HANDLING_TIME = "handling_time"
    RESOLVING_TIME = "resolving_time"


@dataclass(frozen=True)
class Factor:
    """A side of the service that several questions measure together, or that dossiers tell."""

    code: str
    titles: Wording
    filled_from: FilledFrom | None = None


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    kind : str
        A name registered in `surveys.kinds`.
    factor : str or None
        Code of the factor it measures, for the roles that measure one.
    attributed_to : AttributedTo or None
        Set for every rating, None for other questions.
    choices : tuple of Choice
        Empty for what is written and for information; copied from the scale for a question
        on a scale.
    scale, satisfied_from : str or None, Fraction or None
        The scale it is answered on, and that scale's cut or the cut of its own options.
    max_length : int or None
        Code points, for free text.
    limits : Limits or None
        For the kinds that have any: multiple choice, number, date.
    faces : bool or None
        Whether drawings stand beside the options of a scale; None leaves it to the page.
    matrix, matrix_texts : str or None, Wording or None
        Code and text of the matrix whose row it is. The rows of one stand together.
    only_if : Condition or None
        Decides whether it is asked, beside the condition of its section.
    shuffled : bool
        Whether the rows of its matrix are shown in one of several orders.
    """

    code: str
    kind: str
    role: Role
    texts: Wording
    required: bool = False
    hints: Wording | None = None
    factor: str | None = None
    attributed_to: AttributedTo | None = None
    choices: tuple[Choice, ...] = ()
    scale: str | None = None
    satisfied_from: Fraction | None = None
    max_length: int | None = None
    limits: Limits | None = None
    faces: bool | None = None
    matrix: str | None = None
    matrix_texts: Wording | None = None
    only_if: Condition | None = None
    shuffled: bool = False

    def whole_text(self, language: str) -> str:
        """Give its wording, after that of its matrix where it is a row of one."""
        text = self.texts.in_language(language)
        whole = self.matrix_texts
        return f"{whole.in_language(language)} – {text}" if whole else text

    def choice(self, code: str) -> Choice | None:
        """Find an option by its code; None when the question does not offer it."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Choice]:
        return {choice.code: choice for choice in reversed(self.choices)}


@dataclass(frozen=True)
class Section:
    """Questions that stand together under one title.

    Attributes
    ----------
    only_if : Condition or None
        Decides on all its questions; None when they are always asked.
    shuffled : bool
        Whether its questions are shown in one of several orders (`surveys.ordering`).
    """

    code: str
    titles: Wording
    questions: tuple[Question, ...]
    only_if: Condition | None = None
    shuffled: bool = False


@dataclass(frozen=True)
class Replacement:
    """A question said to stand for one of an earlier version, although its code differs."""

    new: str
    old: str
    reason: str | None = None


@dataclass(frozen=True)
class Questionnaire:
    """One version of a questionnaire; a change makes another version.

    Attributes
    ----------
    languages : tuple of str
        Every text is given in each; the first is the default.
    label : Wording
        How answers are protected, in one or two words, such as Ẩn danh.
    drafts : tuple of str
        Languages whose words no speaker has checked yet; their pages say so.
    """

    code: str
    version: int
    languages: tuple[str, ...]
    titles: Wording
    intro: Wording
    thanks: Wording
    label: Wording
    factors: tuple[Factor, ...]
    scales: tuple[Scale, ...]
    sections: tuple[Section, ...]
    paging: Paging = Paging.WHOLE
    replaces: tuple[Replacement, ...] = ()
    drafts: tuple[str, ...] = ()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order of the document."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        """Find a question by its code; None when there is no such question."""
        return next((question for question in self.questions if question.code == code), None)

    def derived(self, make: Callable[["Questionnaire"], Made]) -> Made:
        """Give what a function makes of this questionnaire, made once: a version never changes."""
        kept = self._derived
        if make not in kept:
            kept[make] = make(self)
        made: Made = kept[make]
        return made

    @cached_property
    def _derived(self) -> dict[Callable[["Questionnaire"], object], Any]:
        return {}

    @property
    def comment_question(self) -> Question | None:
        """The question whose text is stored apart from the answers, if there is one."""
        return next((asked for asked in self.questions if asked.role is Role.COMMENT), None)

    @property
    def assistance_question(self) -> Question | None:
        """The question who helped to answer, if there is one."""
        return next((asked for asked in self.questions if asked.role is Role.ASSISTED_BY), None)
