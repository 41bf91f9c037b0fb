"""Draws as everybody may see them: the secret stays out until nobody can be asked any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import Cell, FrameDraw, ReserveRelease, Round
from app.vocabulary import CellLevel, RoundState

# From then on nobody can profit from knowing who was drawn (decision 0044).
CLOSED = frozenset({RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED})


@dataclass(frozen=True)
class DrawView:
    """A committed draw. Number and selection are "" until it is done.

    Secret and seed are "" until the round has closed: whoever has them and the codes of a unit
    can tell who was drawn.
    """

    purpose: str
    frame_hash: str
    commitment: str
    public_source: str
    committed_at: datetime
    drawn_at: datetime | None
    public_number: str
    secret: str
    seed: str
    selection_hash: str

    @property
    def done(self) -> bool:
        """Whether the sample has been drawn."""
        return self.drawn_at is not None

    @property
    def revealed(self) -> bool:
        """Whether the secret is public."""
        return bool(self.secret)


@dataclass(frozen=True)
class StratumSize:
    """Dossiers of a stratum on the frame and in the sample."""

    label: str
    population: int
    drawn: int


def of_round(round_id: int) -> DrawView | None:
    """Find the draw that a round is committed to."""
    query = select(FrameDraw, Round.state).join(Round, Round.id == FrameDraw.round_id)
    found = db.session.execute(query.where(FrameDraw.round_id == round_id)).first()
    if found is None:
        return None
    draw, state = found
    done = draw.drawn_at is not None
    revealed = done and state in CLOSED
    return DrawView(
        purpose=draw.purpose,
        frame_hash=draw.frame_hash,
        commitment=draw.commitment,
        public_source=draw.public_source,
        committed_at=draw.committed_at,
        drawn_at=draw.drawn_at,
        public_number=draw.public_number if done else "",
        secret=draw.secret if revealed else "",
        seed=draw.seed if revealed else "",
        selection_hash=draw.selection_hash if done else "",
    )


def is_taken(frame_hash: str, purpose: str) -> bool:
    """Whether a round is committed to a list for a purpose already."""
    query = select(FrameDraw.id).where(
        FrameDraw.frame_hash == frame_hash, FrameDraw.purpose == purpose
    )
    return db.session.scalar(query) is not None


def strata(round_id: int) -> list[StratumSize]:
    """List the strata of a drawn round by label, as they were drawn: without reserves (0047)."""
    reserves = (
        select(func.coalesce(func.sum(ReserveRelease.count), 0))
        .where(ReserveRelease.cell_id == Cell.id, ReserveRelease.released_at.is_not(None))
        .scalar_subquery()
    )
    query = select(Cell.label, Cell.population, Cell.drawn - reserves).where(
        Cell.round_id == round_id, Cell.level == CellLevel.STRATUM
    )
    sizes = (StratumSize(*row) for row in db.session.execute(query))
    return sorted(sizes, key=lambda size: size.label)
