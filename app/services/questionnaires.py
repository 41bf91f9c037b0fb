"""The library of questionnaires: a draft is checked, looked at, published; then it stays as it is.

A round asks a copy of its own, so nothing here changes what a round asks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import one_writer, writing
from app.models import QuestionnaireVersion
from app.services import recording, voices
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.states import step
from app.texts import N_
from app.vocabulary import QuestionnaireState
from surveys import instruments
from surveys.checking import check
from surveys.errors import Fault, QuestionnaireError
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.versions import MISREADING, version_faults
from surveys.writing import to_document, version_hash

LONGEST_NOTE = 300
# A draft takes the one step that looks at its content: `publish`.
EDGES: Mapping[QuestionnaireState, frozenset[QuestionnaireState]] = {
    QuestionnaireState.DRAFT: frozenset(),
    QuestionnaireState.PUBLISHED: frozenset({QuestionnaireState.WITHDRAWN}),
    # What was withdrawn by mistake is offered again as it was: its content cannot have changed.
    QuestionnaireState.WITHDRAWN: frozenset({QuestionnaireState.PUBLISHED}),
}


def keep(actor: Actor, content: bytes, note: str = "") -> int:
    """Keep a document as a draft; a draft of the same code and version makes way for it.

    Returns
    -------
    int
        Number of the version. A document that is kept already, whatever its state, is not kept
        again.

    Raises
    ------
    InvalidInputError
        With everything that is wrong with the document; or if its code is that of a shipped
        questionnaire, or its version was published with another content. Nothing is stored.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInputError(N_("A note has at most 300 characters."))
    found = readable(content)
    digest = version_hash(found)
    with writing() as session:
        one_writer(session, QuestionnaireVersion)
        taken = _version(session, found.code, found.version)
        if taken is not None and taken.hash == digest:
            return taken.id
        if taken is not None and taken.state is not QuestionnaireState.DRAFT:
            raise InvalidInputError(
                faults=[Fault("version", "version_not_raised", found.version, _old(taken.version))]
            )
        row = taken or QuestionnaireVersion(code=found.code, version=found.version)
        row.hash, row.document = digest, to_document(found)
        row.state, row.note = QuestionnaireState.DRAFT, note
        row.created_by, row.created_at = actor.account_id, clock.now()
        session.add(row)
        session.flush()
        act = "questionnaire.replaced" if taken else "questionnaire.kept"
        _record(session, actor, act, row)
        if taken:
            voices.drop_unused(session, actor)
        return row.id


def readable(content: bytes) -> Questionnaire:
    """Read a document of the office's own.

    Raises
    ------
    InvalidInputError
        With every fault of form, else with every fault of sense.
    """
    try:
        found = read_questionnaire(content)
    except QuestionnaireError as error:
        raise InvalidInputError(faults=error.faults) from error
    faults = list(check(found))
    if found.code in instruments.available():
        faults.insert(0, Fault("code", "shipped_code", found.code))
    if faults:
        raise InvalidInputError(faults=faults)
    return found


def discard(actor: Actor, version_id: int) -> None:
    """Delete a draft.

    Raises
    ------
    NotFoundError
        If there is no such version.
    WrongStateError
        If it was ever published.
    """
    with writing() as session:
        row = _locked(session, version_id)
        if row.state is not QuestionnaireState.DRAFT:
            raise WrongStateError()
        _record(session, actor, "questionnaire.deleted", row)
        session.delete(row)
        session.flush()
        voices.drop_unused(session, actor)


def publish(actor: Actor, version_id: int) -> None:
    """Offer a draft to new rounds, and fix it for good.

    Raises
    ------
    NotFoundError
        If there is no such version.
    WrongStateError
        If it is no draft.
    InvalidInputError
        With what stands against it, as `obstacles` tells it.
    """
    with writing() as session:
        one_writer(session, QuestionnaireVersion)
        row = _locked(session, version_id)
        if row.state is not QuestionnaireState.DRAFT:
            raise WrongStateError()
        earlier = session.scalars(
            select(QuestionnaireVersion)
            .where(
                QuestionnaireVersion.code == row.code,
                QuestionnaireVersion.state != QuestionnaireState.DRAFT,
            )
            .order_by(QuestionnaireVersion.version.desc())
        )
        faults = obstacles(row.document, [version.document for version in earlier])
        if faults:
            raise InvalidInputError(faults=faults)
        row.state = QuestionnaireState.PUBLISHED
        row.published_by, row.published_at = actor.account_id, clock.now()
        _record(session, actor, "questionnaire.published", row)


def withdraw(actor: Actor, version_id: int) -> None:
    """Offer a published version to new rounds no longer; rounds that ask it go on.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such version, or it is not published.
    """
    _turn(actor, version_id, QuestionnaireState.WITHDRAWN, "questionnaire.withdrawn")


def offer_again(actor: Actor, version_id: int) -> None:
    """Offer a withdrawn version to new rounds again, as it was.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such version, or it was not withdrawn.
    """
    _turn(actor, version_id, QuestionnaireState.PUBLISHED, "questionnaire.offered_again")


def obstacles(document: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> tuple[Fault, ...]:
    """Tell what keeps a draft from being published.

    Parameters
    ----------
    document : dict
        The draft's.
    earlier : sequence of dict
        Those ever published under its code, the newest first: the draft must be able to follow
        the newest, and no answer to any of them may be misread by it.
    """
    new = read_questionnaire(document)
    faults = list(check(new))
    for place, old in enumerate(map(read_questionnaire, earlier)):
        found = version_faults(old, new)
        fresh = [fault for fault in found if place == 0 or fault.code in MISREADING]
        faults += [fault for fault in fresh if fault not in faults]
    return tuple(faults)


def _turn(actor: Actor, version_id: int, wanted: QuestionnaireState, act: str) -> None:
    with writing() as session:
        row = _locked(session, version_id)
        row.state = step(EDGES, row.state, wanted)
        _record(session, actor, act, row)


def _version(session: Session, code: str, version: int) -> QuestionnaireVersion | None:
    return session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.code == code, QuestionnaireVersion.version == version
        )
    )


def _locked(session: Session, version_id: int) -> QuestionnaireVersion:
    row = session.get(
        QuestionnaireVersion, version_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFoundError()
    return row


def _record(session: Session, actor: Actor, act: str, row: QuestionnaireVersion) -> None:
    details = {"code": row.code, "version": row.version, "hash": row.hash}
    recording.record(session, actor, act, f"questionnaire:{row.id}", **details)


def _old(version: int) -> dict[str, object]:
    return {"old": version}
