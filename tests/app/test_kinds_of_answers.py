"""Answers of every kind on their way from the form to the tally and the extract."""

import json
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nacl.public import PrivateKey

from app.documents import parquet
from app.queries import answers as rows
from app.services import extracts, mixing, opening, raw_counts, recounting, responding
from app.services.answer_patterns import duplicates, rated_items, straight_lines
from app.services.estimation_inputs import inputs_hash
from app.services.extracts import UnknownItemError
from app.services.ratings import item
from app.services.recording import SYSTEM
from app.services.sealing import Content, UnreadableBoxError, open_box, room, seal
from app.services.tallying import counted_items, counts
from app.vocabulary import Role, RoundState
from surveys.answering import to_form
from surveys.answers import Answer, from_json
from surveys.coding import codebook, coded
from surveys.kinds import KINDS
from surveys.links import new_token
from tests.app.index_factory import store_answers
from tests.app.respondent import follow, send
from tests.app.round_factory import MadeRound, hand_out, make_round
from tests.app.test_estimation_inputs import naive_hash
from tests.app.test_sealing import KEY, OLD, PUBLIC, sealed
from tests.questionnaires.every_kind import EVERY_KIND

BUDGET = 15 * 1024
PEOPLE = 16
SOME: dict[str, Answer] = {
    "in_person": "yes",
    "submitted": "2026-03-02",
    "waited": "12.5",
    "visits": "0",
    "told_by": ("counter", "zalo"),
    "channel": "post",
    **dict.fromkeys(["polite", "listens", "explains", "honest"], "4"),
    **dict.fromkeys(["seats", "papers", "fees", "time", "result"], "5"),
    "worth": "p60",
    "paid_extra": "no",
    "trade": "làm vườn",
}
Made = tuple[MadeRound, list[str]]


@pytest.fixture
def asked(app: Flask) -> Made:
    made = make_round({"TB": {"land": PEOPLE}}, k=5, asked=EVERY_KIND)
    opening.open_round(SYSTEM, made.id)
    return made, hand_out(made)["TB/land"]


def given_by(number: int) -> dict[str, Answer]:
    """Answers that differ from person to person, some of them left out."""
    told = [("counter",), ("portal", "board", "family"), ("none",), ()][number % 4]
    changed = {**SOME, "visits": str(number), "told_by": told}
    return {code: value for code, value in changed.items() if value}


def submit(token: str, answers: dict[str, Answer]) -> None:
    outcome = responding.submit(token, to_form(EVERY_KIND, answers, "Cảm ơn"), new_token())
    assert outcome.receipt, outcome.faults


def answered(asked: Made) -> MadeRound:
    made, tokens = asked
    for number, token in enumerate(tokens):
        submit(token, given_by(number))
    mixing.close_round(SYSTEM, made.id)
    return made


def test_answers_come_out_of_their_boxes_as_they_went_in(asked: Made) -> None:
    made = answered(asked)
    stored = [from_json(view.answers) for view in rows.answers(made.id)]
    assert Counter(map(repr, (sorted(each.items()) for each in stored))) == Counter(
        repr(sorted(given_by(number).items())) for number in range(PEOPLE)
    )


def test_the_tally_counts_each_chosen_option_and_who_chose_any(asked: Made) -> None:
    made = answered(asked)
    found = raw_counts.items(made.id)
    told = found["told_by"].whole
    assert told.n.low == 12
    assert told.values == dict.fromkeys(["counter", "portal", "board", "family", "none"], 4)
    assert found["in_person"].whole.values == {"yes": PEOPLE}
    assert found["paid_extra"].whole.values == {"no": PEOPLE}
    assert not {"submitted", "waited", "visits", "trade", "note", "staff"} & found.keys()
    assert recounting.misses(made.id) == ()


def test_what_many_options_of_few_people_would_show_is_held_back() -> None:
    people = [{"told_by": ["counter", "portal", "board"]}] * 9
    found = raw_counts.distribution(
        [], {None: Counter({value: n for (_, value), n in counts(["told_by"], people).items()})}
    )
    assert found.whole.values is None
    people.append({"told_by": ["counter"]})
    whole = raw_counts.distribution(
        [], {None: Counter({value: n for (_, value), n in counts(["told_by"], people).items()})}
    ).whole
    assert (whole.n.low, whole.values) == (10, {"counter": 10, "portal": 9, "board": 9})
    assert whole.share("portal") == 0.9


def test_only_what_has_options_is_counted() -> None:
    counted = {question.kind for question in map(EVERY_KIND.question, counted_items(EVERY_KIND))}
    assert counted == {"scale", "single_choice", "multiple_choice", "yes_no"}


def test_the_extract_has_a_column_for_each_option(asked: Made) -> None:
    made = answered(asked)
    names = extracts.items_of(EVERY_KIND)
    assert [name for name in names if name.startswith("told_by")] == [
        f"told_by_{code}" for code in ("counter", "portal", "board", "zalo", "family", "none")
    ]
    found = parquet.read(extracts.current(made.id), names)
    texts = {name: column.texts() for name, column in found.items()}
    assert sorted(texts["visits"]) == sorted(str(number) for number in range(PEOPLE))
    for place, view in enumerate(rows.answers(made.id)):
        told = view.answers.get("told_by")
        for code in ("counter", "portal", "board", "zalo", "family", "none"):
            expected = None if told is None else str(int(code in told))
            assert texts[f"told_by_{code}"][place] == expected
        assert texts["submitted"][place] == "2026-03-02"


def test_columns_of_the_extract_and_of_the_codebook_have_the_same_names() -> None:
    names = {column.name for column in codebook(EVERY_KIND)}
    assert set(extracts.items_of(EVERY_KIND)) - names == {"told_by_none"}
    assert names == set(coded(EVERY_KIND, SOME))


def test_the_hash_of_the_inputs_is_that_of_the_documents(asked: Made) -> None:
    made = answered(asked)
    found, cells = rows.answered_round(made.id), rows.cells(made.id)
    pairs = [(view.cell_id, view.answers) for view in rows.answers(made.id)]
    assert found
    extract = extracts.load(made.id, cells)
    assert inputs_hash(found, cells, extract) == naive_hash(found, cells, pairs)


def test_the_hash_of_a_round_nobody_answered_is_there_too(app: Flask) -> None:
    made = make_round({"TB": {"land": 3}}, state=RoundState.CLOSED, asked=EVERY_KIND)
    found, cells = rows.answered_round(made.id), rows.cells(made.id)
    assert inputs_hash(found, cells, extracts.load(made.id, cells)) == naive_hash(found, cells, [])


def test_an_option_that_was_never_offered_is_not_dropped_in_silence(app: Flask) -> None:
    made = make_round({"TB": {"land": 3}}, state=RoundState.CLOSED, asked=EVERY_KIND)
    store_answers(made, made.cells["TB/land"], [{"told_by": ["counter", "radio"]}])
    with pytest.raises(UnknownItemError):
        extracts.current(made.id)


def longest(code: str) -> Answer:
    question = EVERY_KIND.question(code)
    assert question
    if question.kind == "multiple_choice":
        return tuple(choice.code for choice in question.choices)
    if question.choices:
        return max((choice.code for choice in question.choices), key=len)
    if KINDS[question.kind].is_text:
        return "\U0001f600" * (question.max_length or 0)
    return {"date": "2026-11-23", "number": "-999999999999.999999"}[question.kind]


def test_the_longest_answer_of_every_kind_makes_no_longer_box() -> None:
    codes = [q.code for q in EVERY_KIND.questions if KINDS[q.kind].answered]
    most = {code: longest(code) for code in codes if code != "comment"}
    full = Content("f" * 32, most, str(longest("comment")), "f" * 64, 5, "computer", "poster")
    bare = Content("0" * 32, {}, None, "0" * 64)
    data = json.dumps(vars(full), ensure_ascii=False, separators=(",", ":")).encode()
    assert len(data) <= room(EVERY_KIND)
    assert len({len(seal(PUBLIC, each, room(EVERY_KIND))) for each in (full, bare)}) == 1


@pytest.mark.parametrize("answer", [[], ["a", 1], [["a"]], {"a": "b"}, None, 5])
def test_a_box_with_anything_but_text_or_texts_is_damaged(answer: Any) -> None:
    with pytest.raises(UnreadableBoxError):
        open_box(KEY, sealed({**OLD, "answers": {"q1": answer}}))


def test_several_options_are_a_list_in_a_box_and_a_tuple_outside() -> None:
    content = Content("0" * 32, {"q1": ("a", "b")}, None, "1" * 64)
    assert open_box(KEY, sealed({**OLD, "answers": {"q1": ["a", "b"]}})).answers == content.answers
    assert open_box(PrivateKey(bytes(KEY)), seal(PUBLIC, content)) == content


def test_the_same_options_in_two_answers_repeat_each_other() -> None:
    alike = [({"q": ("a", "b")}, None), ({"q": ("a", "b")}, None), ({"q": ("a",)}, None)]
    assert duplicates(alike) == 2


def test_only_ratings_make_a_straight_line() -> None:
    assert set(rated_items(EVERY_KIND)) == {
        *("polite", "listens", "explains", "honest"),
        *("seats", "papers", "fees", "time", "result", "worth"),
    }
    without = {code: value for code, value in SOME.items() if code != "worth"}
    same = without | dict.fromkeys(["polite", "listens", "explains", "honest"], "5")
    assert straight_lines(rated_items(EVERY_KIND), [same, without]) == 1


def test_the_page_of_every_kind_keeps_to_its_budget(client: FlaskClient, asked: Made) -> None:
    page = follow(client, asked[1][0])
    reply = client.get("/q", headers={"Accept-Encoding": "gzip"})
    assert len(reply.data) <= BUDGET
    assert page.text.count("<form") == 1
    assert page.text.count('type="checkbox"') == 6
    assert page.text.count('name="a_submitted"') == 3
    assert page.text.count('inputmode="decimal"') == 2
    assert page.text.count("Ông/Bà hài lòng đến mức nào về cán bộ tiếp nhận hồ sơ?") == 1
    assert "<p>Nếu không nhớ chính xác, xin ghi gần đúng.</p>" in page.text
    assert '<span class="no">20.</span>' in page.text
    assert '<span class="no">21.</span>' not in page.text


def test_a_form_of_every_kind_is_taken(client: FlaskClient, asked: Made) -> None:
    page = follow(client, asked[1][0])
    form = {name: list(values) for name, values in to_form(EVERY_KIND, SOME, "Tốt").items()}
    assert form["a_submitted"] == ["02", "03", "2026"]
    reply = send(client, page.text, form)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q/thanks?lang=vi")


def test_what_was_entered_comes_back_with_its_faults(client: FlaskClient, asked: Made) -> None:
    page = follow(client, asked[1][0])
    form = {
        "a_told_by": ["counter", "none"],
        "a_submitted": ["31", "2", "2026"],
        "a_waited": "1.500",
        "a_in_person": "no",
    }
    text = send(client, page.text, form).text
    assert text.count(' value="counter" checked') == 1
    assert text.count(' value="none" checked') == 1
    assert text.count(' value="no" checked') == 1
    for value in ("31", "2", "2026"):
        assert f'<input name="a_submitted" value="{value}"' in text
    assert 'value="1.500"' in text
    assert "Số này có thể hiểu theo hai cách." in text
    assert "không đi cùng phương án khác" in text
    assert "Xin Ông/Bà ghi đủ ngày, tháng và năm, ví dụ 23/11/2026." in text


def test_raw_counts_of_every_kind_can_be_looked_at(asked: Made, signed_in: Any) -> None:
    made = answered(asked)
    page = signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}/counts")
    assert page.status_code == 200
    assert "Ông/Bà hài lòng đến mức nào về cán bộ tiếp nhận hồ sơ? – Chú ý lắng nghe" in page.text
    assert "Ông/Bà làm nghề gì?" not in page.text


def test_points_of_a_panel_are_rated_by_their_own_cut() -> None:
    worth = EVERY_KIND.question("worth")
    assert worth
    row = [coded(EVERY_KIND, {"worth": code})["worth"] for code in ("p100", "p60", "p20", "p0")]
    assert [item(worth, value) for value in row] == [(1, 1), (1, 0.6), (0, 0.2), (0, 0)]
