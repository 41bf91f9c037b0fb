"""Remembering how the columns of a kind of file are read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.exact import canonical_hash
from app.models import ImportSource
from app.services import recording
from app.services.errors import InvalidInputError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import SourceKind

LONGEST_NAME = 300


def remember(
    session: Session,
    actor: Actor,
    kind: SourceKind,
    name: str,
    signature: str,
    mapping: Mapping[str, Any],
) -> int:
    """Keep a mapping for files with the same header, in the caller's transaction.

    Returns
    -------
    int
        Number of the source.

    Raises
    ------
    InvalidInputError
        If the source has no name.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInputError(N_("Name the source of this file, in at most 300 characters."))
    query = select(ImportSource).where(
        ImportSource.kind == kind, ImportSource.signature == signature
    )
    source = session.scalar(query.with_for_update())
    if source is not None and (source.name, dict(source.mapping)) == (name, dict(mapping)):
        return source.id
    if source is None:
        source = ImportSource(kind=kind, signature=signature)
        session.add(source)
    source.name, source.mapping = name, dict(mapping)
    source.updated_by, source.updated_at = actor.account_id, clock.now()
    session.flush()
    digest = canonical_hash(dict(mapping))
    recording.record(session, actor, "source.remembered", f"source:{source.id}", mapping=digest)
    return source.id
