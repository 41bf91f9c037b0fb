"""Check, approval and publication by three persons, and the check that names a changed number."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import exact
from app.database import writing
from app.extensions import db
from app.models import Account, Cycle, Estimation, IndexResult, LogEntry, ScoreEntry
from app.queries.results import ResultView
from app.services import four_eyes, merging, publishing, reopening
from app.services.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    ServiceError,
    WrongStateError,
)
from app.services.recording import SYSTEM, Actor
from app.vocabulary import CycleState, Role
from tests.app.index_factory import SCORES, approved, merged, people, the_result
from tests.app.office_modes import switch_on
from tests.factories import actor

BONUSES = SCORES + b"communes;A;BONUS;3\ncommunes;B;PENALTY;0,5\n"
REASON = "Hội đồng xem lại điểm"


@pytest.fixture
def crew(app: Flask):
    return people()


@pytest.fixture
def view(crew) -> ResultView:
    return merged(crew.merger, scores=BONUSES)


def state_of(view: ResultView) -> CycleState:
    return the_result(view.head.id).head.cycle_state


def put(
    view: ResultView, state: CycleState, checked_by: int | None, approved_by: int | None
) -> None:
    """Set the stage, whatever led there."""
    with writing() as session:
        session.get_one(Cycle, view.head.cycle_id).state = state
        row = session.get_one(IndexResult, view.head.id)
        row.checked_by, row.approved_by = checked_by, approved_by
        row.published_by, row.published_at = None, None


def last_act() -> str:
    return db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()


def test_a_second_person_checks_a_third_approves_and_home_affairs_publishes(crew, view):
    publishing.check(crew.other, view.head.id)
    assert '"act":"index.checked"' in last_act()
    publishing.approve(crew.approver, view.head.id)
    assert '"act":"index.approved"' in last_act()
    publishing.publish(crew.merger, view.head.id)
    assert '"act":"index.published"' in last_act()
    head = the_result(view.head.id).head
    assert head.cycle_state is CycleState.PUBLISHED
    assert (head.merged_by, head.checked_by) == (crew.merger.account_id, crew.other.account_id)
    assert head.checked_at
    assert head.approved_at
    assert head.published_at


def test_whoever_merged_cannot_check(crew, view):
    with pytest.raises(ForbiddenError):
        publishing.check(crew.merger, view.head.id)
    assert the_result(view.head.id).head.checked_by is None


def test_an_index_is_checked_once_and_before_it_is_approved(crew, view):
    with pytest.raises(WrongStateError):
        publishing.approve(crew.approver, view.head.id)
    publishing.check(crew.administrator, view.head.id)
    with pytest.raises(WrongStateError):
        publishing.check(crew.other, view.head.id)
    assert state_of(view) is CycleState.MERGED


def hats(*roles: Role) -> Actor:
    """Somebody of several roles, as in a small office."""
    return actor(*roles)


@pytest.mark.parametrize("small", [False, True])
def test_one_person_of_all_roles_takes_one_of_the_three_steps_only(app: Flask, small):
    if small:
        switch_on()
    merger, checker = hats(*Role), hats(*Role)
    view = merged(merger)
    with pytest.raises(ForbiddenError):
        publishing.check(merger, view.head.id)
    publishing.check(checker, view.head.id)
    for early in (merger, checker):
        with pytest.raises(ForbiddenError):
            publishing.approve(early, view.head.id)
    publishing.approve(hats(*Role), view.head.id)
    publishing.publish(merger, view.head.id)
    assert the_result(view.head.id).document.small_office is small


@pytest.mark.parametrize(
    "columns",
    [("checked_by", "merged_by"), ("approved_by", "merged_by"), ("approved_by", "checked_by")],
)
def test_the_database_refuses_two_hats_too(crew, view, columns):
    one, other = columns
    same = {one: crew.other.account_id, other: crew.other.account_id}
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(update(IndexResult).values(**same))


def test_no_person_in_any_state_can_do_more_than_the_rules_say(crew, view):
    """Every person × every state × every act × checked, approved or not."""
    coordinator = actor(Role.COORDINATOR)
    every_hat = actor(*Role)
    gone = actor(Role.HOME_AFFAIRS, Role.APPROVER)
    with writing() as session:
        session.get_one(Account, gone.account_id).active = False
    home_affairs = {crew.merger, crew.other, every_hat}
    checkers = {crew.other, crew.administrator, every_hat}
    approvers = {crew.approver, every_hat}
    strangers = {coordinator, gone, SYSTEM, Actor(10**6, "home_affairs")}
    checker, approver = crew.other.account_id, crew.approver.account_id
    signatures = ((None, None), (checker, None), (checker, approver), (None, approver))
    everybody = home_affairs | checkers | approvers | strangers
    for state, (checked, signed) in product(CycleState, signatures):
        free = state is CycleState.MERGED and checked is None
        ready = state is CycleState.MERGED and checked is not None
        whole = state is CycleState.APPROVED and None not in {checked, signed}
        rules = (
            (publishing.check, checkers if free and signed is None else set()),
            (publishing.approve, approvers if ready else set()),
            (publishing.publish, home_affairs if whole else set()),
        )
        # A row that the acts themselves never leave behind proves nothing.
        if checked is None and signed:
            rules = rules[1:]
        put(view, state, checked, signed)
        before = last_act()
        for (act, allowed), person in product(rules, everybody):
            if person in allowed:
                act(person, view.head.id)
                assert last_act() != before
                put(view, state, checked, signed)
                before = last_act()
            else:
                with pytest.raises(ServiceError):
                    act(person, view.head.id)
        assert state_of(view) is state
        assert last_act() == before


ACTS = ("check", "approve", "publish", "reopen", "merge")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4)), max_size=14))
def test_no_sequence_of_acts_publishes_without_three_persons(crew, view, acts):
    put(view, CycleState.MERGED, None, None)
    with writing() as session:
        session.query(IndexResult).filter(IndexResult.version > 1).delete()
    two_hats = actor(Role.HOME_AFFAIRS, Role.APPROVER)
    actors = (crew.merger, crew.other, crew.administrator, crew.approver, two_hats)
    newest = view.head.id
    for act, who in acts:
        try:
            if act == "merge":
                newest = merging.merge_index(actors[who], view.head.cycle_id)
            elif act == "reopen":
                reopening.reopen(actors[who], view.head.cycle_id, REASON)
            else:
                getattr(publishing, act)(actors[who], newest)
        except ServiceError:
            continue
    for row in db.session.scalars(select(IndexResult)):
        db.session.refresh(row)
        behind = [row.merged_by, row.checked_by, row.approved_by]
        known = [person for person in behind if person is not None]
        assert len(set(known)) == len(known)
        if row.published_at:
            assert len(known) == 3


def test_only_the_newest_version_is_checked_and_approved(crew, view):
    reopening.reopen(crew.merger, view.head.cycle_id, REASON)
    newer = merging.merge_index(crew.merger, view.head.cycle_id)
    with pytest.raises(WrongStateError):
        publishing.check(crew.other, view.head.id)
    publishing.check(crew.other, newer)
    put_check(view, crew.other)
    with pytest.raises(WrongStateError):
        publishing.approve(crew.approver, view.head.id)
    publishing.approve(crew.approver, newer)


def put_check(view: ResultView, person: Actor) -> None:
    with writing() as session:
        session.get_one(IndexResult, view.head.id).checked_by = person.account_id


def test_an_approved_index_is_not_reopened(crew, view):
    approved(crew, view.head.id)
    with pytest.raises(WrongStateError):
        reopening.reopen(crew.other, view.head.cycle_id, REASON)
    with pytest.raises(WrongStateError):
        reopening.ask_reopening(crew.other, view.head.cycle_id, REASON)


def test_reopening_needs_a_reason_and_leaves_it_in_the_log(crew, view):
    with pytest.raises(InvalidInputError):
        reopening.reopen(crew.merger, view.head.cycle_id, "  sai   ")
    reopening.reopen(crew.merger, view.head.cycle_id, REASON)
    assert REASON in last_act()
    assert state_of(view) is CycleState.COUNCIL


def test_a_checked_index_is_reopened_only_as_another_person_approved(crew, view):
    cycle_id = view.head.cycle_id
    publishing.check(crew.other, view.head.id)
    with pytest.raises(WrongStateError):
        reopening.reopen(crew.merger, cycle_id, REASON)
    asked = reopening.ask_reopening(crew.merger, cycle_id, REASON)
    with pytest.raises(WrongStateError):
        reopening.reopen(crew.merger, cycle_id, REASON)
    four_eyes.decide(crew.approver, asked, True)
    with pytest.raises(WrongStateError):
        reopening.reopen(crew.merger, cycle_id, "Một lý do khác hẳn")
    reopening.reopen(crew.merger, cycle_id, REASON)
    assert f'"approval":{asked}' in last_act()
    # The next version, checked again, needs an approval of its own.
    publishing.check(crew.other, merging.merge_index(crew.merger, cycle_id))
    with pytest.raises(WrongStateError):
        reopening.reopen(crew.merger, cycle_id, REASON)


def test_an_unknown_result_is_not_found(crew):
    with pytest.raises(NotFoundError):
        publishing.check(crew.other, 99)


def test_an_untouched_index_raises_no_alarm(view):
    assert publishing.verify(view) == ()


def numbers(value: Any, place: str) -> Iterator[tuple[str, list[Any], Any]]:
    """Every number of a unit: its place as findings name it, its container and its key."""
    for key, child in value.items():
        here = f"{place}.{key}"
        if key == "scores":
            for score in child:
                yield from numbers(score, f"{here}.{score['criterion']}")
        elif key == "shares":
            for share in child:
                yield f"{here}.{share['item']}.share", share, "share"
        elif isinstance(child, dict):
            yield from numbers(child, here)
        elif key == "rank" or (isinstance(child, str) and key in NUMERIC | set("12")):
            yield here, value, key


SUMS = {"percent", "total", "max_applicable", "direct", "survey", "bonus", "penalty"}
NUMERIC = SUMS | {"points", "counted"}


def test_any_changed_number_of_any_unit_is_named(view):
    values = copy.deepcopy(view.values)
    changed = 0
    for unit in values["units"]:
        for place, holder, key in numbers(unit, f"units.{unit['code']}"):
            kept = holder[key]
            holder[key] = 7 if key == "rank" else f"{kept}1" if "." in kept else f"{kept}.000001"
            findings = publishing.verify(replace(view, values=values))
            assert place in {finding.place for finding in findings}
            assert "document" in {finding.place for finding in findings}
            holder[key] = kept
            changed += 1
    assert changed == 2 * (8 + 2 + 4 * 2 + 1)
    assert publishing.verify(replace(view, values=values)) == ()


def test_a_number_that_is_none_any_more_is_named_too(view):
    values = copy.deepcopy(view.values)
    values["units"][0]["percent"] = "nhiều"
    assert "units.0.percent" in {
        finding.place for finding in publishing.verify(replace(view, values=values))
    }


def test_changed_rules_show_in_the_hash(view):
    values = copy.deepcopy(view.values)
    values["groups"][0]["bands"][0]["name"] = "Rất tốt"
    assert {"document", "units.B.band"} <= {
        finding.place for finding in publishing.verify(replace(view, values=values))
    }


def test_a_document_changed_together_with_its_hash_disagrees_with_the_log(view):
    values = copy.deepcopy(view.values)
    values["name"] = "Chỉ số khác"
    head = replace(view.head, hash=exact.canonical_hash(values))
    assert [finding.place for finding in publishing.verify(ResultView(head, values))] == ["hash"]


def tampered(view: ResultView) -> None:
    with writing() as session:
        row = session.get_one(IndexResult, view.head.id)
        document = copy.deepcopy(row.document)
        document["units"][0]["scores"][2]["shares"][0]["share"] = "0.71"
        row.document = document


def test_a_tampered_index_is_neither_checked_nor_approved_nor_published(crew, view):
    tampered(view)
    with pytest.raises(WrongStateError) as refused:
        publishing.check(crew.other, view.head.id)
    assert refused.value.params["place"] == "units.B.scores.2.1.shares.overall.share"
    put(view, CycleState.MERGED, crew.other.account_id, None)
    with pytest.raises(WrongStateError):
        publishing.approve(crew.approver, view.head.id)
    put(view, CycleState.APPROVED, crew.other.account_id, crew.approver.account_id)
    with pytest.raises(WrongStateError):
        publishing.publish(crew.merger, view.head.id)


def test_changed_estimates_and_scores_are_found_at_their_place(view):
    with writing() as session:
        run = session.scalars(select(Estimation)).one()
        results = copy.deepcopy(run.results)
        figure = results["parts"][0]["figures"][-1]
        figure["top_two"]["value"] = "0.760000000000"
        run.results = results
        entry = session.scalars(select(ScoreEntry).order_by(ScoreEntry.id)).first()
        entry.cells = {**entry.cells, "settled": "31"}
    places = {finding.place for finding in publishing.verify(the_result(view.head.id))}
    assert places >= {
        "pins.surveys.citizen.results_hash",
        "units.A.scores.2.1.shares.overall.share",
    }
