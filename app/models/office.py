"""How an office works: its own choices, and acts that need a second pair of eyes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key

UNDECIDED = text("decided_at IS NULL")


class OfficeSetting(Model):
    """A choice that an administrator makes on a page, not in the environment."""

    __tablename__ = "office_setting"

    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Document)


class Approval(Model):
    """An act that one person asks for and another one decides; it holds for what was shown."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="four_eyes"),
        Index(
            "uq_approval_undecided",
            "act",
            "object",
            unique=True,
            sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
    )

    id: Mapped[Key]
    act: Mapped[Code]
    object: Mapped[Code]
    # Hash of what the decision is about: what was changed since is not approved.
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    approved: Mapped[bool | None]
    # Why, in the words of whoever decided; a refusal always says.
    answer: Mapped[str] = mapped_column(Text, default="")
    used_at: Mapped[datetime | None] = mapped_column(Instant)
