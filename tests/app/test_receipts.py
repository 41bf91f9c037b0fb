"""Anybody may ask whether a receipt is counted; asking changes nothing."""

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database import writing
from app.models import Receipt, Round
from surveys import links


def counted_receipt() -> str:
    code = links.receipt(links.new_token())
    with writing() as session:
        found = Round(
            name="Đợt",
            year=2026,
            questionnaire_code="x",
            questionnaire_hash="0" * 64,
            questionnaire={},
            created_at=clock.now(),
        )
        session.add(found)
        session.flush()
        session.add(Receipt(hash=links.receipt_hash(code).hex(), round_id=found.id))
    return code


def outcome(client: FlaskClient, code: str) -> str:
    reply = client.post("/r", data={"code": code})
    assert reply.status_code == 200
    tones = ["success", "info", "warning"]
    shown = [tone for tone in tones if f"notice tone-{tone}" in reply.text]
    assert len(shown) == 1
    return shown[0]


def test_a_counted_receipt_is_found_however_it_is_typed(client: FlaskClient):
    code = counted_receipt()
    for typed in (code, code.lower(), f" {code[:4]}-{code[4:8]} {code[8:]} "):
        assert outcome(client, typed) == "success"


def test_a_receipt_that_is_not_counted_is_not_called_wrong(client: FlaskClient):
    counted_receipt()
    assert outcome(client, links.receipt(links.new_token())) == "info"


@pytest.mark.parametrize("typed", ["", "xin chào", "A" * 500, "'; DROP TABLE receipt; --", "\0"])
def test_what_is_no_code_is_told_so(client: FlaskClient, typed: str):
    assert outcome(client, typed) == "warning"


def test_the_form_is_there_without_a_session(client: FlaskClient):
    reply = client.get("/r")
    assert reply.status_code == 200
    assert "Set-Cookie" not in reply.headers
