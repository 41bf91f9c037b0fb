"""Survey points and settled scores become an index; reached only by the worker and commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import func, select

from analysis.index.merging import merge
from analysis.scoring.scheme import Scheme
from analysis.scoring.score_row import Entry
from app import clock, exact
from app.database import writing
from app.models import IndexResult
from app.queries import cycles as rows, estimations, office
from app.queries.cycles import CycleView, RoundChoice, ScoreView
from app.queries.estimation_results import (
    TOP_TWO,
    EstimationResults,
    FigureState,
)
from app.queries.estimations import EstimationView
from app.queries.index_document import IndexDocument, to_json
from app.services import recording
from app.services.cycles import cycle_row
from app.services.errors import InvalidInputError, WrongStateError
from app.services.index_writing import compose
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.services.scoring import cycle_and_set, entry_of, scheme_of_cycle
from app.services.states import CYCLE_EDGES, step
from app.texts import N_
from app.vocabulary import CycleState, RoundState

Cell = tuple[str, str]
Shares = Mapping[Cell, Fraction | None]


@dataclass(frozen=True)
class Inputs:
    """All that an index is made from, read at one moment; `surveys` by the audience asked."""

    cycle: CycleView
    scheme: Scheme
    scores: tuple[ScoreView, ...]
    surveys: Mapping[str, EstimationView]


def merge_index(actor: Actor, cycle_id: int, conclude: Concluding[int] = open_end) -> int:
    """Merge survey points with the settled scores and rank the units.

    Parameters
    ----------
    conclude : callable
        Ends the job that asked for it, in the same transaction.

    Returns
    -------
    int
        Number of the new result.

    Raises
    ------
    InvalidInputError
        With a fault for each unit and criterion whose survey share is missing.
    WrongStateError
        If the cycle is not before the council, has no scores, or a round has no estimates.
    """
    if actor.account_id is None:
        raise WrongStateError(N_("A merge needs a person who answers for it."))
    with writing() as session:
        # The document is made under the lock, so that no import slips in between.
        row = cycle_row(session, cycle_id)
        state = step(CYCLE_EDGES, row.state, CycleState.MERGED)
        made = document(read_inputs(cycle_id))
        values = to_json(replace(made, small_office=office.small_office().on))
        newest = select(func.max(IndexResult.version)).where(IndexResult.cycle_id == cycle_id)
        result = IndexResult(
            cycle_id=cycle_id,
            version=(session.scalar(newest) or 0) + 1,
            document=values,
            hash=exact.canonical_hash(values),
            merged_by=actor.account_id,
            merged_at=clock.now(),
        )
        row.state = state
        session.add(result)
        session.flush()
        recording.record(
            session,
            actor,
            "index.merged",
            f"result:{result.id}",
            cycle=cycle_id,
            version=result.version,
            hash=result.hash,
        )
        conclude(session, result.id)
        return result.id


def read_inputs(cycle_id: int) -> Inputs:
    """Read what the index is made from, refusing what may not enter it."""
    cycle = cycle_and_set(cycle_id)
    scheme = scheme_of_cycle(cycle)
    scores = rows.scores(cycle_id)
    if not scores:
        raise WrongStateError(N_("Import the scores first."))
    return Inputs(cycle, scheme, scores, surveys_of(cycle, scheme))


def surveys_of(cycle: CycleView, scheme: Scheme) -> dict[str, EstimationView]:
    """Find the newest estimates of every round that answers an audience of the matrix."""
    named = {link.audience for link in scheme.matrix}
    found: dict[str, EstimationView] = {}
    for survey in cycle.rounds if named else ():
        estimation = survey_of(survey)
        for asked in audiences(survey.questionnaire_code, named, alone=len(cycle.rounds) == 1):
            found[asked] = estimation
    return found


def survey_of(survey: RoundChoice) -> EstimationView:
    """Find the newest estimates of a round."""
    if survey.dry_run:
        raise WrongStateError(N_("A dry run never enters an index: choose another round."))
    found = estimations.newest(survey.id)
    if survey.state is not RoundState.ESTIMATED or found is None:
        raise WrongStateError(N_("The survey round has no estimates yet."))
    if found.results.dry_run:
        raise WrongStateError(N_("A dry run never enters an index: choose another round."))
    return found


def document(inputs: Inputs) -> IndexDocument:
    """Make the document of an index; the same inputs make the same document."""
    entries = tuple(entry_of(score) for score in inputs.scores)
    shares: dict[str, Shares] = {}
    if inputs.surveys:
        units = dict.fromkeys(entry.unit for entry in entries)
        shares = {unit: unit_shares(inputs, unit) for unit in units}
        entries = merged_entries(inputs.scheme, entries, shares)
    names = {score.unit_code: score.unit_name for score in inputs.scores}
    digest = rows.scores_hash(inputs.scores)
    return compose(inputs.cycle, inputs.scheme, entries, shares, names, digest, inputs.surveys)


def merged_entries(
    scheme: Scheme, entries: Sequence[Entry], shares: Mapping[str, Shares]
) -> tuple[Entry, ...]:
    """Let survey points join, or name every unit and criterion that lacks its share."""
    merged = merge(scheme, entries, shares)
    if merged.faults:
        raise InvalidInputError(
            N_("The index cannot be merged yet; nothing was stored."), merged.faults
        )
    return merged.entries


def unit_shares(inputs: Inputs, unit: str) -> Shares:
    """Read a unit's frozen share for every cell of the matrix that some round can answer."""
    return {
        (link.item, link.audience): frozen_share(
            inputs.surveys[link.audience].results, unit, link.item
        )
        for link in inputs.scheme.matrix
        if link.audience in inputs.surveys
    }


def audiences(code: str, named: set[str], *, alone: bool) -> set[str]:
    """Tell which audience of a matrix a round with this questionnaire asked.

    The only one there is, if the round is alone too; else the one that the questionnaire's code
    begins with, as "citizen_satisfaction" does with "citizen".
    """
    if alone and len(named) == 1:
        return named
    return {audience for audience in named if code == audience or code.startswith(f"{audience}_")}


def frozen_share(results: EstimationResults, unit: str, item: str) -> Fraction | None:
    """Give a unit's share for an item such as "overall" or "overall:mean_score".

    Only a figure that may be shown and rests on enough answers makes points.
    """
    factor, _, statistic = item.partition(":")
    part = results.unit(unit)
    figure = part.figure(factor) if part else None
    if figure is None or figure.state is not FigureState.SHOWN:
        return None
    quantity = figure.quantity(statistic or TOP_TWO)
    return Fraction(quantity.value) if quantity else None
