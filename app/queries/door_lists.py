"""What a poster's door looks up: open rounds, and the dossiers of their lists by code."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from app.extensions import db
from app.models import Cell, Contact, Dossier, Frame, Round
from app.vocabulary import CellLevel, FrameState, RoundState
from sampling.listing import typed_codes
from sampling.listing.typed_codes import CodeForms

# Kept in `Round.plan` since the seed was committed to.
POPULATION, RESPONDENTS = "population", "respondents"
MOST_KEPT = 32
AT_ONCE = 10_000


@dataclass(frozen=True)
class OpenRound:
    """A round that takes answers, and its list.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of respondent that it asks; every kind when empty.
    """

    id: int
    dry_run: bool
    questionnaire_code: str
    questionnaire_hash: str
    kinds: tuple[str, ...]
    frame_id: int
    frame_hash: str
    dossiers: int


@dataclass(frozen=True)
class ListedDossier:
    """A dossier of an open round's list; without `digits_hash` nobody can be let in for it."""

    id: int
    round_id: int
    code: str
    digits_hash: bytes | None


def open_rounds() -> list[OpenRound]:
    """List the rounds that take answers: trials last, else the newest first."""
    query = (
        select(Round, Frame.id, Frame.hash, Frame.dossiers)
        .join(Frame, (Frame.round_id == Round.id) & (Frame.state == FrameState.CURRENT))
        .where(Round.state == RoundState.OPEN)
        .order_by(Round.dry_run, Round.id.desc())
        .execution_options(populate_existing=True)
    )
    return [
        OpenRound(
            found.id,
            found.dry_run,
            found.questionnaire_code,
            found.questionnaire_hash,
            tuple((found.plan or {}).get(POPULATION, {}).get(RESPONDENTS, ())),
            frame_id,
            frame_hash,
            dossiers,
        )
        for found, frame_id, frame_hash, dossiers in db.session.execute(query)
    ]


def about_unit(rounds: Iterable[OpenRound], unit_id: int) -> list[OpenRound]:
    """Keep the rounds whose population has dossiers of a unit."""
    query = select(Cell.round_id).where(Cell.level == CellLevel.UNIT, Cell.unit_id == unit_id)
    asked = set(db.session.scalars(query))
    return [found for found in rounds if found.id in asked]


def listed(rounds: Sequence[OpenRound], typed: str) -> list[ListedDossier]:
    """Find the dossiers whose code somebody typed, in the order of the rounds."""
    found = []
    for each in rounds:
        spellings = forms(each).spellings(typed)
        query = (
            select(Dossier.id, Dossier.code, Contact.digits_hash)
            .outerjoin(Contact, Contact.dossier_id == Dossier.id)
            .where(Dossier.frame_id == each.frame_id, Dossier.code.in_(spellings))
        )
        if each.kinds:
            query = query.where(Dossier.respondent_kind.in_(each.kinds))
        rows = db.session.execute(query).all() if spellings else []
        rows = sorted(rows, key=lambda row: spellings.index(row.code))
        found += [ListedDossier(row.id, each.id, row.code, row.digits_hash) for row in rows]
    return found


_forms: WeakKeyDictionary[Engine, dict[tuple[int, str, int], CodeForms]] = WeakKeyDictionary()
_lock = threading.Lock()


def forms(found: OpenRound) -> CodeForms:
    """Give the forms of the codes of a round's list, read once by each process."""
    name = (found.frame_id, found.frame_hash, found.dossiers)
    with _lock:  # who comes while a long list is being read waits for it
        kept = _forms.setdefault(db.engine, {})
        if name not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[name] = typed_codes.forms_of(_codes(found.frame_id))
        return kept[name]


def _codes(frame_id: int) -> Iterable[str]:
    query = select(Dossier.code).where(Dossier.frame_id == frame_id)
    return db.session.scalars(query.execution_options(yield_per=AT_ONCE))
