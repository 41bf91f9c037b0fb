"""A questionnaire as a value: what is asked, in which words, and what the answers count for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from surveys.wording import Wording

DEFAULT_LANGUAGES = ("vi", "en")


class Role(StrEnum):
    """What a question is asked for."""

    PERCEPTION = "perception"
    SATISFACTION = "satisfaction"
    EXPECTATION = "expectation"
    OVERALL = "overall"
    CIRCUMSTANCE = "circumstance"  # how the procedure, or this form, was done and by whom
    DEMOGRAPHIC = "demographic"
    COMMENT = "comment"


FACTOR_ROLES = (Role.PERCEPTION, Role.SATISFACTION, Role.EXPECTATION)
RATED_ROLES = (*FACTOR_ROLES, Role.OVERALL)


class AttributedTo(StrEnum):
    """Which unit a rating speaks of, when one receives a dossier and another resolves it."""

    RECEIVING = "receiving"
    RESOLVING = "resolving"
    BOTH = "both"


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


@dataclass(frozen=True)
class Factor:
    """A side of the service that several questions measure together."""

    code: str
    titles: Wording


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
        Empty for free text; copied from the scale for a question on a scale.
    scale, satisfied_from : str or None, Fraction or None
        The scale it is answered on, and that scale's cut.
    max_length : int or None
        Code points, for free text.
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

    def choice(self, code: str) -> Choice | None:
        """Find an option by its code; None when the question does not offer it."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Choice]:
        return {choice.code: choice for choice in reversed(self.choices)}


@dataclass(frozen=True)
class Section:
    """Questions that stand together under one title."""

    code: str
    titles: Wording
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """One version of a questionnaire; a change makes another version.

    Attributes
    ----------
    languages : tuple of str
        Every text is given in each; the first is the default.
    label : Wording
        How answers are protected, in one or two words, such as Ẩn danh.
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

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order of the document."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        """Find a question by its code; None when there is no such question."""
        return next((question for question in self.questions if question.code == code), None)

    @property
    def comment_question(self) -> Question | None:
        """The question whose text is stored apart from the answers, if there is one."""
        return next((asked for asked in self.questions if asked.role is Role.COMMENT), None)
