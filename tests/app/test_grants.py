"""Roles everywhere and for units: who holds what, what excludes what, and who may change it."""

from itertools import combinations, product

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Account, LogEntry, RoleGrant, Unit
from app.queries import people, units
from app.queries.people import Grant, Person
from app.services import accounts, grants, separation
from app.services.accounts import NewAccount
from app.services.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from app.services.recording import SYSTEM, Actor
from app.vocabulary import Role, UnitKind, UnitLevel
from tests.app.at_once import at_once
from tests.app.office_modes import switch_on
from tests.factories import PASSWORD, account, actor

SEPARATED = {
    frozenset(pair)
    for pair in combinations(Role, 2)
    if Role.AGENCY in pair or Role.APPROVER in pair
}
grants_of = st.builds(Grant, st.sampled_from(Role), st.sampled_from([None, 1, 2]))


def unit(code: str) -> int:
    with writing() as session:
        row = Unit(code=code, name=code, level=UnitLevel.COMMUNE, kind=UnitKind.COMMUNE)
        session.add(row)
        session.flush()
        return row.id


def give(person: int, role: Role, unit_id: int | None = None, by: Actor = SYSTEM) -> None:
    with writing() as session:
        grants.grant(session, by, person, role, unit_id)


def take(person: int, role: Role, unit_id: int | None = None, by: Actor = SYSTEM) -> None:
    with writing() as session:
        grants.revoke(session, by, person, role, unit_id)


def known(person: int) -> Person:
    found = people.person(person)
    assert found is not None
    return found


def somebody(*held: Grant, active: bool = True) -> Person:
    return Person(1, "a@x.vn", "A", frozenset(held), active)


@given(st.frozensets(grants_of, max_size=6), st.frozensets(st.sampled_from(Role), max_size=4))
def test_the_three_questions_agree(held, asked):
    person = somebody(*held)
    wanted = {grant for grant in held if grant.role in asked}
    assert person.may(asked) == any(grant.unit_id is None for grant in wanted)
    for number in (1, 2, 3):
        expected = any(grant.unit_id in {None, number} for grant in wanted)
        assert person.may_for(asked, number) == expected
        within = person.units_with(asked)
        assert (within is None or number in within) == expected
    gone = somebody(*held, active=False)
    assert not gone.may(asked)
    assert not gone.may_for(asked, 1)
    assert gone.units_with(asked) == frozenset()


@given(st.frozensets(grants_of, max_size=5))
def test_a_small_office_allows_more_but_never_a_unit_that_checks_itself(held):
    strict = separation.conflicts(held, small_office=False)
    loose = separation.conflicts(held, small_office=True)
    assert set(loose) <= set(strict)
    itself = any(
        {one.role, other.role} in ({Role.AGENCY, Role.VERIFIER}, {Role.AGENCY, Role.INSPECTOR})
        and (None in {one.unit_id, other.unit_id} or one.unit_id == other.unit_id)
        for one, other in combinations(held, 2)
    )
    assert bool(loose) == itself


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="+".join)
def test_the_pairs_of_the_decision_exclude_each_other_where_they_overlap(pair):
    one, other = pair
    for first, second in product((None, 1, 2), repeat=2):
        overlap = None in {first, second} or first == second
        found = separation.conflicts({Grant(one, first), Grant(other, second)}, small_office=False)
        assert bool(found) == (overlap and frozenset(pair) in SEPARATED)


def test_a_verifying_agency_may_be_rated_itself_by_others(app: Flask):
    own, other, person = unit("A"), unit("B"), account(Role.AGENCY, unit=unit("C")).id
    give(person, Role.VERIFIER, own)
    with pytest.raises(InvalidInputError):
        give(person, Role.AGENCY, own)
    give(person, Role.AGENCY, other)
    with pytest.raises(InvalidInputError):
        give(person, Role.VERIFIER)
    assert len(known(person).grants) == 3


def test_the_small_office_mode_lets_one_person_hold_both(app: Flask):
    person = account(Role.HOME_AFFAIRS).id
    with pytest.raises(InvalidInputError):
        give(person, Role.APPROVER)
    switch_on()
    give(person, Role.APPROVER)
    own = unit("A")
    give(person, Role.AGENCY, own)
    with pytest.raises(InvalidInputError):
        give(person, Role.VERIFIER, own)
    assert known(person).roles == {Role.HOME_AFFAIRS, Role.APPROVER, Role.AGENCY}


def test_an_account_made_by_hand_keeps_the_same_rules(app: Flask):
    both = (Role.COORDINATOR, Role.APPROVER)
    with pytest.raises(InvalidInputError):
        accounts.add_account(SYSTEM, NewAccount("a@x.vn", "Lê Thị A", PASSWORD, both))
    with pytest.raises(InvalidInputError):
        accounts.add_account(
            SYSTEM, NewAccount("a@x.vn", "Lê Thị A", PASSWORD, (Role.APPROVER,), unit("A"))
        )
    assert people.account_count() == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HOME_AFFAIRS, Role.APPROVER])
def test_some_roles_hold_everywhere_or_not_at_all(app: Flask, role):
    own = unit("A")
    with pytest.raises(InvalidInputError):
        give(account(Role.COORDINATOR).id, role, own)


def test_a_grant_is_effective_at_once_and_given_once(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR, email="a@x.vn")
    person = people.account_by_email("a@x.vn").id
    assert browser.get("/office").status_code == 403
    give(person, Role.ADMINISTRATOR)
    give(person, Role.ADMINISTRATOR)
    assert browser.get("/office").status_code == 200
    assert db.session.query(RoleGrant).filter_by(account_id=person).count() == 2
    account(Role.ADMINISTRATOR)
    take(person, Role.ADMINISTRATOR)
    assert browser.get("/office").status_code == 403


def test_only_an_administrator_of_this_moment_changes_roles(app: Flask):
    administrator, person = actor(Role.ADMINISTRATOR), account(Role.COORDINATOR).id
    give(person, Role.ENUMERATOR, by=administrator)
    with writing() as session:
        session.get_one(Account, administrator.account_id).active = False
    strangers = (administrator, actor(Role.HOME_AFFAIRS), Actor(10**6, "administrator"))
    for stranger in strangers:
        with pytest.raises(ForbiddenError):
            give(person, Role.INSPECTOR, by=stranger)
        with pytest.raises(ForbiddenError):
            take(person, Role.ENUMERATOR, by=stranger)
    assert known(person).roles == {Role.COORDINATOR, Role.ENUMERATOR}


def test_what_is_not_there_is_neither_given_nor_taken(app: Flask):
    person = account(Role.COORDINATOR).id
    with pytest.raises(NotFoundError):
        give(10**6, Role.COORDINATOR)
    with pytest.raises(NotFoundError):
        take(person, Role.ENUMERATOR)
    with pytest.raises(NotFoundError):
        take(person, Role.COORDINATOR, unit("A"))
    with pytest.raises(InvalidInputError):
        give(person, Role.ENUMERATOR, 10**6)


def test_the_last_administrator_who_can_sign_in_stays(app: Flask):
    last = account(Role.ADMINISTRATOR).id
    disabled, invited = account(Role.ADMINISTRATOR).id, account(Role.ADMINISTRATOR).id
    with writing() as session:
        session.get_one(Account, disabled).active = False
        session.get_one(Account, invited).password_hash = ""
    with pytest.raises(WrongStateError):
        take(last, Role.ADMINISTRATOR)
    account(Role.ADMINISTRATOR)
    take(last, Role.ADMINISTRATOR)


def test_two_administrators_cannot_remove_each_other_at_once(app: Flask):
    one, other = actor(Role.ADMINISTRATOR), actor(Role.ADMINISTRATOR)
    for _ in range(3):
        outcomes = at_once(
            app,
            [
                lambda: take(one.account_id, Role.ADMINISTRATOR, by=other),
                lambda: take(other.account_id, Role.ADMINISTRATOR, by=one),
            ],
        )
        db.session.rollback()
        left = people.everywhere_with(Role.ADMINISTRATOR)
        assert len(left) == 1
        assert outcomes.count(None) == 1
        for person in (one, other):
            give(person.account_id, Role.ADMINISTRATOR)


def test_both_sides_of_a_check_are_not_given_at_once(app: Flask):
    person = account(Role.ENUMERATOR, unit=unit("A")).id
    own = unit("B")
    outcomes = at_once(
        app,
        [
            lambda: give(person, Role.AGENCY, own),
            lambda: give(person, Role.VERIFIER, own),
        ],
    )
    assert outcomes.count(None) == 1


def test_giving_and_taking_are_logged_under_a_pseudonym(app: Flask):
    person = account(Role.COORDINATOR, email="ten.that@x.vn").id
    give(person, Role.ENUMERATOR)
    take(person, Role.ENUMERATOR)
    bodies = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq).limit(2)).all()
    assert '"act":"role.revoked"' in bodies[0]
    assert '"act":"role.granted"' in bodies[1]
    assert "ten.that" not in "".join(bodies)


def test_the_people_of_a_unit_are_those_active_with_a_role_for_it(app: Flask):
    own, other = unit("A"), unit("B")
    held = account(Role.AGENCY, unit=own)
    account(Role.AGENCY, unit=other)
    account(Role.VERIFIER)
    gone = account(Role.VERIFIER, unit=own)
    with writing() as session:
        session.get_one(Account, gone.id).active = False
    assert [person.id for person in people.of_unit(own)] == [held.id]
    assert units.by_code("A").id == own
    assert units.by_code("a\0b") is None
