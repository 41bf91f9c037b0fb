"""Which questionnaires a new round may ask: shipped ones, and published ones of the office."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import QuestionnaireVersion
from app.queries import questionnaires as rows
from app.services.errors import InvalidInputError
from app.texts import N_
from app.vocabulary import QuestionnaireState
from surveys import instruments
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.wording import Wording

BETWEEN = "@"  # no code holds it


@dataclass(frozen=True)
class Offer:
    """A questionnaire to choose.

    Attributes
    ----------
    reference : str
        The code of a shipped one; code@version of one of the office's own.
    """

    reference: str
    titles: Wording
    version: int
    shipped: bool


def offers() -> list[Offer]:
    """List what may be chosen: shipped ones by code, then own ones, the newest of each first."""
    shipped = [(code, instruments.load(code)) for code in instruments.available()]
    own = [
        read_questionnaire(version.document)
        for version in rows.all_versions()
        if version.state is QuestionnaireState.PUBLISHED
    ]
    return [
        *(Offer(code, found.titles, found.version, shipped=True) for code, found in shipped),
        *(Offer(reference(found), found.titles, found.version, shipped=False) for found in own),
    ]


def reference(own: Questionnaire) -> str:
    """Name a version of the office's own."""
    return f"{own.code}{BETWEEN}{own.version}"


def chosen(session: Session, wanted: str) -> Questionnaire:
    """Find the questionnaire that a reference names, so that nobody withdraws it meanwhile.

    Raises
    ------
    InvalidInputError
        If there is none, or it is not published.
    """
    if wanted in instruments.available():
        return instruments.load(wanted)
    code, _, version = wanted.partition(BETWEEN)
    found = session.scalar(
        select(QuestionnaireVersion)
        .where(
            QuestionnaireVersion.code == code,
            QuestionnaireVersion.version == (int(version) if is_number(version) else 0),
            QuestionnaireVersion.state == QuestionnaireState.PUBLISHED,
        )
        .with_for_update(read=True)
    )
    if found is None:
        raise InvalidInputError(N_("Choose a questionnaire."))
    return read_questionnaire(found.document)


def is_number(text: str) -> bool:
    """Whether a text is a version that a document could have."""
    return text.isascii() and text.isdigit() and len(text) <= 6
