"""Dossiers that were not drawn may answer too; nothing of it enters a figure of the drawn ones."""

import threading
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.database import writing
from app.extensions import db
from app.models import Answer, Ballot, Cell, Frame, MixingKey, Receipt, Round
from app.queries import (
    boxes,
    receipts,
)
from app.services import (
    keys,
    mixing,
    opening,
    responding,
    volunteers,
)
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.services.responding import Standing
from app.services.verifying_rounds import verify_round
from app.vocabulary import CellLevel, FrameState, RoundState
from tests.app.apart_factory import (
    LAYOUT,
    answer,
    apart_round,
    cells,
    list_dossiers,
    open_apart,
    tokens_for,
    volunteers_of,
)
from tests.app.round_factory import MadeRound, answer_all, check_invariant, hand_out, make_round

K = 5


def rows(model, *conditions) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def ballot_for(made: MadeRound, dossier: int) -> int:
    with writing() as session:
        return volunteers.ballot_for(session, made.id, dossier)


def test_a_dossier_that_was_not_drawn_gets_one_ballot_in_its_units_cell(app: Flask) -> None:
    made = apart_round()
    [dossier] = list_dossiers(made, "TB", ["N-1"])
    number = ballot_for(made, dossier)
    assert ballot_for(made, dossier) == number
    ballot = db.session.get_one(Ballot, number)
    assert (ballot.drawn, ballot.rank, ballot.spent) == ("N", 0, False)
    assert ballot.cell_id == cells(made, CellLevel.VOLUNTEER_UNIT)["TB"]


def test_a_drawn_dossier_keeps_its_own_ballot(app: Flask) -> None:
    made = apart_round()
    drawn = db.session.execute(select(Ballot.id, Ballot.dossier_id, Ballot.cell_id)).first()
    assert ballot_for(made, drawn.dossier_id) == drawn.id
    assert db.session.get_one(Ballot, drawn.id).drawn == "P"


def test_many_dossiers_at_once_get_what_each_alone_would(app: Flask) -> None:
    made = apart_round()
    drawn = list(db.session.scalars(select(Ballot.dossier_id)))
    others = list_dossiers(made, "LB", [f"N-{at}" for at in range(volunteers.AT_ONCE + 3)])
    with writing() as session:
        found = volunteers.ballots_for(session, made.id, [*others, *drawn, *others])
    assert set(found) == {*others, *drawn}
    assert len(set(found.values())) == len(found)
    assert rows(Ballot, Ballot.drawn == "N") == len(others)


@pytest.mark.parametrize("wrong", ["unknown", "another round", "an earlier list", "another kind"])
def test_a_dossier_that_the_round_may_not_ask_about_gets_nothing(app: Flask, wrong: str) -> None:
    made = apart_round()
    [dossier] = list_dossiers(made, "TB", ["N-1"])
    if wrong == "unknown":
        dossier += 100_000
    elif wrong == "another round":
        [dossier] = list_dossiers(make_round({"TB": {"land": 1}}), "TB", ["N-2"])
    elif wrong == "an earlier list":
        with writing() as session:
            session.execute(update(Frame).values(state=FrameState.REMOVED))
    else:
        with writing() as session:
            plan = {"k": K, "population": {"respondents": ["business"]}}
            session.execute(update(Round).values(plan=plan))
    with pytest.raises(NotFoundError):
        ballot_for(made, dossier)
    assert rows(Ballot, Ballot.drawn == "N") == 0


def test_a_kind_that_the_round_asks_about_gets_a_ballot(app: Flask) -> None:
    made = apart_round()
    [dossier] = list_dossiers(made, "TB", ["N-1"], respondent_kind="business")
    with writing() as session:
        plan = {"k": K, "population": {"respondents": ["business"]}}
        session.execute(update(Round).values(plan=plan))
    assert ballot_for(made, dossier)


@pytest.mark.parametrize("state", [RoundState.PLANNED, RoundState.FRAMED])
def test_before_the_draw_nobody_knows_who_was_not_drawn(app: Flask, state: RoundState) -> None:
    made = apart_round()
    [dossier] = list_dossiers(made, "TB", ["N-1"])
    with writing() as session:
        session.execute(update(Round).values(state=state))
    with pytest.raises(WrongStateError):
        ballot_for(made, dossier)


def test_two_doors_at_once_make_one_ballot(app: Flask) -> None:
    made = make_round(LAYOUT, k=K)  # not even the cells are there
    dossiers = list_dossiers(made, "TB", [f"N-{at}" for at in range(8)])
    found, errors = [], []
    together = threading.Barrier(4)

    def come() -> None:
        with app.app_context():
            try:
                together.wait(10)
                with writing() as session:
                    found.append(volunteers.ballots_for(session, made.id, dossiers))
            except Exception as error:  # noqa: BLE001  (told below)
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(each == found[0] for each in found)
    assert rows(Ballot, Ballot.drawn == "N") == len(dossiers)
    assert rows(Cell, Cell.level == CellLevel.VOLUNTEER_UNIT) == len(LAYOUT)


def test_a_unit_whose_first_dossier_came_after_the_draw_gets_a_leaf(app: Flask) -> None:
    made, _ = open_apart()
    other = make_round({"MỚI": {"land": 1}}, name="Đợt khác")
    units = {**made.units, **other.units}
    [dossier] = list_dossiers(replace(made, units=units), "MỚI", ["N-1"])
    [token] = tokens_for(made, [dossier])
    assert cells(made, CellLevel.VOLUNTEER_UNIT).keys() == {"TB", "LB", "MỚI"}
    # The worker alone makes keys; until then it is too early.
    assert responding.enter(token).standing is Standing.NOT_OPEN
    assert answer(token).receipt is None
    mixing.mix_open_rounds()
    assert answer(token).receipt
    assert check_invariant(made.id).boxes == 1


def test_an_open_round_of_an_earlier_version_gets_cells_and_keys_from_the_worker(
    app: Flask,
) -> None:
    made = make_round(LAYOUT, k=K)
    assert opening.open_round(SYSTEM, made.id) == 2
    mixing.mix_open_rounds()
    leaves = boxes.sealed_cells(made.id)
    assert len(leaves) == 2 + 2 + 3 + 1
    assert {key.cell_id for key in boxes.current_keys(made.id)} == set(leaves)
    assert {key.public for key in boxes.current_keys(made.id)} == keys.kept()
    assert opening.complete(made.id) == 0
    assert rows(MixingKey) == len(leaves)
    [token] = volunteers_of(made, "TB", 1)
    assert answer(token).receipt


def test_a_round_that_is_not_open_gets_no_keys(app: Flask) -> None:
    made = make_round(LAYOUT, k=K, state=RoundState.CLOSED)
    assert opening.complete(made.id) == 0
    assert keys.kept() == set()


def test_volunteers_are_mixed_in_crowds_of_their_own(app: Flask) -> None:
    made, tokens = open_apart(K)
    answer_all(tokens["TB/land"][:K])
    others = volunteers_of(made, "TB", 2 * K)
    answer_all(others[:K])
    assert mixing.mix_round(made.id).opened == 0  # two halves of a crowd are none
    answer_all(others[K:])
    assert mixing.mix_round(made.id).opened == K
    cell = cells(made, CellLevel.VOLUNTEER_UNIT)["TB"]
    assert set(db.session.scalars(select(Answer.cell_id))) == {cell}
    assert check_invariant(made.id).boxes == 2 * K


def test_too_few_volunteers_of_units_open_together_under_their_own_root(app: Flask) -> None:
    made, tokens = open_apart(K)
    answer_all([*tokens["TB/land"], *tokens["LB/land"][:2]])
    answer_all([*volunteers_of(made, "TB", 3), *volunteers_of(made, "LB", 2)])
    mixing.close_round(SYSTEM, made.id)
    opened = dict(
        db.session.execute(select(Cell.level, func.count()).join(Answer).group_by(Cell.level)).all()
    )
    # Two drawn people of LB wait for others of theirs, whatever lies beside them.
    assert opened == {CellLevel.STRATUM: 12, CellLevel.VOLUNTEER_ROUND: 5}
    assert check_invariant(made.id).boxes == 2


def test_too_few_volunteers_of_a_round_stay_sealed_and_end_its_list_of_receipts(
    app: Flask,
) -> None:
    made, tokens = open_apart(K)
    answer_all([*tokens["TB/land"], *volunteers_of(made, "TB", K - 1)])
    mixing.close_round(SYSTEM, made.id)
    mixing.mix_open_rounds()
    assert check_invariant(made.id).boxes == K - 1
    assert rows(Receipt) == 12
    assert receipts.is_final(made.id)
    assert verify_round(made.id).holds


def test_a_list_of_receipts_waits_for_volunteers_who_may_still_be_opened(app: Flask) -> None:
    made, tokens = open_apart(K)
    answer_all([*tokens["TB/land"], *volunteers_of(made, "TB", K)])
    with writing() as session:
        session.execute(update(Round).values(state=RoundState.CLOSED))
    assert not receipts.is_final(made.id)
    mixing.mix_round(made.id)
    assert receipts.is_final(made.id)


def test_nothing_that_a_respondent_sees_tells_who_was_drawn(app: Flask) -> None:
    made, tokens = open_apart(K)
    drawn = responding.enter(tokens["TB/land"][0])
    other = responding.enter(volunteers_of(made, "TB", 1)[0])
    hidden = {"id", "cell_id", "key_id", "public", "door"}
    told = [
        {name: value for name, value in vars(entry.ballot).items() if name not in hidden}
        for entry in (drawn, other)
    ]
    assert told[0] == told[1]
    assert drawn.standing is other.standing


def test_whoever_prints_slips_again_leaves_the_tokens_of_volunteers_alone(app: Flask) -> None:
    made, _ = open_apart(K)
    [token] = volunteers_of(made, "TB", 1)
    hand_out(made)
    assert answer(token).receipt
