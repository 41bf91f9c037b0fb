"""Keys of other software: made, shown once, used, revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import ApiKey, LogEntry
from app.queries import api_keys as rows
from app.services import api_keys
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from app.web.templating import LANGUAGE
from tests.app.round_steps import add_units


def test_a_key_is_shown_once_and_kept_as_a_hash(app: object) -> None:
    made = api_keys.make(SYSTEM, "  Một   cửa ")
    assert (made.key[:4], len(made.key), made.name) == ("khs_", 47, "Một cửa")
    stored = db.session.scalars(select(ApiKey)).one()
    assert made.key.encode() not in (stored.hash, bytes(stored.hash.hex(), "ascii"))
    assert len(stored.hash) == 32
    assert made.key not in repr(made)
    body = db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq.desc())).first()
    assert '"act":"api_key.made"' in body
    assert made.key not in body


def test_a_key_tells_its_unit_and_the_day_it_was_used(app: object) -> None:
    add_units("TB")
    made = api_keys.make(SYSTEM, "Một cửa", 1)
    found = api_keys.holder(made.key)
    assert (found.key_id, found.unit_id, found.last_used_on) == (made.id, 1, None)
    assert rows.all_keys()[0].last_used_on == clock.today()


def test_a_key_that_is_remembered_is_asked_for_anew_on_another_day(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api_keys.make(SYSTEM, "Một cửa")
    assert api_keys.remembered(made.key) == api_keys.remembered(made.key)
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert api_keys.remembered(made.key).last_used_on == tomorrow
    assert rows.all_keys()[0].last_used_on == tomorrow
    api_keys.revoke(SYSTEM, made.id)
    api_keys.forget(made.key)
    assert api_keys.remembered(made.key) is None


@pytest.mark.parametrize("key", ["", "khs_", "khs_" + "a" * 42, "khs_" + "ă" * 43, "x" * 5000])
def test_what_is_no_key_is_nobodys(app: object, key: str) -> None:
    assert api_keys.holder(key) is None
    assert api_keys.remembered(key) is None


def test_a_key_is_revoked_once(app: object) -> None:
    made = api_keys.make(SYSTEM, "Một cửa")
    api_keys.revoke(SYSTEM, made.id)
    assert api_keys.holder(made.key) is None
    with pytest.raises(WrongStateError):
        api_keys.revoke(SYSTEM, made.id)
    with pytest.raises(NotFoundError):
        api_keys.revoke(SYSTEM, made.id + 1)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_key_needs_a_name(app: object, name: str) -> None:
    with pytest.raises(InvalidInputError):
        api_keys.make(SYSTEM, name)


def test_an_administrator_makes_and_revokes_a_key(
    signed_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    add_units("TB")
    browser = signed_in(Role.ADMINISTRATOR)
    browser.set_cookie(LANGUAGE, "en")
    assert "No key yet" in browser.get("/api-keys").text
    page = browser.post("/api-keys", data={"name": "Một cửa điện tử", "unit": "1"}).text
    key = page.split('id="key"')[1].split('value="')[1].split('"')[0]
    assert api_keys.holder(key).unit_id == 1
    listed = browser.get("/api-keys").text
    assert "Một cửa điện tử" in listed
    assert key not in listed
    assert browser.post("/api-keys/1/revoke").status_code == 302
    assert api_keys.holder(key) is None


def test_a_key_without_a_name_is_not_made(signed_in: Callable[..., FlaskClient]) -> None:
    browser = signed_in(Role.ADMINISTRATOR)
    assert browser.post("/api-keys", data={"name": " ", "unit": ""}).status_code == 422
    assert rows.all_keys() == []
