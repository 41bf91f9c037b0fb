"""A ceremony of several parties: in its order only, in public, and re-checked from its papers."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select, update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Ceremony, CeremonyParty, FrameDraw, LogEntry
from app.queries import ceremonies as rows, draw_records
from app.services import ceremonies, ceremony_again, drawing, planning
from app.services.ceremony_parties import Arrangement, Guest
from app.services.errors import InvalidInputError, NotFoundError, ServiceError, WrongStateError
from app.services.recording import SYSTEM
from app.services.states import CEREMONY_EDGES
from app.vocabulary import AbsentRule, CeremonyState, NumberKind
from sampling.seeding import commitment
from sampling.spoken_secrets import words_of
from tests.app import round_steps
from tests.app.at_once import at_once
from tests.app.round_steps import SOURCE, plan

UNITS = {"A": 12, "B": 6}
NAMES = ("Thanh tra tỉnh", "Mặt trận Tổ quốc", "Báo Đồng Nai")
SECRETS = tuple(hashlib.sha256(name.encode()).digest() for name in NAMES)
DICE = "31415926535897932384"
OUT = datetime(2027, 1, 15, 9, 15, tzinfo=UTC)


def arranged(names: tuple[str, ...] = NAMES[:2], salt: bytes = b"", **parts: object) -> Arrangement:
    """Make an arrangement of the office and others, whose secrets are known here."""
    secrets = (hashlib.sha256(name.encode() + salt).digest() for name in names)
    guests = tuple(
        Guest(name, commitment(secret, name), row)
        for row, (name, secret) in enumerate(zip(names, secrets, strict=True), 1)
    )
    usual = {"absent": AbsentRule.GO_ON, "number_kind": NumberKind.DICE, "number_at": None}
    return Arrangement("Sở Nội vụ", guests, **(usual | parts))


def committed(arrangement: Arrangement, source: str = SOURCE) -> int:
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    planning.commit(SYSTEM, round_id, plan(6, minimum=1), source, arrangement)
    return round_id


def stored_draw() -> FrameDraw:
    db.session.rollback()
    return db.session.scalars(select(FrameDraw)).one()


def state(round_id: int) -> CeremonyState:
    db.session.rollback()
    held = rows.of_round(round_id)
    assert held
    return held.state


def acts() -> list[str]:
    bodies = [json.loads(body) for body in db.session.scalars(select(LogEntry.body))]
    return [body["act"] for body in bodies if "ceremony" in body["act"]]


def refused(error: pytest.ExceptionInfo[InvalidInputError]) -> set[str]:
    return {fault.part for fault in error.value.faults}


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_secrets_come_before_the_number_and_the_number_before_the_draw(app: Flask):
    round_id = committed(arranged())
    draw, promise = stored_draw(), json.loads(draw_records.promise(round_id))["commitment"]
    assert [party["name"] for party in promise["parties"]] == ["Sở Nội vụ", *NAMES[:2]]
    assert promise["parties"][0]["hash"] == draw.commitment
    assert commitment(bytes.fromhex(draw.secret), "Sở Nội vụ") == draw.commitment
    with pytest.raises(WrongStateError):
        ceremonies.enter_number(SYSTEM, round_id, DICE)
    with pytest.raises(WrongStateError, match="ceremony"):
        drawing.draw(SYSTEM, round_id, SOURCE, DICE)

    for text in ("abc", SECRETS[1].hex(), words_of(SECRETS[0])[:-1]):
        with pytest.raises(InvalidInputError) as error:
            ceremonies.reveal(SYSTEM, round_id, 1, text)
        assert refused(error) == {"secret"}
    for place in (0, 7):
        with pytest.raises(NotFoundError):
            ceremonies.reveal(SYSTEM, round_id, place, SECRETS[0].hex())
    assert acts() == []
    ceremonies.reveal(SYSTEM, round_id, 2, words_of(SECRETS[1]).upper())
    with pytest.raises(WrongStateError, match="meanwhile"):
        ceremonies.end_revealing(SYSTEM, round_id, frozenset({1, 2}))
    for _ in range(2):
        ceremonies.reveal(SYSTEM, round_id, 1, SECRETS[0].hex())
    for _ in range(2):
        assert ceremonies.end_revealing(SYSTEM, round_id, frozenset()) == "revealed"
    with pytest.raises(WrongStateError, match="not taken any more"):
        ceremonies.reveal(SYSTEM, round_id, 1, SECRETS[0].hex())

    with pytest.raises(InvalidInputError) as wrong:
        ceremonies.enter_number(SYSTEM, round_id, DICE[:-1] + "x")
    assert refused(wrong) == {"number"}
    for _ in range(2):
        assert ceremonies.enter_number(SYSTEM, round_id, f"{DICE[:10]} {DICE[10:]}") == DICE
    with pytest.raises(WrongStateError):
        ceremonies.enter_number(SYSTEM, round_id, DICE[::-1])
    with pytest.raises(WrongStateError, match="ceremony"):
        drawing.draw(SYSTEM, round_id, SOURCE, DICE[::-1])
    assert db.session.query(Ballot).count() == 0
    drawing.draw(SYSTEM, round_id, SOURCE, DICE)
    parts = (b"draw-v1", bytes.fromhex(draw.frame_hash), bytes.fromhex(draw.secret), *SECRETS[:2])
    seed = hashlib.sha256(b"".join(parts) + DICE.encode()).hexdigest()
    assert (stored_draw().seed, db.session.query(Ballot).count()) == (seed, 6)
    steps = ["revealed", "revealed", "revealing_ended", "number"]
    assert acts() == [f"ceremony.{step}" for step in steps]
    log = "".join(db.session.scalars(select(LogEntry.body)))
    assert not [it for it in (draw.secret, seed, *(one.hex() for one in SECRETS)) if it in log]


def test_a_lottery_takes_secrets_before_and_its_number_after_its_moment(app: Flask, monkeypatch):
    at(monkeypatch, OUT - timedelta(days=2))
    late = arranged(number_kind=NumberKind.LOTTERY, number_at=OUT - timedelta(days=3))
    with pytest.raises(InvalidInputError) as error:
        planning.commit(SYSTEM, 1, plan(6), SOURCE, late)
    assert refused(error) == {"number_day"}
    round_id = committed(arranged(number_kind=NumberKind.LOTTERY, number_at=OUT))
    assert "(từ 16:15 ngày 15/01/2027)" in stored_draw().public_source
    ceremonies.reveal(SYSTEM, round_id, 1, SECRETS[0].hex())
    at(monkeypatch, OUT)
    with pytest.raises(WrongStateError, match="could choose"):
        ceremonies.reveal(SYSTEM, round_id, 2, SECRETS[1].hex())
    ceremonies.end_revealing(SYSTEM, round_id, frozenset({2}))
    at(monkeypatch, OUT - timedelta(seconds=1))
    with pytest.raises(WrongStateError, match="cannot be out yet"):
        ceremonies.enter_number(SYSTEM, round_id, "012345")
    at(monkeypatch, OUT)
    ceremonies.enter_number(SYSTEM, round_id, " 012345 ")
    drawing.draw(SYSTEM, round_id, stored_draw().public_source, "012345")
    assert [bool(one) for one in rows.secrets_of(round_id, "x")] == [True, True, False]


def test_a_stopped_ceremony_is_followed_by_another_in_public_only(app: Flask):
    round_id = committed(arranged(absent=AbsentRule.STOP))
    before = stored_draw().secret, draw_records.promise(round_id)
    ceremonies.reveal(SYSTEM, round_id, 1, SECRETS[0].hex())
    with pytest.raises(WrongStateError):
        ceremony_again.begin_again(SYSTEM, round_id, arranged(salt=b"2"), SOURCE, "Thử lại lần nữa")
    assert ceremonies.end_revealing(SYSTEM, round_id, frozenset({2})) == "stopped"
    for act in (
        lambda: ceremonies.enter_number(SYSTEM, round_id, DICE),
        lambda: drawing.draw(SYSTEM, round_id, SOURCE, DICE),
        lambda: ceremonies.reveal(SYSTEM, round_id, 2, SECRETS[1].hex()),
    ):
        with pytest.raises(WrongStateError):
            act()
    # Everybody needs a new secret, and the reason is told.
    for salt, reason, part in ((b"", "Mặt trận vắng mặt", "hash_1"), (b"2", "vắng", "reason")):
        with pytest.raises(InvalidInputError) as error:
            ceremony_again.begin_again(SYSTEM, round_id, arranged(salt=salt), SOURCE, reason)
        assert part in refused(error)
    reason = "Mặt trận vắng mặt"
    ceremony_again.begin_again(SYSTEM, round_id, arranged(salt=b"2"), "Xúc xắc", reason)
    newest, stopped = rows.all_of_round(round_id)
    assert (newest.attempt, newest.state, newest.reason) == (2, "revealing", reason)
    assert newest.promise == draw_records.promise(round_id) != stopped.promise == before[1]
    assert [party.secret for party in stopped.parties] == [before[0], SECRETS[0].hex(), ""]
    assert [party.secret for party in newest.parties] == ["", "", ""]
    assert stored_draw().secret not in {before[0], ""}
    assert acts()[-2:] == ["ceremony.stopped", "ceremony.begun_again"]


def test_an_arrangement_with_faults_is_not_stored(app: Flask):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    same = Guest(NAMES[1], arranged().guests[0].commitment, 2)
    for arrangement, part in (
        (arranged(NAMES[:1]), "office"),
        (arranged((NAMES[0], "sở nội vụ")), "office"),
        (arranged((NAMES[0], "x'; rm -rf ~")), "party_2"),
        (arranged(number_kind=NumberKind.LOTTERY), "number_day"),
        (
            Arrangement("Sở", (arranged().guests[0], same), AbsentRule.STOP, NumberKind.DICE),
            "hash_1",
        ),
        (
            Arrangement(
                "Sở",
                (*arranged().guests, Guest("Báo", "12", 4)),
                AbsentRule.STOP,
                NumberKind.DICE,
            ),
            "hash_4",
        ),
    ):
        with pytest.raises(InvalidInputError) as error:
            planning.commit(SYSTEM, round_id, plan(6), SOURCE, arrangement)
        assert part in refused(error)
    db.session.rollback()
    assert rows.of_round(round_id) is None
    assert db.session.query(FrameDraw).count() == 0


def test_two_coordinators_at_once_leave_one_story(app: Flask):
    round_id = committed(arranged())
    text = SECRETS[0].hex()
    assert at_once(app, [lambda: ceremonies.reveal(SYSTEM, round_id, 1, text)] * 2) == [None, None]
    # One ends without the second party while the other enters its secret: one of them is refused.
    outcomes = at_once(
        app,
        [
            lambda: ceremonies.end_revealing(SYSTEM, round_id, frozenset({2})),
            lambda: ceremonies.reveal(SYSTEM, round_id, 2, SECRETS[1].hex()),
        ],
    )
    assert [type(one) for one in outcomes if one] == [WrongStateError]
    db.session.rollback()
    assert acts().count("ceremony.revealed") == (2 if outcomes[0] else 1)
    if outcomes[0]:
        ceremonies.end_revealing(SYSTEM, round_id, frozenset())
    numbers = [DICE, DICE[::-1]]
    entered = at_once(
        app, [lambda it=it: ceremonies.enter_number(SYSTEM, round_id, it) for it in numbers]
    )
    assert [type(one) for one in entered if one] == [WrongStateError]
    db.session.rollback()
    assert rows.of_round(round_id).number == numbers[entered.index(None)]
    assert acts().count("ceremony.number") == 1


STEPS = st.lists(
    st.sampled_from(["reveal 1", "reveal 2", "wrong", "end", "end blindly", "number", "again"]),
    max_size=9,
)


def test_no_order_of_acts_takes_a_step_that_the_table_does_not_have(app: Flask):
    round_id = committed(arranged())
    ceremony_id = db.session.scalars(select(Ceremony.id)).one()
    own = stored_draw().secret

    def begin(absent: AbsentRule) -> None:
        with writing() as session:
            later = select(Ceremony.id).where(Ceremony.id != ceremony_id)
            session.execute(delete(CeremonyParty).where(CeremonyParty.ceremony_id != ceremony_id))
            session.execute(delete(Ceremony).where(Ceremony.id.in_(later)))
            session.execute(update(CeremonyParty).values(secret=""))
            fresh = {"state": CeremonyState.REVEALING, "number": "", "absent": absent}
            session.execute(update(Ceremony).values(**fresh))
            session.execute(update(FrameDraw).values(secret=own))

    def take(step: str, silent: frozenset[int]) -> None:
        if step.startswith("reveal"):
            place = int(step[-1])
            ceremonies.reveal(SYSTEM, round_id, place, SECRETS[place - 1].hex())
        elif step == "wrong":
            ceremonies.reveal(SYSTEM, round_id, 1, SECRETS[2].hex())
        elif step == "number":
            ceremonies.enter_number(SYSTEM, round_id, DICE)
        elif step == "again":
            ceremony_again.begin_again(
                SYSTEM, round_id, arranged(salt=b"2"), SOURCE, "Một bên vắng mặt"
            )
        else:
            ceremonies.end_revealing(
                SYSTEM, round_id, silent if step == "end" else frozenset({1, 2})
            )

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS, st.sampled_from(list(AbsentRule)))
    def holds(steps: list[str], absent: AbsentRule) -> None:
        begin(absent)
        present, silent = CeremonyState.REVEALING, frozenset({1, 2})
        for step in steps:
            try:
                take(step, silent)
                done = True
            except ServiceError:
                done = False
            held = rows.of_round(round_id)
            now_silent = frozenset(party.place for party in held.silent)
            if held.attempt > 1:
                assert (step, present) == ("again", CeremonyState.STOPPED)
                return
            assert held.state is present or held.state in CEREMONY_EDGES[present]
            assert step != "wrong" or not done
            assert now_silent == silent or present is CeremonyState.REVEALING
            if held.state is CeremonyState.STOPPED:
                assert absent is AbsentRule.STOP
                assert now_silent
            if held.state is not CeremonyState.REVEALING and absent is AbsentRule.STOP:
                assert bool(now_silent) == (held.state is CeremonyState.STOPPED)
            assert bool(held.number) == (held.state is CeremonyState.NUMBERED)
            present, silent = held.state, now_silent

    holds()
