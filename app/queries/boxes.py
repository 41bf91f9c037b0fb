"""Sealed answers: how many wait, under which keys, and whether every answer is accounted for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select, union_all

from app.extensions import Model, db
from app.models import Answer, Ballot, Box, Cell, Claim, MixingKey, OpenForm, Round
from app.vocabulary import CellLevel, RoundState

DEFAULT_K = 10
# The tree of drawn dossiers; all other cells stand beside it (0033).
DRAWN_LEVELS = frozenset({CellLevel.MIXING, CellLevel.STRATUM, CellLevel.UNIT, CellLevel.ROUND})
# Whose answers carry a weight: drawn dossiers, and everyone served in drawn sessions (0039).
SESSION_LEVELS = frozenset({CellLevel.SESSION, CellLevel.SESSION_ROUND})
WEIGHTED_LEVELS = DRAWN_LEVELS | SESSION_LEVELS
LEAF_LEVELS = frozenset(
    {
        CellLevel.MIXING,
        CellLevel.STRATUM,
        CellLevel.VOLUNTEER_UNIT,
        CellLevel.OPEN_UNIT,
        CellLevel.SESSION,
    }
)


# How a cell's answers came in: drawn (P), bound to a dossier that was not (N), without one (O).
APART = {
    CellLevel.VOLUNTEER_UNIT: "N",
    CellLevel.VOLUNTEER_ROUND: "N",
    CellLevel.OPEN_UNIT: "O",
    CellLevel.OPEN_ROUND: "O",
}


def sample_of(level: CellLevel) -> str:
    """Tell whether answers of a cell are of drawn dossiers (P), of others (N), or of none (O)."""
    return APART.get(level, "P")


def title(level: CellLevel, label: str) -> str:
    """Name a cell for people; cells beside those of drawn dossiers may have the same labels.

    Examples
    --------
    >>> title(CellLevel.UNIT, "26041"), title(CellLevel.OPEN_UNIT, "26041")
    ('26041', '26041 (O)')
    """
    apart = "ca" if level in SESSION_LEVELS else APART.get(level)
    return f"{label} ({apart})" if apart else label


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
    """Where the answers of a round are.

    spent + open_forms + claims = boxes + answers + claimed + declared_lost.

    Attributes
    ----------
    spent : int
        Ballots, of drawn and other dossiers.
    open_forms, claims : int
        Forms without a dossier; answers to claims that wait for the list.
    claimed : int
        Sealed answers that lie with claims.
    """

    spent: int
    boxes: int
    answers: int
    declared_lost: int
    open_forms: int = 0
    claims: int = 0
    claimed: int = 0

    @property
    def difference(self) -> int:
        """Answers too few (positive) or too many; 0 when all are accounted for."""
        given = self.spent + self.open_forms + self.claims
        return given - self.boxes - self.answers - self.claimed - self.declared_lost


@dataclass(frozen=True)
class WaitingBoxes:
    """Boxes of one cell under one key; those that lie with claims are of the cell that waits."""

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
            _count(OpenForm, OpenForm.round_id == round_id),
            _count(Claim, Claim.round_id == round_id, Claim.spent.is_(True)),
            _count(Claim, Claim.round_id == round_id, Claim.ciphertext.is_not(None)),
        ).where(Round.id == round_id)
    ).one_or_none()
    return Tally(*row) if row else None


def _count(table: type[Model], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def waiting(round_id: int) -> list[WaitingBoxes]:
    """List the sealed answers of a round by cell and key."""
    sealed = union_all(
        select(Box.cell_id, Box.key_id).where(Box.round_id == round_id),
        select(MixingKey.cell_id, Claim.key_id)
        .join(MixingKey, MixingKey.id == Claim.key_id)
        .where(Claim.round_id == round_id),
    ).subquery()
    rows = db.session.execute(
        select(
            *(Cell.id, Cell.level, Cell.label),
            *(MixingKey.id.label("key"), MixingKey.public, func.count().label("boxes")),
        )
        .select_from(sealed)
        .join(Cell, Cell.id == sealed.c.cell_id)
        .join(MixingKey, MixingKey.id == sealed.c.key_id)
        .group_by(Cell.id, Cell.level, Cell.label, MixingKey.id, MixingKey.public)
        .order_by(Cell.id, MixingKey.id)
    )
    return [
        WaitingBoxes(row.id, title(row.level, row.label), row.key, row.public, row.boxes)
        for row in rows
    ]


def round_to_mix(round_id: int) -> MixedRound | None:
    """Find a round with its smallest batch."""
    row = db.session.execute(
        select(Round.id, Round.state, Round.plan).where(Round.id == round_id)
    ).one_or_none()
    return MixedRound(row.id, row.state, int((row.plan or {}).get("k", DEFAULT_K))) if row else None


def rounds_to_mix() -> list[int]:
    """List the rounds, open or closed, whose boxes may have to be opened."""
    sealed = exists().where(Box.round_id == Round.id)
    # A closing that was cut short before it had settled them.
    left = exists().where(Claim.round_id == Round.id, Claim.spent)
    return list(
        db.session.scalars(
            select(Round.id)
            .where(
                or_(
                    and_(Round.state.in_([RoundState.OPEN, RoundState.CLOSED]), sealed),
                    and_(Round.state == RoundState.CLOSED, left),
                )
            )
            .order_by(Round.id)
        )
    )


def open_rounds() -> list[int]:
    """List the rounds that people can answer."""
    query = select(Round.id).where(Round.state == RoundState.OPEN).order_by(Round.id)
    return list(db.session.scalars(query))


def leaf_cells(round_id: int) -> list[int]:
    """List the cells that are mixed: those that boxes are sealed for."""
    return [cell.id for cell in leaves(tree(round_id))]


def sealed_cells(round_id: int) -> list[int]:
    """List the cells that need a key: the leaves, and the one of answers that wait."""
    places = tree(round_id)
    waits = [cell.id for cell in places if cell.level is CellLevel.WAITING]
    return sorted(waits + [cell.id for cell in leaves(places)])


def without_key(round_id: int) -> list[int]:
    """List the cells of a round that need a key and have none."""
    keyed = {key.cell_id for key in current_keys(round_id)}
    return [cell for cell in sealed_cells(round_id) if cell not in keyed]


def lacks_cells(round_id: int) -> bool:
    """Whether a drawn round has no cells but those of drawn dossiers."""
    return all(cell.level is not CellLevel.WAITING for cell in tree(round_id))


def leaves(cells: Iterable[Place]) -> list[Place]:
    """Keep the cells that boxes are sealed for: mixing cells, and strata without any, and others.

    The others are of units alone: dossiers that were not drawn, and forms without a dossier.
    """
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
    """Tell which of the public keys are retired and seal nothing any more."""
    wanted = list(publics)
    if not wanted:
        return set()
    return set(
        db.session.scalars(
            select(MixingKey.public)
            .where(MixingKey.public.in_(wanted), MixingKey.retired)
            .where(~exists().where(Box.key_id == MixingKey.id))
            .where(~exists().where(Claim.key_id == MixingKey.id))
        )
    )
