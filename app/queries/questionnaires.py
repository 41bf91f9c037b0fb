"""The questionnaires of the office's own, and which rounds ask what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Account, QuestionnaireVersion, Round
from app.queries.rounds import LARGEST_KEY
from app.vocabulary import QuestionnaireState


@dataclass(frozen=True)
class VersionView:
    """A version as pages and services see it; names of people, "" where none is known."""

    id: int
    code: str
    version: int
    hash: str
    state: QuestionnaireState
    document: dict[str, Any]
    note: str
    created_by: str
    created_at: datetime
    published_by: str
    published_at: datetime | None


@dataclass(frozen=True)
class RoundName:
    """A round that asks a questionnaire."""

    id: int
    name: str
    dry_run: bool


@dataclass(frozen=True)
class PinnedView:
    """What a round asks: its own copy."""

    round: RoundName
    hash: str
    document: dict[str, Any]


def all_versions() -> list[VersionView]:
    """List the versions by code, the newest of each first."""
    query = _versions().order_by(QuestionnaireVersion.code, QuestionnaireVersion.version.desc())
    return [_view(*row) for row in db.session.execute(query)]


def one(version_id: int) -> VersionView | None:
    """Find a version; a number that no key can have finds none."""
    if not 0 < version_id <= LARGEST_KEY:
        return None
    row = db.session.execute(_versions().where(QuestionnaireVersion.id == version_id)).first()
    return _view(*row) if row else None


def published_before(code: str, version: int | None = None) -> list[VersionView]:
    """List the versions of a code that were ever published, the newest first.

    Parameters
    ----------
    version : int, optional
        Only those with a lower number.
    """
    query = _versions().where(
        QuestionnaireVersion.code == code,
        QuestionnaireVersion.state != QuestionnaireState.DRAFT,
    )
    if version is not None:
        query = query.where(QuestionnaireVersion.version < version)
    query = query.order_by(QuestionnaireVersion.version.desc())
    return [_view(*row) for row in db.session.execute(query)]


def pinned(round_id: int) -> PinnedView | None:
    """Find what a round asks."""
    if not 0 < round_id <= LARGEST_KEY:
        return None
    query = select(
        Round.id, Round.name, Round.dry_run, Round.questionnaire_hash, Round.questionnaire
    ).where(Round.id == round_id)
    row = db.session.execute(query).first()
    return PinnedView(RoundName(row[0], row[1], row[2]), row[3], row[4]) if row else None


def used() -> dict[str, list[RoundName]]:
    """List the rounds that ask each questionnaire, by its hash, the newest first."""
    found: dict[str, list[RoundName]] = defaultdict(list)
    query = select(Round.questionnaire_hash, Round.id, Round.name, Round.dry_run)
    for version, number, name, dry_run in db.session.execute(query.order_by(Round.id.desc())):
        found[version].append(RoundName(number, name, dry_run))
    return dict(found)


def _versions() -> Select[QuestionnaireVersion, str, str]:
    maker, publisher = aliased(Account), aliased(Account)
    return (
        select(QuestionnaireVersion, maker.name, publisher.name)
        .outerjoin(maker, maker.id == QuestionnaireVersion.created_by)
        .outerjoin(publisher, publisher.id == QuestionnaireVersion.published_by)
        .execution_options(populate_existing=True)
    )


def _view(found: QuestionnaireVersion, maker: str | None, publisher: str | None) -> VersionView:
    return VersionView(
        id=found.id,
        code=found.code,
        version=found.version,
        hash=found.hash,
        state=found.state,
        document=dict(found.document),
        note=found.note,
        created_by=maker or "",
        created_at=found.created_at,
        published_by=publisher or "",
        published_at=found.published_at,
    )
