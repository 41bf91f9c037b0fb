"""The library of questionnaires: what may be kept, published, withdrawn, and never changed."""

import inspect
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import LogEntry, QuestionnaireVersion, Round
from app.queries import questionnaires as rows
from app.services import questionnaire_choice, questionnaires, rounds
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import QuestionnaireState
from surveys import instruments
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash
from tests.questionnaires import small

DRAFT, PUBLISHED, WITHDRAWN = QuestionnaireState


def document(version: int = 1, code: str = "tinh", **more: Any) -> dict[str, Any]:
    question = small.asked("single_choice", choices=small.choices("ab"), **more)
    return small.document(question) | {"code": code, "version": version}


def content(version: int = 1, code: str = "tinh", **more: Any) -> bytes:
    return json.dumps(document(version, code, **more)).encode()


def kept(version: int = 1, code: str = "tinh", **more: Any) -> int:
    return questionnaires.keep(SYSTEM, content(version, code, **more))


def published(version: int = 1, code: str = "tinh", **more: Any) -> int:
    number = kept(version, code, **more)
    questionnaires.publish(SYSTEM, number)
    return number


def state(number: int) -> QuestionnaireState:
    db.session.rollback()
    found = rows.one(number)
    assert found is not None
    return found.state


def acts() -> list[str]:
    db.session.rollback()
    bodies = db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq))
    return [json.loads(body)["act"] for body in bodies]


def test_a_document_becomes_a_draft_with_its_hash(app: Flask):
    found = rows.one(questionnaires.keep(SYSTEM, content(), "theo họp ngày 12/5"))
    assert (found.code, found.version, found.state) == ("tinh", 1, DRAFT)
    assert found.hash == version_hash(read_questionnaire(document()))
    assert read_questionnaire(found.document) == read_questionnaire(document())
    assert (found.note, found.published_at) == ("theo họp ngày 12/5", None)
    assert acts() == ["questionnaire.kept"]


def test_a_faulty_document_is_told_as_a_whole_and_not_kept(app: Flask):
    wrong = document() | {"thanks": {"vi": "Cảm ơn"}, "colour": "red"}
    wrong["sections"][0]["questions"][0]["kind"] = "radio"
    with pytest.raises(InvalidInputError) as refused:
        questionnaires.keep(SYSTEM, json.dumps(wrong).encode())
    paths = {fault.path for fault in refused.value.faults}
    assert paths == {"thanks", "colour", "sections[0].questions[0].kind"}
    assert (rows.all_versions(), acts()) == ([], [])


def test_a_document_without_sense_is_not_kept(app: Flask):
    question = small.asked("single_choice", choices=small.choices("a"))
    with pytest.raises(InvalidInputError) as refused:
        questionnaires.keep(SYSTEM, json.dumps(small.document(question)).encode())
    assert [fault.code for fault in refused.value.faults] == ["too_few_choices"]


@pytest.mark.parametrize("code", instruments.available())
def test_no_own_document_takes_the_code_of_a_shipped_one(app: Flask, code: str):
    with pytest.raises(InvalidInputError) as refused:
        kept(7, code)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("code", "shipped_code")
    ]
    assert code in refused.value.faults[0].message("vi")


def test_a_draft_is_replaced_by_the_next_of_its_version(app: Flask):
    first = kept()
    second = kept(required=True)
    assert first == second
    assert rows.one(first).hash == version_hash(read_questionnaire(document(required=True)))
    assert acts() == ["questionnaire.kept", "questionnaire.replaced"]


def test_the_same_document_again_changes_nothing(app: Flask):
    number = published()
    before = acts()
    assert kept() == number
    assert (state(number), acts()) == (PUBLISHED, before)


def test_a_draft_is_deleted(app: Flask):
    number = kept()
    questionnaires.discard(SYSTEM, number)
    assert rows.one(number) is None
    assert acts()[-1] == "questionnaire.deleted"


def test_publishing_is_told_with_who_and_when(app: Flask):
    number = published()
    found = rows.one(number)
    assert found.state is PUBLISHED
    assert found.published_at is not None
    assert acts()[-1] == "questionnaire.published"


def test_a_version_is_published_once(app: Flask):
    number = published()
    with pytest.raises(WrongStateError):
        questionnaires.publish(SYSTEM, number)


def test_a_lower_version_than_a_published_one_is_refused(app: Flask):
    published(3)
    number = kept(2)
    with pytest.raises(InvalidInputError) as refused:
        questionnaires.publish(SYSTEM, number)
    assert [fault.code for fault in refused.value.faults] == ["version_not_raised"]
    assert state(number) is DRAFT


def test_another_content_under_a_published_version_is_refused(app: Flask):
    published(1)
    with pytest.raises(InvalidInputError) as refused:
        kept(1, required=True)
    assert [fault.code for fault in refused.value.faults] == ["version_not_raised"]


def test_what_would_misread_old_answers_is_not_published(app: Flask):
    published(1)
    number = questionnaires.keep(SYSTEM, other_kind(2))
    with pytest.raises(InvalidInputError) as refused:
        questionnaires.publish(SYSTEM, number)
    assert [fault.code for fault in refused.value.faults] == ["kind_changed"]


def other_kind(version: int) -> bytes:
    found = small.document(small.asked("yes_no")) | {"code": "tinh", "version": version}
    return json.dumps(found).encode()


def test_a_code_that_meant_something_else_two_versions_ago_is_refused_too(app: Flask):
    published(1)
    between = small.document(small.asked("yes_no", "other")) | {"code": "tinh", "version": 2}
    questionnaires.publish(SYSTEM, questionnaires.keep(SYSTEM, json.dumps(between).encode()))
    number = questionnaires.keep(SYSTEM, other_kind(3))
    with pytest.raises(InvalidInputError) as refused:
        questionnaires.publish(SYSTEM, number)
    assert [fault.code for fault in refused.value.faults] == ["kind_changed"]


def test_a_withdrawn_version_still_counts_as_published(app: Flask):
    questionnaires.withdraw(SYSTEM, published(5))
    number = kept(4)
    with pytest.raises(InvalidInputError):
        questionnaires.publish(SYSTEM, number)


def test_a_withdrawn_version_is_offered_again_as_it_was(app: Flask):
    number = published()
    questionnaires.withdraw(SYSTEM, number)
    assert "tinh@1" not in references()
    before = rows.one(number)
    questionnaires.offer_again(SYSTEM, number)
    assert (state(number), rows.one(number).published_at) == (PUBLISHED, before.published_at)
    assert "tinh@1" in references()


def references() -> list[str]:
    db.session.rollback()
    return [offer.reference for offer in questionnaire_choice.offers()]


@pytest.mark.parametrize("act", [questionnaires.withdraw, questionnaires.offer_again])
def test_a_draft_is_neither_withdrawn_nor_offered_again(app: Flask, act: Callable[..., None]):
    number = kept()
    with pytest.raises(WrongStateError):
        act(SYSTEM, number)
    assert state(number) is DRAFT


ACTS = (
    questionnaires.discard,
    questionnaires.publish,
    questionnaires.withdraw,
    questionnaires.offer_again,
)


def test_every_act_on_a_version_is_among_those_tried_here():
    found = {
        function
        for name, function in inspect.getmembers(questionnaires, inspect.isfunction)
        if function.__module__ == questionnaires.__name__
        and not name.startswith("_")
        and "version_id" in inspect.signature(function).parameters
    }
    assert found == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_acts_on_a_missing_version_are_refused(app: Flask, act: Callable[..., None]):
    with pytest.raises(NotFoundError):
        act(SYSTEM, 4711)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_no_service_changes_what_was_published(app: Flask, withdrawn: bool):
    number = published()
    if withdrawn:
        questionnaires.withdraw(SYSTEM, number)
    before = fixed(number)
    tries = [
        *(lambda act=act: act(SYSTEM, number) for act in ACTS),
        lambda: kept(1, required=True),
        lambda: questionnaires.keep(SYSTEM, content(), "một ghi chú khác"),
        lambda: questionnaires.keep(SYSTEM, other_kind(1)),
        lambda: rounds.create_round(SYSTEM, "Quý III", 2026, False, "tinh@1"),
    ]
    for attempt in tries:
        with suppress(InvalidInputError, WrongStateError):
            attempt()
        assert fixed(number) == before


def fixed(number: int) -> tuple[object, ...]:
    """Everything of a published version that must stay; its state alone may turn."""
    db.session.rollback()
    found = db.session.get(QuestionnaireVersion, number, populate_existing=True)
    assert found is not None
    assert version_hash(read_questionnaire(found.document)) == found.hash
    return found.code, found.version, found.hash, found.document, found.note, found.published_at


def test_a_note_that_is_too_long_is_refused(app: Flask):
    with pytest.raises(InvalidInputError, match="300"):
        questionnaires.keep(SYSTEM, content(), "x" * 301)


def test_shipped_and_published_ones_are_offered(app: Flask):
    published(1)
    published(2)
    kept(3)
    assert references() == [*instruments.available(), "tinh@2", "tinh@1"]


def test_a_round_asks_a_copy_of_an_own_version(app: Flask):
    published(1)
    number = published(2, required=True)
    made = db.session.get(Round, rounds.create_round(SYSTEM, "Quý III", 2026, False, "tinh@2"))
    assert made.questionnaire_code == "tinh"
    assert made.questionnaire_hash == rows.one(number).hash
    assert made.questionnaire == to_document(read_questionnaire(document(2, required=True)))
    assert [found.id for found in rows.used()[made.questionnaire_hash]] == [made.id]
    questionnaires.withdraw(SYSTEM, number)
    assert rows.pinned(made.id).hash == made.questionnaire_hash


@pytest.mark.parametrize(
    "wanted", ["tinh@1", "tinh@2", "tinh", "tinh@", "@", "", "tinh@1x", "tinh@١"]
)
def test_a_round_asks_nothing_that_is_not_published(app: Flask, wanted: str):
    kept(1)
    questionnaires.withdraw(SYSTEM, published(2))
    with pytest.raises(InvalidInputError):
        rounds.create_round(SYSTEM, "Quý III", 2026, False, wanted)
    assert db.session.scalar(select(func.count(Round.id))) == 0


def test_the_log_names_versions_and_nothing_of_people(app: Flask):
    questionnaires.keep(SYSTEM, content(), "chị Hoa 0909123456")
    bodies = " ".join(db.session.scalars(select(LogEntry.body)))
    assert '"code":"tinh"' in bodies
    assert "Hoa" not in bodies
