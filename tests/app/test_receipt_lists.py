"""The list of receipts: public when it is final, bound to the log, checkable by anybody."""

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import LogEntry
from app.queries import boxes, receipts
from app.services import drawing, inviting, keys, mixing, opening, receipt_lists
from app.services.moving import losses
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from surveys import links, merkle
from tests.app.round_factory import answer, answer_all, make_round, open_and_hand_out
from tests.app.round_steps import NUMBER, SOURCE, add_units, committed, plan

K = 5


def recorded(round_id: int) -> list[dict[str, Any]]:
    db.session.rollback()
    entries = [json.loads(body) for body in db.session.scalars(select(LogEntry.body))]
    return [
        entry["details"]
        for entry in entries
        if entry["act"] == "round.receipts" and entry["object"] == f"round:{round_id}"
    ]


def answered(size: int) -> tuple[int, list[str]]:
    made, tokens = open_and_hand_out({"TB": {"land": size}}, k=K)
    return made.id, [answer(token).receipt or "" for token in tokens["TB/land"]]


def fetched(client: FlaskClient, round_id: int, **headers: str) -> Any:
    return client.get(f"/public/rounds/{round_id}/receipts.txt", headers=headers)


def test_the_list_is_public_when_the_last_box_is_opened(app: Flask, client: FlaskClient) -> None:
    round_id, codes = answered(3 * K)
    assert mixing.mix_round(round_id).opened == 2 * K
    assert fetched(client, round_id).status_code == 404
    assert recorded(round_id) == []
    mixing.close_round(SYSTEM, round_id)
    reply = fetched(client, round_id)
    lines = sorted(hashlib.sha256(code.encode()).hexdigest() for code in codes)
    assert reply.content_type == "text/plain; charset=utf-8"
    assert reply.text == "".join(f"{line}\n" for line in lines)
    root = merkle.root([bytes.fromhex(line) for line in lines]).hex()
    assert recorded(round_id) == [{"count": 3 * K, "root": root}]
    mixing.mix_round(round_id)
    mixing.mix_open_rounds()
    assert len(recorded(round_id)) == 1


@pytest.mark.parametrize("state", list(RoundState))
def test_the_list_stays_public_and_comes_no_earlier(
    app: Flask, client: FlaskClient, state: RoundState
) -> None:
    made = make_round({}, state=state)
    ended = state in {RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED}
    assert fetched(client, made.id).status_code == (200 if ended else 404)


@pytest.mark.parametrize("round_id", ["0", "99", "2147483648", "9" * 30])
def test_a_round_that_is_not_there_has_no_list(client: FlaskClient, round_id: str) -> None:
    assert client.get(f"/public/rounds/{round_id}/receipts.txt").status_code == 404


def test_a_round_without_answers_has_an_empty_list(app: Flask, client: FlaskClient) -> None:
    round_id = open_and_hand_out({"TB": {"land": 2}})[0].id
    mixing.close_round(SYSTEM, round_id)
    assert fetched(client, round_id).text == ""
    assert recorded(round_id) == [{"count": 0, "root": hashlib.sha256(b"").hexdigest()}]


def test_boxes_that_stay_sealed_keep_the_list_back_until_they_are_declared_lost(
    app: Flask, client: FlaskClient
) -> None:
    round_id, _ = answered(2 * K)
    mixing.mix_round(round_id)
    for public in keys.kept():
        keys.destroy(public)
    mixing.close_round(SYSTEM, round_id)
    assert fetched(client, round_id).status_code == 404
    assert recorded(round_id) == []
    assert losses.declare_lost(SYSTEM, round_id, K) == K
    [entry] = recorded(round_id)
    assert entry["count"] == K
    assert len(fetched(client, round_id).text.split()) == K


def test_a_round_below_k_keeps_its_list_back(app: Flask, client: FlaskClient) -> None:
    round_id, _ = answered(K - 1)
    mixing.close_round(SYSTEM, round_id)
    tally = boxes.tally(round_id)
    assert tally is not None
    assert tally.boxes == K - 1
    assert fetched(client, round_id).status_code == 404


def test_boxes_of_another_round_keep_nothing_back(app: Flask, client: FlaskClient) -> None:
    waiting, _ = answered(K)
    round_id, _ = answered(K)
    mixing.close_round(SYSTEM, round_id)
    assert fetched(client, round_id).status_code == 200
    assert not receipts.is_final(waiting)
    assert receipt_lists.published(waiting) is None


def test_whoever_has_the_list_need_not_fetch_it_again(app: Flask, client: FlaskClient) -> None:
    round_id, _ = answered(K)
    mixing.close_round(SYSTEM, round_id)
    first = fetched(client, round_id)
    again = fetched(client, round_id, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in first.headers
    assert fetched(client, round_id, **{"If-None-Match": '"x"'}).data == first.data


def test_the_page_of_the_draw_shows_count_and_root(app: Flask, client: FlaskClient) -> None:
    add_units("TB")
    round_id = committed({"TB": 2 * K}, plan(2 * K, minimum=0, k=10))
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    path = f"/public/rounds/{round_id}/receipts.txt"
    answer_all([slip.token for slip in inviting.issue_slips(SYSTEM, round_id).slips])
    assert path not in client.get(f"/public/draws/{round_id}").text
    mixing.close_round(SYSTEM, round_id)
    page = client.get(f"/public/draws/{round_id}").text
    assert path in page
    assert recorded(round_id)[0]["root"] in page


def test_a_counted_receipt_is_told_its_line_and_the_list(app: Flask, client: FlaskClient) -> None:
    round_id, codes = answered(2 * K)
    mixing.mix_round(round_id)
    line, path = links.receipt_hash, f"/public/rounds/{round_id}/receipts.txt"
    counted = [code for code in codes if receipts.counted(line(code).hex())]
    assert len(counted) == K
    page = client.post("/r", data={"code": counted[0]}).text
    assert line(counted[0]).hex() in page
    assert path not in page
    mixing.close_round(SYSTEM, round_id)
    for code in codes:
        page = client.post("/r", data={"code": code}).text
        assert line(code).hex() in page
        assert path in page
    stranger = client.post("/r", data={"code": links.receipt(links.new_token())}).text
    assert path not in stranger


def test_answers_come_and_go_without_a_word_in_the_log(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": K}}, k=K)
    before = recorded(made.id)
    answer_all(tokens["TB/land"])
    assert recorded(made.id) == before == []
