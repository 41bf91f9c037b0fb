"""A small questionnaire asked by message, and somebody who replies."""

from datetime import UTC, datetime, timedelta

from surveys.conversation import (
    Incoming,
    Step,
    begin,
    received,
)
from surveys.reading import read_questionnaire
from tests.questionnaires.small import asked, choice, choices, document, question, words

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FORM = read_questionnaire(
    document(
        asked("yes_no", "first", required=True),
        asked("single_choice", "second", choices=choices("ab"), only_if="first = yes"),
        asked("multiple_choice", "third", choices=choices("abc"), required=True),
        asked("number", "last", required=True, min=0, max=9, unit=words("lần", "times")),
        asked("long_text", "comment", role="comment", max_length=200),
    )
)
MOODS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
MOOD = question(
    "single_choice",
    choices=[{**choice(f"m{place}"), "texts": words(label)} for place, label in enumerate(MOODS)],
)


def begun(form=FORM, language="vi", keyword="KS1") -> Step:
    return begin(form, language, keyword, "UBND phường Tam Hiệp", NOW)


def say(step: Step, *replies: str, form=FORM) -> Step:
    """Reply a minute after each message."""
    for reply in replies:
        state = step.conversation
        at = state.since + MINUTE
        incoming = Incoming(f"{reply}-{len(state.seen)}", reply, state.sent, at)
        step = received(form, state, incoming, at)
    return step
