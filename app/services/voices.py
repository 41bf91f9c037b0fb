"""Somebody reads the questions aloud for people who cannot read them.

A recording belongs to words in a language, not to a version: every questionnaire that asks exactly
these words has it, and none has one that reads other words than it shows (decision 0041).
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import one_writer, writing
from app.documents import sounds
from app.models import QuestionnaireVersion, Round, Voice
from app.services import recording
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import Actor
from app.texts import N_
from surveys import instruments
from surveys.questionnaire import Question, Questionnaire
from surveys.reading import read_questionnaire
from surveys.spoken import digest

MOST_BYTES = 512 * 1024
TOO_LARGE = N_("This recording has more than 512 KB: make it smaller as the guide tells.")
NO_SOUND = N_("This is no recording in MP3, M4A, AAC, Ogg Opus or WAV, or it is damaged.")


@dataclass(frozen=True)
class VoiceFault:
    """Why the recording of a question was refused; the message is a catalogue entry."""

    question: str
    text: str


def keep(
    actor: Actor,
    asked: Questionnaire,
    language: str,
    brought: Mapping[str, bytes],
    removed: Collection[str] = (),
) -> None:
    """Keep recordings of questions, in place of those there are, and remove others.

    Parameters
    ----------
    brought : mapping of question code to bytes
        Files, each of which reads one question with its options.
    removed : collection of str
        Codes of questions; one for which a file is brought too is replaced.

    Raises
    ------
    NotFoundError
        If the questionnaire has no such language or question.
    InvalidInputError
        With a `VoiceFault` for each file that is no recording or too large; nothing is stored.
    """
    questions = {question.code: question for question in asked.questions}
    if language not in asked.languages or not {*brought, *removed} <= questions.keys():
        raise NotFoundError()
    faults = [
        VoiceFault(code, fault)
        for code, content in brought.items()
        if (fault := refusal(content)) is not None
    ]
    if faults:
        raise InvalidInputError(faults=faults)
    with writing() as session:
        one_writer(session, Voice)
        for code, content in brought.items():
            _keep(session, actor, asked, language, questions[code], content)
        for code in sorted(set(removed) - brought.keys()):
            _remove(session, actor, asked, language, questions[code])


def refusal(content: bytes) -> str | None:
    """Tell why a file cannot be taken; None if it can."""
    if len(content) > MOST_BYTES:
        return TOO_LARGE
    return None if sounds.kind_of(content) else NO_SOUND


def drop_unused(session: Session, actor: Actor) -> None:
    """Let go of recordings whose words no questionnaire asks any longer: a voice is personal.

    Called within the transaction that took the words out of the library.
    """
    recorded = set(session.scalars(select(Voice.words)))
    if not recorded:
        return
    kept = [instruments.load(code) for code in instruments.available()]
    for column in (QuestionnaireVersion.document, Round.questionnaire):
        kept += map(read_questionnaire, session.scalars(select(column)))
    still = {
        digest(question, language)
        for asked in kept
        for question in asked.questions
        for language in asked.languages
    }
    for words in sorted(recorded - still):
        row = session.get_one(Voice, words)
        recording.record(session, actor, "voice.removed", f"words:{words}", hash=row.hash)
        session.delete(row)


def _keep(
    session: Session,
    actor: Actor,
    asked: Questionnaire,
    language: str,
    question: Question,
    content: bytes,
) -> None:
    words, name = digest(question, language), hashlib.sha256(content).hexdigest()
    row = session.get(Voice, words)
    if row is not None and row.hash == name:
        return
    act = "voice.replaced" if row else "voice.kept"
    row = row or Voice(words=words)
    row.hash, row.content, row.kept_at = name, content, clock.now()
    row.media_type = sounds.kind_of(content) or ""
    session.add(row)
    session.flush()
    _record(session, actor, act, asked, language, question, name)


def _remove(
    session: Session, actor: Actor, asked: Questionnaire, language: str, question: Question
) -> None:
    row = session.get(Voice, digest(question, language))
    if row is not None:
        _record(session, actor, "voice.removed", asked, language, question, row.hash)
        session.delete(row)


def _record(
    session: Session,
    actor: Actor,
    act: str,
    asked: Questionnaire,
    language: str,
    question: Question,
    name: str,
) -> None:
    obj = f"questionnaire:{asked.code}@{asked.version}"
    recording.record(session, actor, act, obj, question=question.code, language=language, hash=name)
