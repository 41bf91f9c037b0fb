"""The blueprint of questionnaire pages, and the questionnaire that an address names.

An address holds the number of a version of the office's own, the code of a shipped questionnaire,
or ``round-`` and the number of a round that asks a copy of its own.
"""

from dataclasses import dataclass

from flask import Blueprint
from flask_babel import get_locale
from flask_login import current_user

from app.queries import questionnaires as rows
from app.queries.questionnaires import RoundName, VersionView
from app.services.errors import NotFoundError
from app.vocabulary import QuestionnaireState, Role
from surveys import instruments
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.writing import version_hash

blueprint = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")
KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
READERS = (*KEEPERS, Role.HOME_AFFAIRS)
Page = str | tuple[str, int]
OF_ROUND = "round-"


@dataclass(frozen=True)
class Subject:
    """A questionnaire that an address names.

    Attributes
    ----------
    row : VersionView or None
        Of a version of the office's own.
    round : RoundName or None
        The round whose copy it is.
    """

    key: str
    asked: Questionnaire
    hash: str
    row: VersionView | None = None
    round: RoundName | None = None

    @property
    def state(self) -> QuestionnaireState:
        """Where it stands: what is shipped, or asked by a round, is published for good."""
        return self.row.state if self.row else QuestionnaireState.PUBLISHED

    @property
    def shipped(self) -> bool:
        """Whether it comes with the program."""
        return self.row is None and self.round is None


def the_subject(key: str) -> Subject:
    """Find a questionnaire.

    Raises
    ------
    NotFoundError
        If the address names none.
    """
    if key in instruments.available():
        return shipped(key)
    if key.startswith(OF_ROUND):
        pinned = rows.pinned(_number(key.removeprefix(OF_ROUND)))
        if pinned is None:
            raise NotFoundError()
        asked = read_questionnaire(pinned.document)
        return Subject(key, asked, pinned.hash, round=pinned.round)
    return own(the_version(_number(key)))


def shipped(code: str) -> Subject:
    """Give a questionnaire that comes with the program."""
    asked = instruments.load(code)
    return Subject(code, asked, version_hash(asked))


def own(row: VersionView) -> Subject:
    """Give a version of the office's own."""
    return Subject(str(row.id), read_questionnaire(row.document), row.hash, row)


def the_version(version_id: int) -> VersionView:
    """Find a version of the office's own.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    found = rows.one(version_id)
    if found is None:
        raise NotFoundError()
    return found


def may_keep() -> bool:
    """Whether the person may add and change questionnaires."""
    return bool(current_user.person.may(frozenset(KEEPERS)))


def interface() -> str:
    """Give the language of the page, for packages that have their own tables of words."""
    return "en" if str(get_locale() or "vi").startswith("en") else "vi"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
