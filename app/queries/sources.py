"""Files that came before and how their columns were read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import ImportSource
from app.vocabulary import SourceKind


@dataclass(frozen=True)
class SourceView:
    """A remembered source; `mapping` is the document that its reader made."""

    id: int
    kind: SourceKind
    name: str
    signature: str
    mapping: Mapping[str, Any]
    updated_at: datetime


def _view(source: ImportSource) -> SourceView:
    return SourceView(
        source.id,
        source.kind,
        source.name,
        source.signature,
        dict(source.mapping),
        source.updated_at,
    )


def find(kind: SourceKind, signature: str) -> SourceView | None:
    """Find the source whose files have this header."""
    query = select(ImportSource).where(
        ImportSource.kind == kind, ImportSource.signature == signature
    )
    found = db.session.scalar(query)
    return _view(found) if found else None


def of_kind(kind: SourceKind) -> list[SourceView]:
    """List the remembered sources of a kind by name."""
    query = select(ImportSource).where(ImportSource.kind == kind).order_by(ImportSource.name)
    return [_view(source) for source in db.session.scalars(query)]
