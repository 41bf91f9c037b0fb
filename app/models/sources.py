"""Where files come from and how their columns are read, and the keys of personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import SourceKind


class ImportSource(Model):
    """A kind of file that came before, known by its header, and the mapping that read it."""

    __tablename__ = "import_source"
    __table_args__ = (UniqueConstraint("kind", "signature"),)

    id: Mapped[Key]
    kind: Mapped[SourceKind] = mapped_column(words(SourceKind, "kind"))
    name: Mapped[Name]
    signature: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(Document)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)


class DataKey(Model):
    """A key of personal data, itself encrypted under the installation's secret."""

    __tablename__ = "data_key"

    id: Mapped[Key]
    purpose: Mapped[Code]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
