"""The first-run page is for whoever sits at the machine, whatever name the request carries."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Account
from app.web.home import is_local_name
from tests.factories import PASSWORD

FIRST = {"name": "Trần Thị Quản", "email": "quan@dongnai.gov.vn", "password": PASSWORD}
OPEN = ("localhost", "localhost:8000", "127.0.0.1", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000")
SHUT = (
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
    "0.0.0.0",
    "[::2]",
    "khaosat.dongnai.gov.vn",
)


@pytest.mark.parametrize("host", SHUT)
def test_a_name_that_was_bound_to_this_machine_cannot_set_it_up(client: FlaskClient, host: str):
    headers = {"Host": host}
    assert client.post("/setup", data=FIRST, headers=headers).status_code == 403
    assert client.post("/setup/demo", headers=headers).status_code == 403
    assert 'action="/setup"' not in client.get("/", headers=headers).text
    assert db.session.query(Account).count() == 0


@pytest.mark.parametrize("host", OPEN)
def test_the_machine_itself_can(client: FlaskClient, host: str):
    headers = {"Host": host}
    assert 'action="/setup"' in client.get("/", headers=headers).text
    assert client.post("/setup", data=FIRST, headers=headers).status_code == 302
    assert db.session.query(Account).count() == 1


@pytest.mark.parametrize("place", ["203.0.113.9", "10.0.0.7", "::2", ""])
def test_another_machine_that_says_localhost_cannot(client: FlaskClient, place: str):
    far = {"environ_base": {"REMOTE_ADDR": place}, "headers": {"Host": "localhost"}}
    assert client.post("/setup", data=FIRST, **far).status_code == 403


def test_a_guessable_password_is_refused_on_the_first_page_too(client: FlaskClient):
    for poor in ("ngắn", "quan@dongnai.gov.vn", "Khảo sát CCHC Đồng Nai"):
        reply = client.post("/setup", data={**FIRST, "password": poor})
        assert reply.status_code == 422
        assert 'type="password" value="">' in reply.text
    assert db.session.query(Account).count() == 0


def test_names_of_this_machine_are_told_from_others():
    assert is_local_name("localhost")
    assert not is_local_name("")
    assert not is_local_name("127.0.0.1 ")


def test_a_host_that_cannot_be_read_is_no_error(app: Flask):
    for host in ("[", "a b", "]:80", "ư.vn"):
        assert app.test_client().get("/", headers={"Host": host}).status_code < 500
