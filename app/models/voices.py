"""Recordings of people who read questions aloud."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Instant


class Voice(Model):
    """A recording of certain words, wherever they are asked (decision 0041).

    Attributes
    ----------
    words : str
        What it reads: `surveys.spoken.digest` of a question in a language.
    hash : str
        SHA-256 of the file, which its address is made of.
    """

    __tablename__ = "voice"

    words: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[Code]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Instant)
