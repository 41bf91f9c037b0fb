"""The tally: unweighted counts of what was answered, kept up in the mixer's transactions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.database import is_sqlite
from app.models import FormTally, Tally
from app.services.sealing import Content
from app.vocabulary import Trait
from surveys.questionnaire import Question, Questionnaire

Stored = Mapping[str, str | Sequence[str]]
# Stands for everybody who chose any of several options; no option's code is empty.
ANYBODY = ""


def counted_questions(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """List the questions whose answers are counted: those with options, never what is written."""
    return tuple(question for question in questionnaire.questions if question.choices)


def counted_items(questionnaire: Questionnaire) -> tuple[str, ...]:
    """List the codes of the questions whose answers are counted."""
    return tuple(question.code for question in counted_questions(questionnaire))


def counts(items: Iterable[str], given: Iterable[Stored]) -> Counter[tuple[str, str]]:
    """Count how often each item was given each value.

    Where several options may be chosen each counts, and under "" the people who answered: what
    may be shown depends on them, not on how much they marked.

    Examples
    --------
    >>> counts(["q1"], [{"q1": "5", "q2": "x"}, {"q1": "5"}, {}])
    Counter({('q1', '5'): 2})
    >>> counts(["q1"], [{"q1": ["a", "b"]}, {"q1": ["a"]}])
    Counter({('q1', ''): 2, ('q1', 'a'): 2, ('q1', 'b'): 1})
    """
    wanted = tuple(items)
    return Counter(
        (item, value)
        for answers in given
        for item in wanted
        if item in answers
        for value in _values(answers[item])
    )


def _values(answer: str | Sequence[str]) -> tuple[str, ...]:
    return (answer,) if isinstance(answer, str) else (ANYBODY, *answer)


def month_of(day: date) -> str:
    """Name a month as the tally does.

    Examples
    --------
    >>> month_of(date(2026, 6, 30))
    '2026-06'
    """
    return f"{day:%Y-%m}"


def week_of(day: date) -> str:
    """Name a week, all that a batch tells of when it was opened (ISO 8601).

    Examples
    --------
    >>> week_of(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def add_counts(
    session: Session, cell_id: int, month: str, found: Mapping[tuple[str, str], int]
) -> None:
    """Add the counts of a batch to those of its cell and month."""
    _add(
        session,
        Tally,
        [
            {"cell_id": cell_id, "month": month, "item": item, "value": value, "n": n}
            for (item, value), n in found.items()
        ],
    )


def traits(contents: Iterable[Content]) -> Counter[tuple[Trait, str]]:
    """Count doors, and classes of duration and device where the form told them, each for itself."""
    found: Counter[tuple[Trait, str]] = Counter()
    for content in contents:
        found[Trait.DOOR, content.door] += 1
        if content.duration is not None:
            found[Trait.DURATION, str(content.duration)] += 1
        if content.device is not None:
            found[Trait.DEVICE, content.device] += 1
    return found


def add_traits(session: Session, cell_id: int, found: Mapping[tuple[Trait, str], int]) -> None:
    """Add how the answers of a batch came about to the counts of its cell."""
    _add(
        session,
        FormTally,
        [
            {"cell_id": cell_id, "trait": trait, "value": value, "n": n}
            for (trait, value), n in found.items()
        ],
    )


def _add(session: Session, model: type[Tally | FormTally], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = dialect.insert(model)
    key = [column.name for column in model.__table__.primary_key]
    # In one order, or two mixers that add to the same counts could wait for each other.
    rows.sort(key=lambda row: tuple(row[name] for name in key))
    session.execute(
        statement.on_conflict_do_update(
            index_elements=key, set_={"n": model.n + statement.excluded.n}
        ),
        rows,
    )
