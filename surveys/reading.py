"""A JSON document becomes a questionnaire, or the list of everything that is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any

from surveys.document import Node, parse, refuse_clashes
from surveys.errors import Fault, QuestionnaireError
from surveys.questionnaire import DEFAULT_LANGUAGES, Factor, FilledFrom, Questionnaire, Section
from surveys.reading_logic import with_logic
from surveys.reading_options import coded, scale, wording
from surveys.reading_questions import Context, entry

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
REQUIRED = ("code", "version", "titles", "intro", "thanks", "label", "sections")
OPTIONAL = ("languages", "factors", "scales", "paging", "replaces", "drafts")


def read_questionnaire(document: bytes | Mapping[str, Any]) -> Questionnaire:
    """Read a questionnaire.

    Parameters
    ----------
    document : bytes or mapping
        A JSON file, or what a JSON file holds.

    Returns
    -------
    Questionnaire
        Every text is there in every language and in composed form (NFC), codes are unique,
        and what a question refers to exists. `surveys.checking.check` judges its meaning.

    Raises
    ------
    QuestionnaireError
        If there is any fault; it lists them all.
    """
    faults: list[Fault] = []
    questionnaire = _questionnaire(Node(parse(document), "", faults))
    if faults:
        raise QuestionnaireError(faults)
    return questionnaire


def _questionnaire(root: Node) -> Questionnaire:
    parts = root.members(REQUIRED, OPTIONAL)
    languages = _languages(parts["languages"])
    factors = tuple(_factor(node, languages) for node in coded(parts["factors"]))
    scales = tuple(scale(node, languages) for node in coded(parts["scales"]))
    context = Context(
        languages,
        factors=[factor.code for factor in factors],
        scales={scale.code: scale for scale in scales},
        codes=[],
    )
    sections = tuple(_section(node, context) for node in coded(parts["sections"]))
    # A question's code names its form field and its column: one namespace for the document.
    refuse_clashes(context.codes)
    questionnaire = Questionnaire(
        code=parts["code"].code(),
        version=parts["version"].integer(1),
        languages=languages,
        titles=wording(parts["titles"], languages),
        intro=wording(parts["intro"], languages),
        thanks=wording(parts["thanks"], languages),
        label=wording(parts["label"], languages),
        factors=factors,
        scales=scales,
        sections=sections,
        drafts=_drafts(parts["drafts"], languages),
    )
    return with_logic(root, questionnaire)


def _languages(node: Node) -> tuple[str, ...]:
    if not node.present:
        return DEFAULT_LANGUAGES
    elements = node.elements()
    for element in elements:
        if not (isinstance(element.value, str) and LANGUAGE.fullmatch(element.value)):
            element.refuse("bad_language")
    refuse_clashes(elements)
    return tuple(element.value for element in elements if isinstance(element.value, str))


def _drafts(node: Node, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Read which languages are drafts; the first is what people fall back on and cannot be."""
    if not node.present:
        return ()
    return tuple(element.one_of(languages[1:], "unknown_draft") for element in node.elements())


def _factor(node: Node, languages: tuple[str, ...]) -> Factor:
    parts = node.members(("code", "titles"), ("filled_from",))
    source = parts["filled_from"].one_of(tuple(FilledFrom))
    return Factor(
        parts["code"].code(),
        wording(parts["titles"], languages),
        FilledFrom(source) if source else None,
    )


def _section(node: Node, context: Context) -> Section:
    parts = node.members(("code", "titles", "questions"), ("only_if", "shuffled"))
    return Section(
        code=parts["code"].code(),
        titles=wording(parts["titles"], context.languages),
        questions=tuple(
            question for node in parts["questions"].elements() for question in entry(node, context)
        ),
    )
