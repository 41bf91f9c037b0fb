"""Somebody who was pressed says so with a receipt: once, without a moment, for few eyes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import writing
from app.extensions import Model, db
from app.models import Box, PressureReport
from app.queries import pressure_reports as reported
from app.queries.pressure_reports import UnitReports
from app.services import mixing, pressure_reports
from app.services.recording import SYSTEM
from app.vocabulary import Role
from app.web.cookies import RECEIPT
from surveys import links
from tests.app.respondent import follow, send, typed
from tests.app.round_factory import MadeRound, answer, open_and_hand_out

K = 5
Rows = list[tuple[str, int | None, int | None]]
TB = "Ủy ban nhân dân phường TB"


def rows() -> Rows:
    db.session.rollback()
    query = select(
        PressureReport.receipt_hash, PressureReport.round_id, PressureReport.unit_id
    ).order_by(PressureReport.receipt_hash)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def hashed(code: str) -> str:
    return links.receipt_hash(code).hex()


def answered(size: int = 2 * K, unit: str = "TB") -> tuple[MadeRound, list[str]]:
    """An open round of one stratum in which everybody answered; their receipts."""
    made, tokens = open_and_hand_out({unit: {"land": size}}, k=K)
    codes = [answer(token).receipt or "" for token in tokens[f"{unit}/land"]]
    assert all(codes)
    return made, codes


def press(client: FlaskClient, code: str) -> Any:
    return client.post("/r/pressed", data={"code": code})


def test_a_report_waits_for_its_answer_and_then_counts_for_the_unit(
    app: Flask, client: FlaskClient
) -> None:
    made, codes = answered()
    assert press(client, codes[0]).status_code == 200
    assert rows() == [(hashed(codes[0]), None, None)]
    assert reported.by_unit(made.id) == []
    mixing.close_round(SYSTEM, made.id)
    assert rows() == [(hashed(codes[0]), made.id, made.units["TB"])]
    assert reported.by_unit(made.id) == [UnitReports("TB", TB, 2 * K, 1)]


def test_a_report_on_a_counted_answer_counts_at_once(app: Flask, client: FlaskClient) -> None:
    made, codes = answered()
    mixing.close_round(SYSTEM, made.id)
    press(client, codes[0])
    assert rows() == [(hashed(codes[0]), made.id, made.units["TB"])]


def test_reporting_again_changes_nothing_before_or_after(app: Flask, client: FlaskClient) -> None:
    made, codes = answered()
    for _ in range(3):
        press(client, codes[0].lower())
    assert len(rows()) == 1
    mixing.close_round(SYSTEM, made.id)
    settled = rows()
    for _ in range(3):
        press(client, f" {codes[0][:4]}-{codes[0][4:]} ")
    assert rows() == settled
    assert reported.by_unit(made.id)[0].reports == 1


def test_the_reply_is_the_same_whether_anybody_got_the_receipt_or_not(
    app: Flask, client: FlaskClient
) -> None:
    made, codes = answered()
    waiting = press(client, codes[0])
    mixing.close_round(SYSTEM, made.id)
    replies = [waiting, press(client, codes[0]), press(client, codes[1])]
    replies.append(press(client, links.receipt(links.new_token())))
    seen = {(reply.status_code, re.sub(r'nonce="[^"]+"', "", reply.text)) for reply in replies}
    assert len(seen) == 1
    english = client.post("/r/pressed?lang=en", data={"code": codes[2]})
    assert "Thank you, this is noted." in english.text


@pytest.mark.parametrize("code", ["", "xin chào", "A" * 500, "\0", "ABCDEFGHIJK1"])
def test_what_is_no_receipt_stores_nothing(app: Flask, client: FlaskClient, code: str) -> None:
    assert "tone-warning" in press(client, code).text
    assert client.post("/r/pressed").status_code == 200
    assert rows() == []


def test_looking_reports_nothing(app: Flask, client: FlaskClient) -> None:
    _, codes = answered()
    client.set_cookie(RECEIPT, codes[0])
    for path in ("/r", "/r/pressed", "/r?code=" + codes[0], "/r/pressed?code=" + codes[0]):
        for ask in (client.get, client.head):
            assert ask(path).status_code in {200, 303}
    client.post("/r", data={"code": codes[0]})
    assert client.get("/r/pressed").headers["Location"] == "/r#pressed"
    assert rows() == []


def test_another_site_cannot_send_a_report(app: Flask, client: FlaskClient) -> None:
    _, codes = answered()
    headers = {"Sec-Fetch-Site": "cross-site"}
    reply = client.post("/r/pressed", data={"code": codes[0]}, headers=headers)
    assert reply.status_code == 403
    assert rows() == []


def test_reports_of_receipts_nobody_got_go_when_no_answer_waits(
    app: Flask, client: FlaskClient
) -> None:
    made, codes = answered()
    invented = links.receipt(links.new_token())
    press(client, invented)
    press(client, codes[0])
    assert pressure_reports.drop_unknown() == 0
    mixing.mix_round(made.id)
    assert (hashed(invented), None, None) in rows()
    mixing.close_round(SYSTEM, made.id)
    assert rows() == [(hashed(codes[0]), made.id, made.units["TB"])]
    assert pressure_reports.drop_unknown() == 0


def test_a_report_that_only_waits_to_be_settled_is_not_dropped(app: Flask) -> None:
    made, codes = answered()
    mixing.close_round(SYSTEM, made.id)
    with writing() as session:  # as if it came while its batch was being written
        session.add(PressureReport(receipt_hash=hashed(codes[0])))
    assert db.session.scalar(select(Box.id)) is None
    assert pressure_reports.drop_unknown() == 0
    mixing.tidy_up()
    assert rows() == [(hashed(codes[0]), made.id, made.units["TB"])]


def test_the_row_holds_no_moment_and_no_place_in_an_order(app: Flask) -> None:
    names = {column.name for column in PressureReport.__table__.columns}
    assert names == {"receipt_hash", "round_id", "unit_id"}
    assert [column.name for column in PressureReport.__table__.primary_key] == ["receipt_hash"]
    assert PressureReport.__table__.dialect_options["sqlite"]["with_rowid"] is False
    assert PressureReport.__table__ in Model.metadata.sorted_tables


def test_units_are_listed_by_reports_and_answers_of_the_whole_round_stand_apart(
    app: Flask, client: FlaskClient
) -> None:
    layout = {"TB": {"land": 6}, "LB": {"land": 8}, "XT": {"land": 3}, "PV": {"land": 3}}
    made, tokens = open_and_hand_out(layout, k=K)
    codes = {
        label.split("/")[0]: [answer(token).receipt or "" for token in found]
        for label, found in tokens.items()
    }
    for unit, count in {"TB": 1, "LB": 3, "XT": 1, "PV": 1}.items():
        for code in codes[unit][:count]:
            press(client, code)
    mixing.close_round(SYSTEM, made.id)
    assert [(unit.code, unit.ballots, unit.reports) for unit in reported.by_unit(made.id)] == [
        ("LB", 8, 3),
        ("", 20, 2),
        ("TB", 6, 1),
    ]


SignIn = Callable[..., FlaskClient]


def test_those_who_lead_the_survey_see_counts_and_nothing_else(
    app: Flask, client: FlaskClient, signed_in: SignIn
) -> None:
    made, codes = answered(25)
    reader = signed_in(Role.HOME_AFFAIRS)
    empty = reader.get(f"/rounds/{made.id}/reports")
    assert empty.status_code == 200
    assert TB not in empty.text
    for code in codes[:3]:
        press(client, code)
    mixing.close_round(SYSTEM, made.id)
    page = reader.get(f"/rounds/{made.id}/reports").text
    assert TB in page
    assert re.findall(r'<td class="num">(\d+)</td>', page) == ["25", "3"]
    assert not any(code in page or hashed(code) in page for code in codes)
    assert f"/rounds/{made.id}/reports" in reader.get(f"/rounds/{made.id}").text
    assert reader.get("/rounds/99999/reports").status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.HOME_AFFAIRS}))
def test_nobody_else_sees_the_reports(app: Flask, signed_in: SignIn, role: Role) -> None:
    made, _ = answered()
    assert signed_in(role).get(f"/rounds/{made.id}/reports").status_code == 403


def test_the_thanks_page_leads_to_the_report_without_the_code_in_the_address(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    reply = send(client, follow(client, made[1][0]).text, typed())
    thanks = client.get(reply.headers["Location"]).text
    [code] = re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", thanks)
    assert 'href="/r?lang=vi#pressed"' in thanks
    page = client.get("/r?lang=vi").text
    assert f'value="{code.replace("-", "")}"' in page
    assert 'action="/r/pressed?lang=vi"' in page
    assert not re.findall(rf'(?:href|action)="[^"]*{code.replace("-", "")}', page)
