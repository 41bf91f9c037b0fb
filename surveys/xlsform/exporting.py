"""A questionnaire becomes the sheets of a form."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from surveys.conditions import Condition, written
from surveys.kinds.yes_no import own_texts
from surveys.limits import NumberLimits
from surveys.places import entries
from surveys.questionnaire import Choice, Paging, Question, Questionnaire, Section
from surveys.wording import Wording
from surveys.xlsform.constraints import constraint
from surveys.xlsform.headers import (
    CHOICES,
    COLUMNS,
    FACTORS,
    REPLACES,
    SCALES,
    SETTINGS,
    SURVEY,
    in_language,
    language_name,
)
from surveys.xlsform.relevance import to_xpath
from surveys.xlsform.texts import to_form

Row = dict[str, str]
Sheets = dict[str, list[list[str]]]
INTRO, THANKS = "_intro", "_thanks"
YES_NO = "yes_no"
PAGES = "pages"
TYPES: Mapping[str, str] = {
    "information": "note",
    "short_text": "text",
    "long_text": "text",
    "date": "date",
    "scale": "select_one",
    "single_choice": "select_one",
    "yes_no": "select_one",
    "multiple_choice": "select_multiple",
}
# What a column holds whether anything stands in it or not, so that the sheet is a form anywhere.
ALWAYS = {
    SURVEY: {"type", "name", "required", "relevant", "constraint", "appearance"},
    CHOICES: {"list_name", "name"},
    SETTINGS: {"form_title", "form_id", "version", "default_language"},
}


def to_sheets(questionnaire: Questionnaire) -> Sheets:
    """Write a questionnaire as an XLSForm.

    Parameters
    ----------
    questionnaire : Questionnaire
        One without faults.

    Returns
    -------
    dict of sheet name to rows of text
        The first row is the header. `surveys.xlsform.importing.from_sheets` gives the document
        of an equal questionnaire.
    """
    writer = _Writer(questionnaire)
    rows = {
        SURVEY: list(writer.survey()),
        CHOICES: list(writer.choices()),
        SETTINGS: [writer.settings()],
        FACTORS: [
            {
                "code": factor.code,
                "filled_from": factor.filled_from.value if factor.filled_from else "",
                **writer.worded("title", factor.titles),
            }
            for factor in questionnaire.factors
        ],
        SCALES: [
            {"list_name": scale.code, "satisfied_from": str(scale.satisfied_from)}
            for scale in questionnaire.scales
        ],
        REPLACES: [
            {"new": it.new, "old": it.old, "reason": it.reason or ""}
            for it in questionnaire.replaces
        ],
    }
    own = {FACTORS, SCALES, REPLACES}
    return {
        name: _sheet(name, found, questionnaire.languages)
        for name, found in rows.items()
        if found or name not in own
    }


def _sheet(name: str, rows: Sequence[Row], languages: Sequence[str]) -> list[list[str]]:
    """Lay rows out in columns, without those of ours that nothing stands in."""
    plain, worded = COLUMNS[name]
    wordings = [in_language(column, code) for column in worded for code in languages]
    order = [*plain[:2], *wordings, *plain[2:]]
    used = {column for row in rows for column, cell in row.items() if cell}
    kept = [column for column in order if column in used or column in ALWAYS.get(name, ())]
    return [kept, *([row.get(column, "") for column in kept] for row in rows)]


class _Writer:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.asked = questionnaire
        self.questions = {question.code: question for question in questionnaire.questions}
        self.lists: dict[str, tuple[Choice, ...]] = {
            scale.code: scale.choices for scale in questionnaire.scales
        }

    def worded(self, column: str, wording: Wording | None) -> Row:
        return {in_language(column, code): text for code, text in (wording or {}).items()}

    def piped(self, column: str, wording: Wording | None) -> Row:
        return {key: to_form(text) for key, text in self.worded(column, wording).items()}

    def settings(self) -> Row:
        asked, first = self.asked, self.asked.languages[0]
        paged = asked.paging is not Paging.WHOLE
        return {
            "form_title": asked.titles[first],
            **self.worded("heading", asked.titles),
            **self.worded("protection", asked.label),
            "form_id": asked.code,
            "version": str(asked.version),
            "default_language": language_name(first),
            "style": PAGES if paged else "",
            "paging": asked.paging.value if paged else "",
            "drafts": " ".join(asked.drafts),
        }

    def survey(self) -> Iterator[Row]:
        yield {"type": "note", "name": INTRO, **self.worded("label", self.asked.intro)}
        for section in self.asked.sections:
            yield from self.section(section)
        yield {"type": "note", "name": THANKS, **self.worded("label", self.asked.thanks)}

    def section(self, section: Section) -> Iterator[Row]:
        yield {
            "type": "begin_group",
            "name": section.code,
            **self.piped("label", section.titles),
            **self.condition(section.only_if),
            "shuffled": _yes(section.shuffled),
        }
        for questions in entries(section):
            first = questions[0]
            if first.matrix is None:
                yield self.question(first)
                continue
            yield {
                "type": "begin_group",
                "name": first.matrix,
                **self.piped("label", first.matrix_texts),
                "appearance": "table-list",
                "faces": _told(first.faces),
                "shuffled": _yes(first.shuffled),
            }
            yield from ({**self.question(row), "faces": ""} for row in questions)
            yield {"type": "end_group"}
        yield {"type": "end_group"}

    def question(self, asked: Question) -> Row:
        kind = asked.kind
        number = asked.limits if isinstance(asked.limits, NumberLimits) else None
        role = "" if kind == "information" else asked.role.value
        return {
            "type": self.type_of(asked),
            "name": asked.code,
            **self.piped("label", asked.texts),
            **self.piped("hint", asked.hints),
            **self.worded("unit", number.unit if number else None),
            "required": _yes(asked.required),
            **self.condition(asked.only_if),
            "constraint": constraint(asked),
            "appearance": "multiline" if kind == "long_text" else "",
            "kind": kind,
            "role": role,
            "factor": asked.factor or "",
            "attributed_to": asked.attributed_to.value if asked.attributed_to else "",
            "satisfied_from": "" if asked.scale else _exact(asked.satisfied_from),
            "decimals": str(number.decimals) if number and number.decimals else "",
            "faces": _told(asked.faces),
        }

    def condition(self, condition: Condition | None) -> Row:
        if condition is None:
            return {}
        return {"relevant": to_xpath(condition, self.questions), "only_if": written(condition)}

    def type_of(self, asked: Question) -> str:
        if asked.kind == "number":
            limits = asked.limits
            return "decimal" if isinstance(limits, NumberLimits) and limits.decimals else "integer"
        kind = TYPES[asked.kind]
        return f"{kind} {self.list_of(asked)}" if asked.choices else kind

    def list_of(self, asked: Question) -> str:
        if asked.scale:
            return asked.scale
        name = YES_NO if self.plain_yes_no(asked) else asked.code
        while self.lists.get(name, asked.choices) != asked.choices:
            name += "_list"
        self.lists[name] = asked.choices
        return name

    def plain_yes_no(self, asked: Question) -> bool:
        return asked.kind == YES_NO and all(
            choice.texts == own_texts(choice.code, self.asked.languages) for choice in asked.choices
        )

    def choices(self) -> Iterator[Row]:
        for name, options in self.lists.items():
            for option in options:
                yield {
                    "list_name": name,
                    "name": option.code,
                    **self.worded("label", option.texts),
                    "points": _exact(option.value),
                    "exclusive": _yes(option.exclusive),
                }


def _yes(holds: bool) -> str:
    return "yes" if holds else ""


def _told(holds: bool | None) -> str:
    return "" if holds is None else "yes" if holds else "no"


def _exact(value: Fraction | None) -> str:
    return "" if value is None else str(value)
