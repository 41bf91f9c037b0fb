"""What a box may hold, what older boxes held, and that none is longer than the others."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.services.sealing import FRAME, LENGTHS, Content, UnreadableBoxError, open_box, room, seal
from app.vocabulary import Device, Door
from surveys import instruments
from surveys.questionnaire import Question, Role

KEY = PrivateKey.generate()
PUBLIC = bytes(KEY.public_key)
OVERHEAD = 48
ASKED = instruments.load("citizen_satisfaction")
OLD = {"rid": "0" * 32, "answers": {"q1": "5"}, "comment": "Tốt", "receipt": "1" * 64}


def sealed(document: Any) -> bytes:
    data = json.dumps(document).encode()
    return SealedBox(PublicKey(PUBLIC)).encrypt(len(data).to_bytes(4, "big") + data)


contents = st.builds(
    Content,
    rid=st.text("0123456789abcdef", min_size=32, max_size=32),
    answers=st.dictionaries(st.text("abc_1", min_size=1), st.text(), max_size=4),
    comment=st.none() | st.text(),
    receipt=st.text("0123456789abcdef", min_size=64, max_size=64),
    duration=st.none() | st.integers(1, 5),
    device=st.none() | st.sampled_from([device.value for device in Device]),
    door=st.sampled_from([door.value for door in Door]),
)


@given(contents)
def test_what_was_sealed_comes_out_again(content: Content) -> None:
    assert open_box(KEY, seal(PUBLIC, content)) == content


def test_a_box_from_before_classes_and_doors_still_opens() -> None:
    found = open_box(KEY, sealed(OLD))
    assert found == Content("0" * 32, {"q1": "5"}, "Tốt", "1" * 64)
    assert (found.duration, found.device, found.door) == (None, None, "slip")


@pytest.mark.parametrize(
    "changed",
    [
        {"rid": "0" * 33},
        {"rid": None},
        {"receipt": "G" * 64},
        {"answers": {"q1": 5}},
        {"answers": [["q1", "5"]]},
        {"comment": 1},
        {"duration": 0},
        {"duration": 6},
        {"duration": True},
        {"duration": 2.0},
        {"device": "fridge"},
        {"device": []},
        {"door": None},
        {"door": "window"},
        {"address": "10.0.0.1"},
    ],
)
def test_what_the_tables_would_refuse_counts_as_a_damaged_box(changed: dict[str, Any]) -> None:
    with pytest.raises(UnreadableBoxError):
        open_box(KEY, sealed({**OLD, **changed}))


@pytest.mark.parametrize("missing", sorted(OLD))
def test_a_box_without_one_of_its_parts_is_damaged(missing: str) -> None:
    with pytest.raises(UnreadableBoxError):
        open_box(KEY, sealed({name: value for name, value in OLD.items() if name != missing}))


def longest(question: Question) -> str:
    if question.choices:
        return max((choice.code for choice in question.choices), key=len)
    return "\U0001f600" * (question.max_length or 1500)


def test_the_longest_answer_fits_the_length_of_the_shortest() -> None:
    widest = {
        question.code: longest(question)
        for question in ASKED.questions
        if question.role is not Role.COMMENT
    }
    asked = ASKED.comment_question
    assert asked is not None
    comment = longest(asked)
    most = Content("f" * 32, widest, comment, "f" * 64, None, "computer", "poster")
    least = Content("0" * 32, {}, None, "0" * 64, 1, None, "sms")
    lengths = {len(seal(PUBLIC, content, room(ASKED))) for content in (most, least)}
    assert len(lengths) == 1
    assert (lengths.pop() - OVERHEAD) in LENGTHS
    document = {**vars(most), "answers": widest}
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(data) <= room(ASKED)


def test_the_frame_of_a_box_has_room_for_the_longest_words() -> None:
    bare = Content(
        "f" * 32,
        {},
        None,
        "f" * 64,
        None,
        max((device.value for device in Device), key=len),
        max((door.value for door in Door), key=len),
    )
    data = json.dumps({**vars(bare)}, separators=(",", ":")).encode()
    assert len(data) <= FRAME
