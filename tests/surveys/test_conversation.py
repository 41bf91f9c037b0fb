from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from surveys.conversation import (
    MOST_SENT,
    QUICKEST,
    Incoming,
    Outcome,
    Step,
    received,
    result,
    timed_out,
)
from surveys.conversation_reading import answer, command
from surveys.conversation_state import from_document, to_document
from surveys.conversation_words import COMMANDS, TEXTS, Command
from surveys.errors import ConversationError
from surveys.texts import Encoding, parts, without_marks
from tests.questionnaires.small import choices, question, words
from tests.surveys.replying import FORM, MINUTE, MOOD, begun, say


def test_a_person_is_asked_first_and_question_by_question():
    step = begun()
    assert step.texts[0].startswith("KS1: UBND phuong Tam Hiep moi Ong/Ba tra loi toi da 4 cau hoi")
    step = say(step, "Có")
    assert step.texts == ("KS1: Cau hoi\n1. Co\n2. Khong",)
    step = say(step, "1", "Phương án B", "1 va 3.", "2 lan")
    assert step.outcome is Outcome.FINISHED
    assert step.texts == ("KS1: Da ghi nhan du cau tra loi. Cam on Ong/Ba da gop y.",)
    reading = result(FORM, step.conversation)
    assert reading.faults == {}
    assert reading.answers == {"first": "yes", "second": "b", "third": ("a", "c"), "last": "2"}


@pytest.mark.parametrize("reply", ["4", "4.", " 4 ", "câu 4", "Cau 4", "số 4", "Hài lòng"])
@pytest.mark.parametrize("form", [str, str.upper, without_marks])
def test_an_option_is_named_by_number_or_words(reply, form):
    assert answer(MOOD, form(reply), "vi") == "m3"


@pytest.mark.parametrize("reply", ["", "0", "6", "4 5", "hai", "khong", "4. Bình thường", "lòng"])
def test_what_is_not_certain_is_no_answer(reply):
    assert answer(MOOD, reply, "vi") is None


def test_a_number_and_its_own_words_are_one_answer():
    assert answer(MOOD, "3. Bình thường", "vi") == "m2"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        *((said, "yes") for said in ("có", "CO", "c", "1", "cố")),
        *((said, "no") for said in ("không", "khong", "ko", "K", "2")),
        *((said, None) for said in ("có lẽ", "")),
    ],
)
def test_yes_and_no_are_written_in_many_ways(reply, code):
    assert answer(question("yes_no"), reply, "vi") == code


def test_number_and_several_options_are_read_as_a_form_reads_them():
    number = question("number", max=5, unit=words("lần", "times"))
    assert [answer(number, said, "vi") for said in ("3", "3 lần", "3 lan.", "6", "ba")] == [
        *("3", "3", "3"),
        *(None, None),
    ]
    several = question("multiple_choice", choices=choices("abc", apart="z"), max=2)
    replies = ("2", "1,3", "3 va 1", "1 2 3", "1 4", "1 5", "4")
    found = [answer(several, said, "vi") for said in replies]
    assert found == [("b",), ("a", "c"), ("a", "c"), None, None, None, ("z",)]


@pytest.mark.parametrize(
    "reply", ["TU CHOI", "từ chối", "DUNG", "Dừng lại.", "stop", "Stop please"]
)
def test_stop_is_heard_at_every_step(reply):
    assert command(reply) is Command.STOP
    for said in ([], ["co"], ["co", "1", "1"]):
        step = say(begun(), *said, reply)
        assert step.outcome is Outcome.OPTED_OUT
        assert (step.conversation.answers, step.conversation.is_open) == ({}, False)
        assert say(step, reply, "co").texts == ()


def test_the_word_for_right_is_not_the_word_for_stop():
    assert command("Đúng") is None
    assert command("đợi") is command("sữa") is None
    assert command("sửa") is command("đổi") is command("SUA") is Command.CHANGE


def test_stop_after_the_end_is_noted_and_takes_nothing_back():
    step = say(begun(), "co", "2", "1", "3", "STOP")
    assert step.outcome is Outcome.OPTED_OUT
    assert step.conversation.answers == {"first": "no", "third": ("a",), "last": "3"}


def test_who_does_not_agree_is_asked_nothing():
    step = say(begun(), "Không")
    assert step.outcome is Outcome.REFUSED
    assert say(step, "co").texts == ()


def test_a_question_is_asked_three_times_at_most():
    step = say(begun(), "co", "x")
    assert step.texts[0].startswith("Chua ro cau tra loi. Xin nhan mot so tu 1 den 2.")
    assert say(step, "x").outcome is Outcome.GOING_ON
    assert say(step, "x", "x").outcome is Outcome.PARTIAL
    optional = say(begun(), "co", "1", "x", "x", "x")
    assert optional.conversation.asked == "third"
    assert optional.conversation.answers == {"first": "yes"}
    assert say(begun(), "x", "x", "x").texts == ("KS1: Cuoc hoi dung o day. Xin cam on Ong/Ba.",)


def test_again_repeats_the_question_and_counts_as_no_mistake():
    step = say(begun(), "co", "x", "x")
    repeated = say(step, "LẠI")
    assert repeated.texts == ("KS1: Cau hoi\n1. Co\n2. Khong",)
    assert repeated.conversation.wrong == step.conversation.wrong == 2
    assert "OTP" in say(begun(), "lai").texts[0]


def test_an_optional_question_may_be_left_out_and_no_other():
    assert say(begun(), "co", "bỏ qua").texts[0].startswith("Cau nay can co cau tra loi.")
    step = say(begun(), "co", "1", "bo qua")
    assert (step.conversation.asked, step.conversation.skipped) == ("third", ("second",))


def test_a_changed_answer_leads_another_way():
    step = say(begun(), "co", "1", "2", "sua", "doi")
    assert (step.conversation.asked, step.conversation.answers) == ("first", {})
    step = say(step, "khong")
    assert step.conversation.asked == "third"
    assert "second" not in say(step, "1", "2").conversation.answers
    assert say(begun(), "co", "sua").texts[0].startswith("Chua co cau nao de sua.")


def test_a_reply_counts_for_the_message_it_belongs_to():
    step = say(begun(), "co")
    state, at = step.conversation, step.conversation.since + MINUTE
    for late in (
        Incoming("x", "1", state.sent - 1, at),
        Incoming("x", "1", state.sent, state.since + QUICKEST - timedelta(milliseconds=1)),
    ):
        aside = received(FORM, state, late, at)
        assert aside == Step(replace(state, seen=(*state.seen, "x")))
    taken = received(FORM, state, Incoming("x", "1", state.sent, at), at)
    assert taken.conversation.answers == {"first": "yes"}
    again = Incoming("x", "1", taken.conversation.sent, at + MINUTE)
    assert received(FORM, taken.conversation, again, at + MINUTE) == Step(taken.conversation)


def test_after_72_hours_what_was_said_is_kept_as_a_part():
    state = say(begun(), "co", "2").conversation
    last = state.since + timedelta(hours=72)
    assert timed_out(state, last) == Step(state)
    over = timed_out(state, last + timedelta(seconds=1))
    assert (over.outcome, over.texts) == (Outcome.PARTIAL, ())
    assert over.conversation.answers == {"first": "no"}
    assert set(result(FORM, over.conversation).faults) == {"third", "last"}
    late = Incoming("x", "1", state.sent, last + MINUTE)
    step = received(FORM, state, late, last + MINUTE)
    assert (step.outcome, step.conversation.answers) == (Outcome.PARTIAL, {"first": "no"})
    assert "van duoc ghi nhan" in step.texts[0]


def test_asking_again_without_end_ends():
    step = say(begun(), *["lai"] * (MOST_SENT + 9))
    assert step.outcome is Outcome.PARTIAL
    assert step.conversation.sent == MOST_SENT + 1


def test_another_questionnaire_cannot_be_slipped_in():
    other = replace(FORM, version=2)
    with pytest.raises(ConversationError):
        say(begun(), "co", form=other)


@pytest.mark.parametrize("keyword", ["3", "CO", "KS", "CAU3", "so1", "SO12", "ks1", "ABCDE1"])
def test_a_keyword_cannot_be_mistaken_for_a_reply(keyword):
    with pytest.raises(ConversationError):
        begun(keyword=keyword)
    with pytest.raises(ConversationError):
        begun(language="km")


@given(st.lists(st.sampled_from(["co", "1", "2", "1,2", "x", "sua", "lai", "TU CHOI"]), max_size=9))
def test_a_conversation_comes_back_from_its_document(replies):
    state = say(begun(), *replies).conversation
    assert from_document(to_document(state)) == state


def test_a_damaged_document_is_told():
    good = to_document(begun().conversation)
    for broken in ({**good, "form": 2}, {**good, "stage": "x"}, {**good, "more": 1}, {"form": 1}):
        with pytest.raises(ConversationError):
            from_document(broken)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_our_texts_stand_in_both_languages_and_in_the_plain_alphabet(name):
    assert set(TEXTS[name]) == {"vi", "en"}
    longest = dict.fromkeys(("keyword", "hint", "last", "question"), "KSCC999")
    longest |= {"sender": "Trung tâm Phục vụ hành chính công tỉnh Đồng Nai", "count": "20"}
    for words_of_language in TEXTS[name].values():
        cut = parts(without_marks(words_of_language.format(**longest)))
        assert cut.encoding is Encoding.GSM7
        assert cut.count <= (2 if name == "consent" else 1)


def test_commands_are_written_as_replies_are_compared():
    assert [words for words in COMMANDS if command(words) is not COMMANDS[words]] == []
