"""Sealed answers: how many wait, under which keys, and whether every answer is accounted for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from app.extensions import Model, db
from app.models import Answer, Ballot, Box, Cell, MixingKey, Round
from app.vocabulary import CellLevel, RoundState

DEFAULT_K = 10
LEAF_LEVELS = frozenset({CellLevel.MIXING, CellLevel.STRATUM})


class Placed(Protocol):
    """A cell that tells where it stands among the cells of its round."""

    @property
    def id(self) -> int:
        """Number of the cell."""

    @property
    def level(self) -> CellLevel:
        """How much it tells."""

    @property
    def parent_id(self) -> int | None:
        """The cell it is coarsened to."""


Place = TypeVar("Place", bound=Placed)


@dataclass(frozen=True)
class Tally:
    """Where the answers of a round are: spent = boxes + answers + declared_lost."""

    spent: int
    boxes: int
    answers: int
    declared_lost: int

    @property
    def difference(self) -> int:
        """Answers too few (positive) or too many; 0 when all are accounted for."""
        return self.spent - self.boxes - self.answers - self.declared_lost


@dataclass(frozen=True)
class WaitingBoxes:
    """Boxes of one cell under one key."""

    cell_id: int
    label: str
    key_id: int
    public: bytes
    boxes: int


@dataclass(frozen=True)
class MixedRound:
    """A round whose boxes may be opened."""

    id: int
    state: RoundState
    k: int


@dataclass(frozen=True)
class CellPlace:
    """Where a cell stands among the cells of its round."""

    id: int
    level: CellLevel
    parent_id: int | None


@dataclass(frozen=True)
class CurrentKey:
    """The public half that a cell's answers are sealed under now."""

    id: int
    cell_id: int
    public: bytes


def tally(round_id: int) -> Tally | None:
    """Count where the answers of a round are, in one statement, so that nothing moves between."""
    row = db.session.execute(
        select(
            _count(Ballot, Ballot.round_id == round_id, Ballot.spent.is_(True)),
            _count(Box, Box.round_id == round_id),
            _count(Answer, Answer.round_id == round_id),
            Round.declared_lost,
        ).where(Round.id == round_id)
    ).one_or_none()
    return Tally(*row) if row else None


def _count(table: type[Model], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def waiting(round_id: int) -> list[WaitingBoxes]:
    """List the boxes of a round by cell and key."""
    rows = db.session.execute(
        select(Cell.id, Cell.label, MixingKey.id, MixingKey.public, func.count(Box.id))
        .select_from(Box)
        .join(Cell, Cell.id == Box.cell_id)
        .join(MixingKey, MixingKey.id == Box.key_id)
        .where(Box.round_id == round_id)
        .group_by(Cell.id, Cell.label, MixingKey.id, MixingKey.public)
        .order_by(Cell.id, MixingKey.id)
    )
    return [WaitingBoxes(*row) for row in rows]


def round_to_mix(round_id: int) -> MixedRound | None:
    """Find a round with its smallest batch."""
    row = db.session.execute(
        select(Round.id, Round.state, Round.plan).where(Round.id == round_id)
    ).one_or_none()
    return MixedRound(row.id, row.state, int((row.plan or {}).get("k", DEFAULT_K))) if row else None


def rounds_to_mix() -> list[int]:
    """List the rounds, open or closed, whose boxes may have to be opened."""
    return list(
        db.session.scalars(
            select(Round.id)
            .where(Round.state.in_([RoundState.OPEN, RoundState.CLOSED]))
            .where(select(Box.id).where(Box.round_id == Round.id).exists())
            .order_by(Round.id)
        )
    )


def leaf_cells(round_id: int) -> list[int]:
    """List the cells that boxes are sealed for."""
    return [cell.id for cell in leaves(tree(round_id))]


def leaves(cells: Iterable[Place]) -> list[Place]:
    """Keep the cells that ballots belong to: mixing cells, and strata without any."""
    places = list(cells)
    parents = {cell.parent_id for cell in places}
    return [cell for cell in places if cell.level in LEAF_LEVELS and cell.id not in parents]


def tree(round_id: int) -> list[CellPlace]:
    """List the cells of a round."""
    query = select(Cell.id, Cell.level, Cell.parent_id).where(Cell.round_id == round_id)
    return [CellPlace(*row) for row in db.session.execute(query.order_by(Cell.id))]


def current_keys(round_id: int) -> list[CurrentKey]:
    """List the keys that answers are sealed under now."""
    query = (
        select(MixingKey.id, MixingKey.cell_id, MixingKey.public)
        .join(Cell, Cell.id == MixingKey.cell_id)
        .where(Cell.round_id == round_id, ~MixingKey.retired)
    )
    return [CurrentKey(*row) for row in db.session.execute(query.order_by(MixingKey.id))]


def known_keys(publics: Iterable[bytes]) -> set[bytes]:
    """Tell which of the public keys the database knows."""
    wanted = list(publics)
    if not wanted:
        return set()
    return set(db.session.scalars(select(MixingKey.public).where(MixingKey.public.in_(wanted))))


def exhausted_keys(publics: Iterable[bytes]) -> set[bytes]:
    """Tell which of the public keys are retired and seal no box any more."""
    wanted = list(publics)
    if not wanted:
        return set()
    return set(
        db.session.scalars(
            select(MixingKey.public)
            .where(MixingKey.public.in_(wanted), MixingKey.retired)
            .where(~select(Box.id).where(Box.key_id == MixingKey.id).exists())
        )
    )
