"""The columns "relevant" and "only_if" of a form become the conditions of its document."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.conditions import atoms, written
from surveys.conditions_parsing import ConditionError, parse as parse_condition
from surveys.questionnaire import Question
from surveys.xlsform.faults import FormFault
from surveys.xlsform.placing import Places
from surveys.xlsform.relevance import from_formula, to_xpath
from surveys.xlsform.xpath import FormulaError, parse

Document = dict[str, Any]


def conditions(
    document: Document, places: Places, questions: Mapping[str, Question]
) -> list[FormFault]:
    """Settle every condition of a document in place, and tell what is wrong.

    The column "only_if" is ours and says it in the questionnaire's own words; "relevant" says the
    same to other programs. Where only one is there it counts; two that differ are a fault, for
    nobody could tell which one was meant.
    """
    faults: list[FormFault] = []
    for path, part in _parts(document):
        relevant, own = part.pop("relevant", ""), part.get("only_if", "")
        if not relevant:
            continue
        line = places.lines[path]
        try:
            if own and _same(own, relevant, questions):
                continue
            if own:
                fault = FormFault(line.sheet, line.number, "relevant", "conditions_differ")
                faults.append(fault)
                continue
            part["only_if"] = written(from_formula(parse(relevant), questions))
        except FormulaError as error:
            faults.append(FormFault(line.sheet, line.number, "relevant", error.code, error.value))
    return faults


def _same(own: str, relevant: str, questions: Mapping[str, Question]) -> bool:
    try:
        condition = parse_condition(own)
    except ConditionError:
        return False
    if not {atom.question for atom in atoms(condition)} <= questions.keys():
        return False
    return _squeezed(to_xpath(condition, questions)) == _squeezed(relevant)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _parts(document: Document) -> Iterator[tuple[str, Document]]:
    """Give whatever may have a condition, with its path."""
    for outer, section in enumerate(document["sections"]):
        yield f"sections[{outer}]", section
        for inner, question in enumerate(section["questions"]):
            path = f"sections[{outer}].questions[{inner}]"
            yield path, question
            for row, asked in enumerate(question.get("rows", ())):
                yield f"{path}.rows[{row}]", asked
