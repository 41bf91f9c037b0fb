"""Questionnaires of the office's own; those that come with the program are files."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import QuestionnaireState


class QuestionnaireVersion(Model):
    """A version; once published it is never written again, but for its state."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[Code]
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[QuestionnaireState] = mapped_column(
        words(QuestionnaireState, "state"), default=QuestionnaireState.DRAFT
    )
    note: Mapped[Name] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
