"""Codes that other software asks for."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Ballot, Cell, Claim, Round, SlipRun, Token
from app.services import api_keys, claims, opening, responding
from app.services.recording import SYSTEM
from app.services.responding import Standing
from app.vocabulary import CellLevel, Door, RoundState
from surveys.links import token_hash
from surveys.short_codes import read_short_code
from tests.app.at_once import at_once
from tests.app.credential_world import (
    DRAWN,
    PLACE,
    UNDRAWN,
    UNLISTED,
    add_dossier,
    counts,
    kept,
    request,
    token_of,
    world,
)
from tests.app.reading_pictures import read_picture
from tests.app.round_factory import answer, hand_out, make_round

SOON = (clock.today() + timedelta(days=9)).isoformat()
LATER = (clock.today() + timedelta(days=20)).isoformat()


def test_a_drawn_dossier_gets_a_link_and_a_typed_code_that_open_its_ballot(
    client: FlaskClient,
) -> None:
    found = world(client).call()
    assert set(found) == {"url", "short_code", "qr_svg", "opens_at"}
    typed = read_short_code(found["short_code"])
    entries = [responding.enter(code) for code in (token_of(found), typed)]
    assert [entry.standing for entry in entries] == [Standing.ANSWERABLE] * 2
    assert entries[0].ballot.id == entries[1].ballot.id
    assert {entry.ballot.door for entry in entries} == {Door.SLIP}


def test_only_hashes_of_codes_are_stored(client: FlaskClient) -> None:
    found = world(client).call()
    stored = set(db.session.scalars(select(Token.hash).where(Token.door == Door.SLIP)))
    typed = read_short_code(found["short_code"])
    assert stored == {token_hash(token_of(found)), token_hash(typed)}


def test_one_answer_spends_both_codes(client: FlaskClient) -> None:
    found = world(client).call()
    assert answer(read_short_code(found["short_code"])).receipt
    assert responding.enter(token_of(found)).standing is Standing.UNUSABLE


def test_a_dossier_that_was_not_drawn_gets_the_same_reply(client: FlaskClient) -> None:
    made = world(client)
    drawn, undrawn = made.call(DRAWN), made.call(UNDRAWN)
    assert set(drawn) == set(undrawn)
    assert [len(drawn[name]) for name in ("url", "short_code", "opens_at")] == [
        len(undrawn[name]) for name in ("url", "short_code", "opens_at")
    ]
    ballot = db.session.execute(
        select(Ballot.drawn, Cell.level)
        .join(Token, Token.ballot_id == Ballot.id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .where(Token.hash == token_hash(token_of(undrawn)))
    ).one()
    assert ballot == ("N", CellLevel.VOLUNTEER_UNIT)


def test_a_second_undrawn_dossier_of_the_unit_finds_the_cells_made(client: FlaskClient) -> None:
    made = world(client)
    made.call(UNDRAWN)
    add_dossier(made.made, "H19-TB-XYZ-2")
    made.call("H19-TB-XYZ-2")
    assert len(set(db.session.scalars(select(Ballot.cell_id).where(Ballot.drawn == "N")))) == 1
    assert db.session.query(Ballot).filter_by(drawn="N").count() == 2


def test_a_repeated_call_voids_the_earlier_code_and_is_counted(client: FlaskClient) -> None:
    made = world(client)
    first, second = made.call(), made.call()
    assert token_of(first) != token_of(second)
    assert responding.enter(token_of(first)).standing is Standing.UNUSABLE
    assert responding.enter(read_short_code(first["short_code"])).ballot is None
    assert responding.enter(token_of(second)).standing is Standing.ANSWERABLE
    assert counts() == {"Quầy 1": (2, 1)}
    assert kept() == 2


def test_a_repeated_call_for_an_answered_dossier_looks_like_any_other(
    client: FlaskClient,
) -> None:
    made = world(client)
    assert answer(token_of(made.call())).receipt
    again = made.call()
    assert set(again) == {"url", "short_code", "qr_svg", "opens_at"}
    assert responding.enter(token_of(again)).standing is Standing.UNUSABLE


def test_receipt_and_result_have_codes_of_their_own(client: FlaskClient) -> None:
    made = world(client)
    receipt, result = made.call(event="received"), made.call(event="finished")
    assert responding.enter(token_of(receipt)).standing is Standing.ANSWERABLE
    assert responding.enter(token_of(result)).standing is Standing.ANSWERABLE
    assert (kept(door=Door.RECEIPT), kept(door=Door.SLIP)) == (2, 2)


@pytest.mark.parametrize("code", [DRAWN, UNDRAWN, UNLISTED])
def test_a_receipt_opens_on_the_earlier_of_result_and_promise(
    client: FlaskClient, code: str
) -> None:
    found = world(client).call(code, event="received", due=LATER, finished=SOON)
    assert found["opens_at"] == f"{SOON}T00:00:00+07:00"
    entry = responding.enter(token_of(found))
    assert (entry.standing, entry.ballot) == (Standing.NOT_OPEN, None)


def test_a_receipt_of_an_overdue_dossier_opens_at_once(client: FlaskClient) -> None:
    found = world(client).call(event="received", due="2026-01-10", finished=LATER)
    assert found["opens_at"].endswith("+07:00")
    assert responding.enter(token_of(found)).standing is Standing.ANSWERABLE


def test_the_list_knows_better_what_was_promised(client: FlaskClient) -> None:
    made = world(client)
    add_dossier(made.made, "H19-TB-DUE", due=date.fromisoformat(SOON))
    found = made.call("H19-TB-DUE", event="received", due=LATER)
    assert found["opens_at"].startswith(SOON)


def test_the_code_of_a_receipt_opens_when_the_result_comes_early(client: FlaskClient) -> None:
    made = world(client)
    receipt = made.call(event="received", due=LATER)
    made.call(event="finished")
    assert responding.enter(token_of(receipt)).standing is Standing.ANSWERABLE


def test_a_dossier_that_no_list_holds_yet_is_claimed(client: FlaskClient) -> None:
    made = world(client)
    found = made.call(UNLISTED)
    rows = db.session.scalars(select(Claim)).all()
    assert {row.hash for row in rows} == {
        token_hash(token_of(found)),
        token_hash(read_short_code(found["short_code"])),
    }
    assert {(row.round_id, row.unit_id, row.dossier_code, row.door, row.spent) for row in rows} == {
        (made.made.id, made.made.units["TB"], UNLISTED, Door.SLIP, False)
    }
    assert {row.until for row in rows} == {clock.today() + claims.KEPT}
    second = made.call(UNLISTED)
    assert kept(Claim) == 2
    assert responding.enter(token_of(found)).standing is Standing.UNUSABLE
    assert responding.enter(token_of(second)).standing is not Standing.UNUSABLE
    assert counts() == {"Quầy 1": (2, 1)}


def test_a_claim_is_replaced_by_the_code_of_the_ballot_once_the_list_holds_it(
    client: FlaskClient,
) -> None:
    made = world(client)
    made.call(UNLISTED)
    add_dossier(made.made, UNLISTED)
    made.call(UNLISTED)
    assert (kept(Claim), kept(Token)) == (0, 2)
    assert counts() == {"Quầy 1": (2, 1)}


def test_a_claim_goes_to_the_round_of_the_unit_that_resolves(client: FlaskClient) -> None:
    made = world(client)
    made.call(UNLISTED, receiving_unit="TB", resolving_unit="LT")
    assert set(db.session.scalars(select(Claim.unit_id))) == {made.made.units["LT"]}


def test_without_a_round_there_is_no_code(client: FlaskClient) -> None:
    made = world(client, opened=False)
    found = made.call(UNLISTED, status=409)
    assert [fault["code"] for fault in found["faults"]] == ["no_round"]
    assert (kept(), kept(Claim), counts()) == (0, 0, {})


def test_a_drawn_round_gives_codes_that_open_with_it(client: FlaskClient) -> None:
    made = world(client, opened=False)
    found = made.call()
    assert responding.enter(token_of(found)).standing is Standing.NOT_OPEN
    opening.open_round(SYSTEM, made.made.id)
    assert responding.enter(token_of(found)).standing is Standing.ANSWERABLE


@pytest.mark.parametrize(
    ("state", "dry_run", "wins"),
    [
        (RoundState.OPEN, False, True),
        (RoundState.OPEN, True, False),
        (RoundState.DRAWN, False, False),
        (RoundState.CLOSED, False, False),
    ],
)
def test_of_several_rounds_the_newest_open_real_one_is_asked_about(
    client: FlaskClient, state: RoundState, dry_run: bool, wins: bool
) -> None:
    made = world(client)
    newer = make_round({"TB": {"land": 2}}, state=state, dry_run=dry_run)
    found = made.call()
    round_id = db.session.scalar(
        select(Ballot.round_id)
        .join(Token, Token.ballot_id == Ballot.id)
        .where(Token.hash == token_hash(token_of(found)))
    )
    assert round_id == (newer.id if wins else made.made.id)


def test_a_round_that_asks_other_people_is_passed_over(client: FlaskClient) -> None:
    made = world(client)
    ask_only(made.made.id, "citizen")
    add_dossier(made.made, "H19-TB-DN", respondent_kind="business")
    add_dossier(made.made, "H19-TB-CD", respondent_kind="citizen")
    assert made.call("H19-TB-DN", status=409)["faults"][0]["code"] == "no_round"
    made.call("H19-TB-CD")
    made.call(UNLISTED, respondent_kind="business", status=409)
    made.call(UNLISTED, respondent_kind="citizen")


def ask_only(round_id: int, kind: str) -> None:
    found = db.session.get_one(Round, round_id)
    found.plan = {**found.plan, "population": {"respondents": [kind]}}
    db.session.commit()


def test_unknown_units_are_told_by_field(client: FlaskClient) -> None:
    made = world(client)
    for name in ("receiving_unit", "resolving_unit"):
        found = made.call(**{name: "KHÔNG-CÓ"}, status=422)["faults"]
        assert [(fault["path"], fault["code"]) for fault in found] == [(f"/{name}", "unknown_unit")]
    assert kept() == 0


def test_a_key_for_one_unit_gives_codes_of_no_other(client: FlaskClient) -> None:
    made = world(client, unit="TB")
    made.call(DRAWN)
    lied = made.call("H19-LT/land-00000", receiving_unit="TB", status=422)
    other = made.call("H19-LT/land-00000", receiving_unit="LT", status=422)
    assert lied["faults"][0]["path"] == "/dossier_code"
    assert other["faults"][0]["path"] == "/receiving_unit"
    assert {found["faults"][0]["code"] for found in (lied, other)} == {"other_unit"}
    made.call(UNLISTED, receiving_unit="LT", resolving_unit="TB")


def test_two_calls_at_once_leave_one_valid_code(app: Flask, client: FlaskClient) -> None:
    made = world(client)
    found: list[dict[str, str]] = []
    for code in (DRAWN, UNDRAWN, UNLISTED):
        found.clear()
        at_once(app, [lambda code=code: found.append(made.call(code)) for _ in range(6)])
        assert len(found) == 6
        opened = [
            responding.enter(token_of(each)).standing is not Standing.UNUSABLE for each in found
        ]
        assert sorted(opened) == [False] * 5 + [True]
        typed = [responding.enter(read_short_code(each["short_code"])) for each in found]
        assert [entry.standing is not Standing.UNUSABLE for entry in typed] == opened
    assert counts() == {"Quầy 1": (18, 15)}


def test_the_same_idempotency_key_gives_the_same_code_again(client: FlaskClient) -> None:
    made = world(client)
    for code in (DRAWN, UNDRAWN, UNLISTED):
        first, again = (
            made.post(PLACE, request(code), **{"Idempotency-Key": "a-1"}).json for _ in range(2)
        )
        other = made.post(PLACE, request(code), **{"Idempotency-Key": "a-2"}).json
        same = ("url", "short_code", "qr_svg")
        assert [first[name] for name in same] == [again[name] for name in same]
        assert other["url"] != first["url"]
    assert counts() == {"Quầy 1": (6, 3)}


def test_an_idempotency_key_is_worth_nothing_with_another_api_key(client: FlaskClient) -> None:
    one = world(client)
    found = one.post(PLACE, request(), **{"Idempotency-Key": "a-1"}).json
    one.key = api_keys.make(SYSTEM, "Khác").key
    other = one.post(PLACE, request(), **{"Idempotency-Key": "a-1"}).json
    assert found["url"] != other["url"]


def test_a_batch_keeps_its_order_and_gives_each_item_its_own_result(client: FlaskClient) -> None:
    made = world(client)
    items = [
        request(DRAWN),
        request("H19-X", receiving_unit="KHÔNG-CÓ"),
        request(UNLISTED),
        {"dossier_code": "H19-TB/land-00001"},
        request(DRAWN),
        request(DRAWN, event="received"),
    ]
    reply = made.post(f"{PLACE}/batch", {"items": items})
    assert reply.status_code == 200
    results = reply.json["results"]
    codes = [each["faults"][0]["code"] if "faults" in each else "" for each in results]
    assert codes == ["", "unknown_unit", "", "missing", "duplicate", ""]
    for at in (0, 2, 5):
        assert responding.enter(token_of(results[at])).standing is not Standing.UNUSABLE
    assert counts() == {"Quầy 1": (3, 0)}


def test_printed_slips_are_not_voided(client: FlaskClient) -> None:
    made = world(client)
    tokens = hand_out(made.made)
    run = SlipRun(
        round_id=made.made.id,
        unit_id=made.made.units["TB"],
        day=date(2026, 7, 1),
        printed=4,
        printed_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    for token in db.session.scalars(select(Token)):
        token.slip_run_id = run.id
    db.session.commit()
    made.call(event="handed_over")
    assert responding.enter(tokens["TB/land"][0]).standing is Standing.ANSWERABLE


def test_the_picture_leads_to_the_link(client: FlaskClient) -> None:
    found = world(client).call()
    assert read_picture(found["qr_svg"]) == found["url"]
