"""Invitations and resets: looking spends nothing, spending happens once."""

import hashlib
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Account, AccountLink, SignIn
from app.queries.people import Grant
from app.services import account_links, accounts, signing
from app.services.account_links import IssuedLink
from app.services.errors import ForbiddenError, WrongStateError
from app.services.recording import Actor
from app.vocabulary import LinkPurpose, Role
from tests.app.at_once import at_once
from tests.factories import PASSWORD, account, actor

CHOSEN = "chín con nai uống nước suối"


@pytest.fixture
def administrator(app: Flask) -> Actor:
    return actor(Role.ADMINISTRATOR)


@pytest.fixture
def link(administrator: Actor) -> IssuedLink:
    return invited(administrator)


def invited(administrator: Actor, email: str = "lan@dongnai.gov.vn") -> IssuedLink:
    return accounts.invite(administrator, email, "Lê Thị Lan", [Grant(Role.COORDINATOR)])


def rows() -> list[tuple[object, ...]]:
    db.session.rollback()
    query = select(AccountLink.token_hash, AccountLink.used_at, AccountLink.expires_at)
    return [tuple(row) for row in db.session.execute(query)]


def test_an_invited_person_chooses_a_password_and_comes_in(client: FlaskClient, link: IssuedLink):
    form = {"email": link.email, "password": CHOSEN}
    assert client.post("/sign-in", data={**form, "password": ""}).status_code == 422
    page = client.get(f"/join/{link.token}")
    assert page.status_code == 200
    assert "lan@dongnai.gov.vn" in page.text
    reply = client.post(f"/join/{link.token}", data={"password": CHOSEN})
    assert (reply.status_code, reply.headers["Location"]) == (302, "/sign-in")
    assert client.get("/rounds").status_code == 302
    assert client.post("/sign-in", data=form).status_code == 302
    assert client.get("/rounds").status_code == 200


def test_looking_at_a_link_changes_nothing(client: FlaskClient, link: IssuedLink):
    before = rows()
    for _ in range(3):
        assert client.get(f"/join/{link.token}").status_code == 200
        assert client.head(f"/join/{link.token}").status_code == 200
        client.options(f"/join/{link.token}")
    assert rows() == before


def test_a_token_has_256_bits_and_is_not_stored(link: IssuedLink):
    assert len(link.token) == 43
    assert rows()[0][0] == hashlib.sha256(link.token.encode()).digest()


def over(client: FlaskClient, token: str) -> tuple[object, ...]:
    address = f"/join/{quote(token)}"
    looked, posted = client.get(address), client.post(address, data={"password": CHOSEN})
    # The switch of languages comes back to the page that was asked for.
    page = looked.text.replace(f'value="{address}"', "").replace(f'value="/join/{token}"', "")
    return looked.status_code, page, posted.status_code, posted.text


def test_spent_expired_revoked_and_unknown_links_get_one_same_page(
    client: FlaskClient, administrator: Actor
):
    spent, expired, revoked, replaced, disabled = (
        invited(administrator, f"{name}@x.vn") for name in "abcde"
    )
    assert account_links.spend(spent.token, CHOSEN)
    with writing() as session:
        session.get_one(AccountLink, account_links.hashed(expired.token)).expires_at = clock.now()
    account_links.revoke(administrator, revoked.account_id)
    account_links.issue(administrator, replaced.account_id)
    accounts.disable(administrator, disabled.account_id)
    tokens = [spent, expired, revoked, replaced, disabled]
    pages = {over(client, link.token) for link in tokens}
    pages |= {over(client, "x" * 43), over(client, " "), over(client, "ư" * 300)}
    assert len(pages) == 1
    looked, _, posted, _ = pages.pop()
    assert (looked, posted) == (404, 404)


def test_a_poor_password_does_not_spend_the_link(client: FlaskClient, link: IssuedLink):
    for poor in ("", "ngắn", "lan@dongnai.gov.vn", "Lê Thị Lan 2026 Đồng Nai", "x" * 2000):
        assert client.post(f"/join/{link.token}", data={"password": poor}).status_code == 422
    assert rows()[0][1] is None
    assert account_links.spend(link.token, CHOSEN)


def test_of_many_who_spend_a_link_at_once_one_succeeds(app: Flask, link: IssuedLink):
    done: list[tuple[int, bool]] = []
    choices = [f"{CHOSEN} số {number}" for number in range(6)]

    def spend(number: int) -> None:
        done.append((number, account_links.spend(link.token, choices[number])))

    assert at_once(app, [lambda n=n: spend(n) for n in range(6)]) == [None] * 6
    winners = [number for number, won in done if won]
    assert len(done) == 6
    assert len(winners) == 1
    assert signing.check(link.email, choices[winners[0]]) is not None


def test_a_link_races_with_its_revocation_and_the_end_is_clear(
    app: Flask, administrator: Actor, link: IssuedLink
):
    done: list[bool] = []
    at_once(
        app,
        [
            lambda: done.append(account_links.spend(link.token, CHOSEN)),
            lambda: accounts.disable(administrator, link.account_id),
        ],
    )
    db.session.rollback()
    row = db.session.get_one(Account, link.account_id)
    assert not row.active
    assert bool(row.password_hash) == done[0]
    db.session.rollback()
    assert signing.check(link.email, CHOSEN) is None


def test_a_reset_ends_every_session_and_the_old_password(app: Flask, signed_in, administrator):
    browser = signed_in(Role.COORDINATOR, email="lan@dongnai.gov.vn")
    person = signing.check("lan@dongnai.gov.vn", PASSWORD)
    assert person is not None
    link = account_links.issue(administrator, person.id)
    assert link.purpose is LinkPurpose.RESET
    assert browser.get("/rounds").status_code == 200
    assert account_links.spend(link.token, CHOSEN)
    assert browser.get("/rounds").status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert signing.check("lan@dongnai.gov.vn", PASSWORD) is None
    assert signing.check("lan@dongnai.gov.vn", CHOSEN) is not None


@pytest.mark.parametrize(("purpose", "hours"), [("invitation", 7 * 24), ("reset", 24)])
def test_links_end_by_themselves(app: Flask, administrator: Actor, purpose: str, hours: int):
    if purpose == "invitation":
        link = invited(administrator)
    else:
        link = account_links.issue(administrator, account(Role.COORDINATOR).id)
    assert link.purpose == purpose
    lasting = (link.expires_at - clock.now()).total_seconds() / 3600
    assert hours - 0.1 < lasting <= hours
    with time_machine.travel(link.expires_at):
        assert account_links.look(link.token) is None
        assert not account_links.spend(link.token, CHOSEN)


def test_only_administrators_make_links_and_none_for_the_disabled(app: Flask, administrator):
    person = account(Role.COORDINATOR)
    other = actor(Role.HOME_AFFAIRS)
    for act in (account_links.issue, account_links.revoke):
        with pytest.raises(ForbiddenError):
            act(other, person.id)
    accounts.disable(administrator, person.id)
    with pytest.raises(WrongStateError):
        account_links.issue(administrator, person.id)
