"""Which round a reply belongs to, and which questionnaires can be asked by message."""

from dataclasses import replace
from datetime import timedelta

from surveys import instruments
from surveys.conversation import (
    Incoming,
    received,
    timed_out,
)
from surveys.conversation_choosing import assigned
from surveys.conversation_fit import MOST_PARTS, unsuitable
from surveys.reading import read_questionnaire
from tests.questionnaires.small import asked, choice, document, scale, words
from tests.surveys.replying import FORM, MINUTE, NOW, begun, say


def two_rounds():
    older, newer = say(begun(keyword="KS1"), "co"), say(begun(keyword="KS2"), "co", "lai")
    return {"one": older.conversation, "two": newer.conversation}


def where(conversations, text, at=NOW + 9 * MINUTE, known=()):
    found = assigned(conversations, "m", text, at, known)
    return found and (found[0], found[1].text, found[1].is_clear)


def test_a_reply_goes_to_the_round_that_wrote_last_or_to_the_one_it_names():
    rounds = two_rounds()
    assert where(rounds, "1") == ("two", "1", True)
    assert where(rounds, "ks1: 1") == ("one", "1", True)
    assert where(rounds, "KS1") == ("one", "", True)
    assert where(rounds, "KS3 1") is None
    assert where(rounds, "cau1") == ("two", "cau1", True)
    rounds["two"] = timed_out(rounds["two"], NOW + timedelta(days=9)).conversation
    assert where(rounds, "KS2 1") is None
    assert where(rounds, "1") == ("one", "1", True)


def test_a_reply_between_two_messages_belongs_to_neither_for_certain():
    rounds = two_rounds()
    near = replace(rounds["one"], since=rounds["two"].since - timedelta(seconds=4))
    assert where({**rounds, "one": near}, "1") == ("two", "1", False)
    assert where(rounds, "1", rounds["two"].since + timedelta(seconds=4)) is None
    unclear = Incoming("m", "1", near.sent, near.since + MINUTE, is_clear=False)
    step = received(FORM, near, unclear, near.since + MINUTE)
    assert (step.conversation.answers, step.conversation.sent) == ({}, near.sent + 1)


def test_a_reply_handed_over_again_belongs_to_nothing():
    rounds = two_rounds()
    assert where(rounds, "1", known=["m"]) is None
    rounds["one"] = replace(rounds["one"], seen=("m",))
    assert where(rounds, "1") is None


def test_a_wish_to_stop_always_finds_a_round():
    rounds = two_rounds()
    assert where(rounds, "TU CHOI") == ("two", "TU CHOI", True)
    assert where(rounds, "KS1 stop") == ("one", "stop", True)
    assert where(rounds, "KS9 stop")[0] == "two"
    assert where({"one": timed_out(rounds["one"], NOW + timedelta(days=9)).conversation}, "STOP")
    assert where({}, "STOP") is None


def faults_of(*questions, **more):
    found = unsuitable(read_questionnaire(document(*questions, **more)))
    return [(fault.path.rsplit(".", 1)[-1], fault.code, fault.value) for fault in found]


def labelled(*labels):
    options = [{**choice(f"c{at}"), "texts": words(label)} for at, label in enumerate(labels)]
    return asked("single_choice", choices=options)


def test_a_questionnaire_that_fits_has_no_faults_and_a_shipped_one_fits():
    assert unsuitable(FORM) == ()
    assert unsuitable(instruments.load("citizen_satisfaction")) == ()


def test_what_does_not_fit_into_messages_is_told():
    assert faults_of(asked("date"), asked("yes_no", "p")) == [("kind", "reply_kind", "date")]
    assert faults_of(asked("long_text", role="comment", max_length=9)) == [
        ("sections", "reply_nothing_asked", None)
    ]
    ten = asked("scale", scale="levels")
    assert faults_of(ten, scales=[scale(10)]) == [("choices", "reply_too_many_choices", 10)]
    wordy = asked("yes_no", texts=words("Ông/Bà " * 43, "Short"))
    assert faults_of(wordy) == [("vi", "reply_too_long", MOST_PARTS + 1)]
    many = [asked("yes_no", f"q{number}") for number in range(21)]
    assert faults_of(*many) == [("sections", "reply_too_many_questions", 21)]
    smile = asked("yes_no", texts=words("Vui 😀", "Glad"))
    assert faults_of(smile) == [("vi", "reply_outside_gsm", "😀")]


def test_options_that_would_be_misread_are_told():
    assert set(faults_of(labelled("Bán", "Bạn", "Khác"))) == {
        ("choices", "reply_choices_alike", "ban")
    }
    assert set(faults_of(labelled("Đúng", "Sai"))) == {
        ("choices[0]", "reply_choice_misread", "Đúng")
    }
    assert set(faults_of(labelled("2", "1"))) == {
        ("choices[0]", "reply_choice_misread", "2"),
        ("choices[1]", "reply_choice_misread", "1"),
    }
    assert faults_of(labelled("1", "2")) == []
