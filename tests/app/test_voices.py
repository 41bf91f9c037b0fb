"""Recordings of questions: kept by their words, logged, let go with the words."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import LogEntry, Voice
from app.queries import voices as rows
from app.services import questionnaires, voices
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import SYSTEM
from surveys import instruments
from surveys.reading import read_questionnaire
from surveys.spoken import digest, words
from surveys.wording import Wording
from surveys.writing import version_hash
from tests.app import sound_factory
from tests.app.test_questionnaire_pages import EXAMPLE

ASKED = read_questionnaire(EXAMPLE)
FIRST = "cach_nop"
SHIPPED = instruments.load("counter_rating")


def recorded() -> dict[str, str]:
    """The media type of each recording, by its words."""
    db.session.rollback()
    return {row.words: row.media_type for row in db.session.scalars(select(Voice))}


def acts() -> list[tuple[str, str]]:
    db.session.rollback()
    entries = [json.loads(entry.body) for entry in db.session.scalars(select(LogEntry))]
    return [(entry["act"], entry["object"]) for entry in entries]


def test_what_is_read_aloud_is_heading_question_hint_and_options():
    row = next(question for question in ASKED.questions if question.matrix)
    assert words(row, "en") == (
        "How satisfied are you with",
        "how staff spoke?",
        "Dissatisfied",
        "Satisfied",
        "No opinion",
    )


@pytest.mark.parametrize("asked", [ASKED, *map(instruments.load, instruments.available())])
def test_no_two_questions_that_read_differently_share_a_name(asked):
    told = {(code, words(it, code)) for it in asked.questions for code in asked.languages}
    names = {digest(it, code) for it in asked.questions for code in asked.languages}
    assert len(names) == len(told)


def test_a_voice_is_kept_replaced_and_removed_and_the_log_tells_each(app: Flask):
    question = next(question for question in ASKED.questions if question.code == FIRST)
    before = version_hash(ASKED)
    voices.keep(SYSTEM, ASKED, "vi", {FIRST: sound_factory.mp3()})
    assert recorded() == {digest(question, "vi"): "audio/mpeg"}
    voices.keep(SYSTEM, ASKED, "vi", {FIRST: sound_factory.mp3()})  # the same once more
    voices.keep(SYSTEM, ASKED, "vi", {FIRST: sound_factory.wav()}, [FIRST])
    found = rows.of_words([digest(question, "vi")])[digest(question, "vi")]
    assert (found.media_type, found.size) == ("audio/wav", len(sound_factory.wav()))
    kept = rows.sound(found.hash)
    assert kept is not None
    assert kept.content == sound_factory.wav()
    voices.keep(SYSTEM, ASKED, "en", {}, [FIRST])  # there is none in English
    voices.keep(SYSTEM, ASKED, "vi", {}, [FIRST])
    assert recorded() == {}
    assert acts() == [
        (f"voice.{act}", "questionnaire:vi_du@1") for act in ("kept", "replaced", "removed")
    ]
    assert version_hash(ASKED) == before


def test_one_bad_file_keeps_all_from_being_stored(app: Flask):
    brought = {
        FIRST: sound_factory.mp3(),
        "tre_hen": b"<script>alert(1)</script>",
        "so_ngay": sound_factory.wav(voices.MOST_BYTES, 1),
    }
    with pytest.raises(InvalidInputError) as refused:
        voices.keep(SYSTEM, ASKED, "vi", brought)
    assert [(it.question, it.text) for it in refused.value.faults] == [
        ("tre_hen", voices.NO_SOUND),
        ("so_ngay", voices.TOO_LARGE),
    ]
    for language, code in (("km", FIRST), ("vi", "khong_co")):
        with pytest.raises(NotFoundError):
            voices.keep(SYSTEM, ASKED, language, {code: sound_factory.mp3()})
    assert (recorded(), acts()) == ({}, [])


def test_other_versions_have_the_voice_of_the_words_they_share_alone(app: Flask):
    voices.keep(SYSTEM, ASKED, "vi", {code: sound_factory.mp3() for code in (FIRST, "tre_hen")})
    first, second = ASKED.questions[:2]
    mended = replace(first, texts=Wording({"vi": "Nộp bằng cách nào?", "en": "How?"}))
    assert digest(second, "vi") in recorded()
    assert digest(mended, "vi") not in recorded()
    assert digest(first, "en") not in recorded()


def test_a_voice_goes_when_no_questionnaire_asks_its_words_any_longer(app: Flask):
    number = questionnaires.keep(SYSTEM, json.dumps(EXAMPLE).encode())
    of_shipped = SHIPPED.questions[0].code
    voices.keep(SYSTEM, SHIPPED, "km", {of_shipped: sound_factory.aac()})
    voices.keep(SYSTEM, ASKED, "vi", {code: sound_factory.mp3() for code in (FIRST, "tre_hen")})
    changed = json.loads(json.dumps(EXAMPLE))
    changed["sections"][0]["questions"][0]["texts"]["vi"] += "?"
    assert questionnaires.keep(SYSTEM, json.dumps(changed).encode()) == number
    left = {digest(SHIPPED.questions[0], "km"), digest(ASKED.questions[1], "vi")}
    assert recorded().keys() == left
    questionnaires.discard(SYSTEM, number)
    assert recorded().keys() == {digest(SHIPPED.questions[0], "km")}
    gone = [act for act, place in acts() if act == "voice.removed" and place.startswith("words:")]
    assert len(gone) == 2
