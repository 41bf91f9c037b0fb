"""The mixer, other mixers and people who answer, all at once."""

import threading
import time
from collections.abc import Callable
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.queries import boxes
from app.services import keys, mixing
from app.services.opening import new_keys
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from tests.app.round_factory import (
    answer,
    answer_all,
    check_invariant,
    one_cell,
    open_and_hand_out,
)

K = 5


def alongside(app: Flask, acts: list[Callable[[], object]]) -> list[BaseException]:
    """Do everything at once, each in a thread with a context of its own; what went wrong."""
    wrong: list[BaseException] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act()
            except BaseException as error:  # noqa: BLE001  (told to the test)
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(run, act)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_mixers_people_and_a_closing_at_once_lose_nothing(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 40, "health": 40}, "BT": {"land": 4}}, k=K)
    queue = [token for stratum in tokens.values() for token in stratum]
    told: list[str] = []

    def people() -> None:
        while queue:
            told.append(answer(queue.pop()).receipt or "")

    def mixer() -> None:
        while queue:
            mixing.mix_round(made.id)

    def closer() -> None:
        while len(queue) > 20:
            time.sleep(0.01)
        mixing.close_round(SYSTEM, made.id)

    wrong = alongside(app, [people, people, people, mixer, mixer, closer])
    assert wrong == []
    mixing.mix_open_rounds()
    tally = check_invariant(made.id)
    assert tally.spent == sum(map(bool, told))
    assert tally.boxes < K
    assert not reconcile(made.id).unreadable


def test_a_reader_does_not_make_the_mixer_hold_up_who_answers(app: Flask) -> None:
    made, tokens = one_cell(2 * K + 1)
    answer_all(tokens[: 2 * K])
    db.session.remove()
    answered = threading.Event()
    while_reading: list[bool] = []

    def reader() -> None:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM box")).all()
            while_reading.append(answered.wait(5))

    def mixer() -> None:
        time.sleep(0.2)
        mixing.mix_round(made.id)

    def person() -> None:
        time.sleep(0.5)
        assert answer(tokens[-1]).receipt
        answered.set()

    assert alongside(app, [reader, mixer, person]) == []
    assert while_reading == [True]
    check_invariant(made.id)


def test_keys_outlive_a_commit_whose_reply_was_lost(app: Flask) -> None:
    one_cell(1)
    before = keys.kept()
    with pytest.raises(OperationalError), new_keys(1) as (public,):
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"))
    assert keys.kept() == before | {public}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_of_deleted_boxes_is_wiped_even_when_a_reader_was_in_the_way(app: Flask) -> None:
    made, tokens = one_cell(2 * K)
    answer_all(tokens)
    db.session.remove()
    with db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM box")).all()
        assert mixing.mix_round(made.id).opened == K
    log = app.config["KHAOSAT"].folder / "khaosat.db-wal"
    assert log.stat().st_size > 0
    mixing.mix_open_rounds()
    db.session.remove()
    assert log.stat().st_size == 0
    assert check_invariant(made.id) == boxes.Tally(2 * K, K, K, 0)


def test_a_wiped_key_is_overwritten_where_it_lay(app: Flask, tmp_path_factory) -> None:
    public = keys.make()
    path = app.config["KHAOSAT"].keys / "mixing" / public.hex()
    twin = tmp_path_factory.mktemp("twin") / "same-blocks"
    twin.hardlink_to(path)
    secret = twin.read_bytes()
    keys.destroy(public)
    assert not path.exists()
    assert twin.read_bytes() == bytes(len(secret))
