"""Runs of the estimates of a round."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Estimation
from app.queries.estimation_results import EstimationResults, from_json


@dataclass(frozen=True)
class EstimationView:
    """One run, final."""

    id: int
    round_id: int
    inputs_hash: str
    created_at: datetime
    results: EstimationResults


def _view(row: Estimation) -> EstimationView:
    return EstimationView(
        row.id, row.round_id, row.inputs_hash, row.created_at, from_json(row.results)
    )


def newest(round_id: int) -> EstimationView | None:
    """Find the last run of a round."""
    query = select(Estimation).where(Estimation.round_id == round_id).order_by(-Estimation.id)
    found = db.session.scalars(query.limit(1)).first()
    return _view(found) if found else None


def estimation(estimation_id: int) -> EstimationView | None:
    """Find a run by its number."""
    found = db.session.get(Estimation, estimation_id)
    return _view(found) if found else None
