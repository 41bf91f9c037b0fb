"""Draws as everybody may see them: the secret stays out until it has been used."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Cell, FrameDraw
from app.vocabulary import CellLevel


@dataclass(frozen=True)
class DrawView:
    """A committed draw. Number, secret, seed and selection are "" until it is done."""

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


@dataclass(frozen=True)
class StratumSize:
    """Dossiers of a stratum on the frame and in the sample."""

    label: str
    population: int
    drawn: int


def of_round(round_id: int) -> DrawView | None:
    """Find the draw that a round is committed to."""
    draw = db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == round_id))
    if draw is None:
        return None
    done = draw.drawn_at is not None
    return DrawView(
        purpose=draw.purpose,
        frame_hash=draw.frame_hash,
        commitment=draw.commitment,
        public_source=draw.public_source,
        committed_at=draw.committed_at,
        drawn_at=draw.drawn_at,
        public_number=draw.public_number if done else "",
        secret=draw.secret if done else "",
        seed=draw.seed if done else "",
        selection_hash=draw.selection_hash if done else "",
    )


def strata(round_id: int) -> list[StratumSize]:
    """List the strata of a drawn round by label."""
    query = select(Cell.label, Cell.population, Cell.drawn).where(
        Cell.round_id == round_id, Cell.level == CellLevel.STRATUM
    )
    sizes = (StratumSize(*row) for row in db.session.execute(query))
    return sorted(sizes, key=lambda size: size.label)
