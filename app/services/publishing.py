"""Checking, approving and publishing an index: three persons, and nothing changed meanwhile."""

from collections.abc import Iterator

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, exact
from app.database import writing
from app.models import Cycle, IndexResult
from app.queries import cycles, estimations, results
from app.queries.estimation_results import to_json
from app.queries.index_document import IndexDocument, from_json
from app.queries.results import ResultView
from app.services import index_checks, recording
from app.services.cycles import cycle_row
from app.services.errors import ForbiddenError, NotFoundError, WrongStateError
from app.services.index_checks import Finding
from app.services.recording import Actor
from app.services.rights import require
from app.services.states import CYCLE_EDGES, step
from app.texts import N_
from app.vocabulary import CycleState, Role

CHECKERS = frozenset({Role.HOME_AFFAIRS, Role.ADMINISTRATOR})
APPROVERS = frozenset({Role.APPROVER})
PUBLISHERS = frozenset({Role.HOME_AFFAIRS})
# Who merged, who checked and who approved, in every mode of the office.
PERSONS_BEHIND = 3


def check(actor: Actor, result_id: int) -> None:
    """Confirm as a second person that a merged index may go to the approver.

    Raises
    ------
    ForbiddenError
        If the person merged this version, or holds no role that may check.
    WrongStateError
        If it is not merged, was checked already, a newer version exists, or what is stored
        was changed.
    """
    with writing() as session:
        person = require(actor, CHECKERS).id
        result, cycle = result_rows(session, result_id)
        if cycle.state is not CycleState.MERGED or result.checked_by is not None:
            raise WrongStateError()
        if result.merged_by == person:
            raise ForbiddenError(N_("Whoever merged an index cannot check it: ask another person."))
        check_newest(session, result)
        check_unchanged(result_id)
        result.checked_by, result.checked_at = person, clock.now()
        recording.record(session, actor, "index.checked", f"result:{result_id}", hash=result.hash)


def approve(actor: Actor, result_id: int) -> None:
    """Approve the newest version of a merged and checked index, as a third person.

    Raises
    ------
    ForbiddenError
        If the person merged or checked this version, or holds no role that may approve.
    WrongStateError
        If it is not checked, a newer version exists, or what is stored was changed.
    """
    with writing() as session:
        person = require(actor, APPROVERS).id
        result, cycle = result_rows(session, result_id)
        state = step(CYCLE_EDGES, cycle.state, CycleState.APPROVED)
        if result.checked_by is None:
            raise WrongStateError(N_("A second person has to check this index first."))
        if person in {result.merged_by, result.checked_by}:
            raise ForbiddenError(
                N_("Whoever merged or checked an index cannot approve it: ask another person.")
            )
        check_newest(session, result)
        check_unchanged(result_id)
        cycle.state = state
        result.approved_by, result.approved_at = person, clock.now()
        recording.record(session, actor, "index.approved", f"result:{result_id}", hash=result.hash)


def publish(actor: Actor, result_id: int) -> None:
    """Publish an approved index.

    Raises
    ------
    ForbiddenError
        If the person holds no role that may publish.
    WrongStateError
        If three different persons do not stand behind it, or it was changed since.
    """
    with writing() as session:
        person = require(actor, PUBLISHERS).id
        result, cycle = result_rows(session, result_id)
        state = step(CYCLE_EDGES, cycle.state, CycleState.PUBLISHED)
        behind = {result.merged_by, result.checked_by, result.approved_by} - {None}
        if len(behind) != PERSONS_BEHIND:
            raise WrongStateError(N_("Three different persons must stand behind an index."))
        check_newest(session, result)
        check_unchanged(result_id)
        cycle.state = state
        result.published_by, result.published_at = person, clock.now()
        recording.record(session, actor, "index.published", f"result:{result_id}", hash=result.hash)


def result_rows(session: Session, result_id: int) -> tuple[IndexResult, Cycle]:
    """Find a result and its cycle under the write lock."""
    found = session.get(IndexResult, result_id)
    if found is None:
        raise NotFoundError()
    cycle = cycle_row(session, found.cycle_id)
    session.refresh(found, with_for_update=True)
    return found, cycle


def check_newest(session: Session, result: IndexResult) -> None:
    """Refuse a version that was merged again since."""
    newest = select(func.max(IndexResult.version)).where(IndexResult.cycle_id == result.cycle_id)
    if session.scalar(newest) != result.version:
        raise WrongStateError(N_("A newer version of this index exists: use that one."))


def check_unchanged(result_id: int) -> None:
    """Refuse a document that no longer is what was merged."""
    view = results.result(result_id)
    findings = verify(view) if view else ()
    if findings:
        raise WrongStateError(
            N_("The stored index was changed after it was merged (%(place)s): merge it again."),
            place=findings[0].place,
        )


def verify(result: ResultView) -> tuple[Finding, ...]:
    """Recompute a stored index and compare it with its hash, its sources and the log.

    Returns
    -------
    tuple of Finding
        Empty for an index that is what was merged. The first findings name numbers, the last
        ones the document as a whole.
    """
    try:
        document = from_json(result.values)
    except ValidationError as error:
        places = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        return (*(Finding(place, "?", "") for place in places), *whole(result))
    # Sources first: they name the number itself, sums only what it went into.
    found = [*sources(result, document), *index_checks.arithmetic(document), *whole(result)]
    return tuple({finding.place: finding for finding in reversed(found)}.values())[::-1]


def sources(result: ResultView, document: IndexDocument) -> Iterator[Finding]:
    """Compare with the run of estimates and the scores, as far as they still are those."""
    pins = document.pins
    for survey in pins.surveys:
        place = f"pins.surveys.{survey.audience}"
        run = estimations.estimation(survey.estimation_id)
        digest = exact.canonical_hash(to_json(run.results)) if run else ""
        yield from index_checks.compared(f"{place}.results_hash", survey.results_hash, digest)
        inputs = run.inputs_hash if run else ""
        yield from index_checks.compared(f"{place}.inputs_hash", survey.inputs_hash, inputs)
        if run:
            yield from index_checks.against_estimates(document, survey.audience, run.results)
    cycle = cycles.cycle(result.head.cycle_id)
    if cycle:
        yield from index_checks.compared(
            "pins.criteria_hash", pins.criteria_hash, cycle.criteria_hash
        )
    imported = cycles.scores(result.head.cycle_id)
    # After a reopening new scores may have replaced those of an older version.
    if pins.scores_hash == cycles.scores_hash(imported):
        yield from index_checks.against_scores(document, imported)


def whole(result: ResultView) -> Iterator[Finding]:
    """Compare the hash of the document with the stored one, and that with the log."""
    digest = exact.canonical_hash(result.values)
    yield from index_checks.compared("document", digest, result.head.hash)
    logged = results.logged_hash(result.head.id)
    yield from index_checks.compared("hash", result.head.hash, logged)
