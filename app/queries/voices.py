"""Recordings of words: what is there, and one as a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.models import Voice


@dataclass(frozen=True)
class VoiceView:
    """A recording without its sound; `size` in bytes."""

    hash: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Sound:
    """A recording as it is served."""

    media_type: str
    content: bytes


def of_words(digests: Iterable[str]) -> dict[str, VoiceView]:
    """Find the recordings of words, by the name of the words."""
    columns = (Voice.words, Voice.hash, Voice.media_type, func.length(Voice.content))
    query = select(*columns).where(Voice.words.in_(list(digests)))
    return {
        words: VoiceView(hash_, media_type, size)
        for words, hash_, media_type, size in db.session.execute(query)
    }


def sound(file_hash: str) -> Sound | None:
    """Find a recording by the hash of its file."""
    query = select(Voice.media_type, Voice.content).where(Voice.hash == file_hash).limit(1)
    row = db.session.execute(query).first()
    return Sound(*row) if row else None
