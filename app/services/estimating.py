"""From opened answers to a frozen run of estimates; reached only by the worker and commands."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy.orm import Session

from app import clock, exact
from app.database import writing
from app.models import Estimation, Round
from app.queries import answers as rows, boxes, counter_sessions
from app.queries.answers import AnsweredRound, AnswerView, CellView
from app.queries.counter_sessions import SessionView, Wanted
from app.queries.estimation_results import EstimationResults, Factor, Part, to_json
from app.services import extracts, handling_times, mixing, recording, session_estimates
from app.services.coverage import coverage
from app.services.errors import NotFoundError, WrongStateError
from app.services.estimation_inputs import inputs_hash
from app.services.extracts import Extract
from app.services.figures import count_class, parts
from app.services.handling_times import Counts
from app.services.leases import Concluding, open_end
from app.services.ratings import rated_questions, ratings
from app.services.recording import Actor
from app.services.session_estimates import Basis
from app.services.states import ROUND_EDGES, step
from app.texts import N_
from app.thresholds import present
from app.vocabulary import RoundState
from sampling.errors import SamplingError
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.wording import Wording


def estimate_round(actor: Actor, round_id: int, conclude: Concluding[int] = open_end) -> int:
    """Weigh the answers of a closed round and estimate; again, it makes a further run.

    Parameters
    ----------
    conclude : callable
        Ends the job that asked for it, in the transaction that freezes the run.

    Returns
    -------
    int
        Number of the run.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If it is not closed yet, or no answer was opened.
    """
    finish_opening(round_id)
    weigh(actor, round_id)
    # Nothing opens or changes an answer once the round is weighted, so the work below can
    # go on without holding the database.
    found = rows.answered_round(round_id)
    assert found is not None
    cells = rows.cells(round_id)
    extract = extracts.load(round_id, cells)
    times = handling_times.counted(round_id, read_questionnaire(found.questionnaire))
    sessions = counter_sessions.listed(Wanted(round_id))
    results = estimate(found, cells, extract, rows.sealed(round_id), times, sessions)
    inputs = inputs_hash(found, cells, extract, handling_times.document(times))
    return store(actor, round_id, inputs, results, conclude)


def finish_opening(round_id: int) -> None:
    """Open what a closing that was cut short left, for a weighted round is mixed no more."""
    found = rows.answered_round(round_id)
    if found is None:
        raise NotFoundError()
    if found.state is RoundState.CLOSED:
        mixing.mix_round(round_id)


def weigh(actor: Actor, round_id: int) -> None:
    """Take the step from closed to weighted, unless it was taken before."""
    with writing() as session:
        row = round_row(session, round_id)
        if row.state in {RoundState.WEIGHTED, RoundState.ESTIMATED}:
            return
        row.state = step(ROUND_EDGES, row.state, RoundState.WEIGHTED)
        opened = rows.opened(round_id)
        if not opened:
            raise WrongStateError(N_("No answer of this round was opened: nothing to estimate."))
        if boxes_to_open(round_id):
            raise WrongStateError(N_("Answers of this round are still being opened: try again."))
        recording.record(session, actor, "round.weighted", f"round:{round_id}", answers=opened)


def boxes_to_open(round_id: int) -> bool:
    """Whether the mixer could open a box of a closed round."""
    mixed = boxes.round_to_mix(round_id)
    assert mixed is not None
    return bool(mixing.groups_to_open(mixed))


def estimate(
    found: AnsweredRound,
    cells: Sequence[CellView],
    extract: Extract,
    sealed: int,
    times: Counts,
    sessions: Sequence[SessionView] = (),
) -> EstimationResults:
    """Work out all figures of a round, and where it has counter sessions, those without them."""
    questionnaire = read_questionnaire(found.questionnaire)
    basis = session_estimates.counted(cells, extract)
    without: tuple[Part, ...] = ()
    try:
        estimated = figures_of(basis, questionnaire, times)
        if session_estimates.has_sessions(basis):
            alone = figures_of(session_estimates.listed(basis), questionnaire, times)
            without = session_estimates.without(alone, estimated)
    except SamplingError as error:
        raise WrongStateError(
            N_("The answers and the sampling plan do not fit together: %(why)s"),
            why=error.message("vi"),
        ) from error
    return EstimationResults(
        questionnaire_hash=found.questionnaire_hash,
        dry_run=found.dry_run,
        disclosure_n=present.disclosure_n,
        effective_n=present.effective_n,
        factors=factors_of(questionnaire),
        parts=estimated,
        unattributed=unattributed(int(np.isin(basis.extract.cell, roots(basis.cells)).sum())),
        sealed=sealed,
        lost=found.declared_lost,
        sessions=session_estimates.told(cells, basis, sessions),
        without_sessions=without,
    )


def figures_of(basis: Basis, questionnaire: Questionnaire, times: Counts) -> tuple[Part, ...]:
    """Estimate every factor of every place from some cells and their answers."""
    cover = coverage(basis.cells, opened_in(basis.extract))
    measured = ratings(questionnaire, basis.extract.items)
    return handling_times.added(parts(basis.cells, cover, measured), times)


def roots(cells: Sequence[CellView]) -> list[int]:
    """List the cells whose answers speak of no unit."""
    return [cell.id for cell in cells if not cell.unit_code]


def opened_in(extract: Extract) -> list[AnswerView]:
    """Say of each answer in which cell it was opened, and no more."""
    each = {cell: AnswerView(cell, {}) for cell in np.unique(extract.cell).tolist()}
    return [each[cell] for cell in extract.cell.tolist()]


def factors_of(questionnaire: Questionnaire) -> tuple[Factor, ...]:
    """List the factors with their titles; the overall rating carries its question's text."""
    titles = {factor.code: factor.titles for factor in questionnaire.factors}
    filled = (factor for factor in questionnaire.factors if factor.filled_from)
    return (
        *(Factor(factor.code, dict(factor.titles)) for factor in filled),
        *_asked_factors(questionnaire, titles),
    )


def _asked_factors(
    questionnaire: Questionnaire, titles: Mapping[str, Wording]
) -> tuple[Factor, ...]:
    return tuple(
        Factor(code, dict(titles[code] if code in titles else questions[0].texts))
        for code, questions in rated_questions(questionnaire).items()
    )


def unattributed(n: int) -> str:
    """Write how many answers know the round only; none is no secret."""
    return "0" if n == 0 else count_class(n)


def store(
    actor: Actor,
    round_id: int,
    inputs: str,
    results: EstimationResults,
    conclude: Concluding[int] = open_end,
) -> int:
    """Freeze a run; the first one ends the round."""
    with writing() as session:
        row = round_row(session, round_id)
        if row.state is not RoundState.ESTIMATED:
            row.state = step(ROUND_EDGES, row.state, RoundState.ESTIMATED)
        document = to_json(results)
        run = Estimation(
            round_id=round_id, inputs_hash=inputs, results=document, created_at=clock.now()
        )
        session.add(run)
        session.flush()
        recording.record(
            session,
            actor,
            "round.estimated",
            f"round:{round_id}",
            estimation=run.id,
            inputs=inputs,
            results=exact.canonical_hash(document),
        )
        conclude(session, run.id)
        return run.id


def round_row(session: Session, round_id: int) -> Round:
    """Find a round under the write lock."""
    row = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError()
    return row
