"""Faults of texts that repeat answers, and of what is shuffled."""

from collections.abc import Iterator, Mapping

from surveys.conditions import questions_of
from surveys.errors import Fault
from surveys.ordering import items_of
from surveys.piping import PIECE, can_be_repeated, repeated_by
from surveys.places import entries, placed
from surveys.questionnaire import Choice, Question, Questionnaire
from surveys.wording import Wording

Earlier = Mapping[str, Question]


def piping_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Tell where braces name nothing that could be repeated there."""
    known = {question.code: question for question in questionnaire.questions}
    earlier: dict[str, Question] = {}
    for outer, section in enumerate(questionnaire.sections):
        yield from _text_faults(section.titles, f"sections[{outer}].titles", earlier, known)
        for inner, entry in enumerate(entries(section)):
            path = f"sections[{outer}].questions[{inner}]"
            yield from _text_faults(entry[0].matrix_texts, f"{path}.texts", earlier, known)
            for row, question in enumerate(entry):
                place = f"{path}.rows[{row}]" if question.matrix else path
                yield from _text_faults(question.texts, f"{place}.texts", earlier, known)
                yield from _text_faults(question.hints, f"{place}.hints", earlier, known)
                earlier[question.code] = question
    for path, wording in _plain(questionnaire):
        for code in _codes(wording):
            if code in known:
                yield Fault(path, "pipe_out_of_place", code)


def ordering_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Tell where shuffling could put a question before what it looks back to."""
    for outer, section in enumerate(questionnaire.sections):
        path = f"sections[{outer}]"
        if section.shuffled:
            yield from _shuffled_faults(items_of(section), f"{path}.shuffled")
        for inner, entry in enumerate(entries(section)):
            if entry[0].shuffled:
                rows = tuple((row,) for row in entry)
                yield from _shuffled_faults(rows, f"{path}.questions[{inner}].shuffled")


def _text_faults(
    wording: Wording | None, path: str, earlier: Earlier, known: Earlier
) -> Iterator[Fault]:
    if any(piece[0] in ("{", "}") for text in _texts(wording) for piece in PIECE.finditer(text)):
        yield Fault(path, "pipe_malformed", next(_texts(wording)))
    for code in _codes(wording):
        if code not in known:
            yield Fault(path, "pipe_unknown", code)
        elif code not in earlier:
            yield Fault(path, "pipe_not_earlier", code)
        elif not can_be_repeated(known[code]):
            yield Fault(path, "pipe_of_kind", code)


def _texts(wording: Wording | None) -> Iterator[str]:
    return iter((wording or {}).values())


def _codes(wording: Wording | None) -> list[str]:
    """Give the codes in braces, each once, in the order of the texts."""
    pieces = (piece["code"] for text in _texts(wording) for piece in PIECE.finditer(text))
    return list(dict.fromkeys(code for code in pieces if code))


def _plain(questionnaire: Questionnaire) -> Iterator[tuple[str, Wording]]:
    """Give the texts that stay as they are."""
    for name in ("titles", "intro", "thanks", "label"):
        yield name, getattr(questionnaire, name)
    for number, factor in enumerate(questionnaire.factors):
        yield f"factors[{number}].titles", factor.titles
    for number, scale in enumerate(questionnaire.scales):
        yield from _options(scale.choices, f"scales[{number}]")
    for path, question in placed(questionnaire):
        if question.scale is None:
            yield from _options(question.choices, path)


def _options(choices: tuple[Choice, ...], path: str) -> Iterator[tuple[str, Wording]]:
    for number, choice in enumerate(choices):
        yield f"{path}.choices[{number}].texts", choice.texts


def _shuffled_faults(items: tuple[tuple[Question, ...], ...], path: str) -> Iterator[Fault]:
    if len(items) < 2:
        yield Fault(path, "shuffled_alone", value=True)
    item_of = {question.code: number for number, item in enumerate(items) for question in item}
    found = {
        code: None
        for number, item in enumerate(items)
        for question in item
        for code in sorted(questions_of(question.only_if) | repeated_by(question))
        if item_of.get(code, number) != number
    }
    for code in found:
        yield Fault(path, "shuffled_reference", code)
