"""A JSON document becomes a questionnaire, or the list of everything that is wrong with it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.document import ABSENT, CHOICE_CODE, Node, parse, refuse_clashes
from surveys.errors import Fault, QuestionnaireError
from surveys.kinds import KINDS
from surveys.questionnaire import (
    DEFAULT_LANGUAGES,
    AttributedTo,
    Choice,
    Factor,
    Question,
    Questionnaire,
    Role,
    Scale,
    Section,
)
from surveys.wording import Wording

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
REQUIRED = ("code", "version", "titles", "intro", "thanks", "label", "sections")
OPTIONAL = ("languages", "factors", "scales")
QUESTION_REQUIRED = ("code", "kind", "role", "texts")
QUESTION_OPTIONAL = ("required", "hints", "factor", "attributed_to")
NOWHERE = Node(ABSENT, "", [])
KIND_PROPERTIES = tuple(sorted({name for kind in KINDS.values() for name in kind.properties}))


@dataclass(frozen=True)
class _Context:
    """What the questions of a document may refer to, and the codes they have taken."""

    languages: tuple[str, ...]
    factors: Collection[str]
    scales: Mapping[str, Scale]
    codes: list[Node]


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
    factors = tuple(_factor(node, languages) for node in _coded(parts["factors"]))
    scales = tuple(_scale(node, languages) for node in _coded(parts["scales"]))
    context = _Context(
        languages,
        factors=[factor.code for factor in factors],
        scales={scale.code: scale for scale in scales},
        codes=[],
    )
    sections = tuple(_section(node, context) for node in _coded(parts["sections"]))
    # A question's code names its form field and its column: one namespace for the document.
    refuse_clashes(context.codes)
    return Questionnaire(
        code=parts["code"].code(),
        version=parts["version"].integer(1),
        languages=languages,
        titles=_wording(parts["titles"], languages),
        intro=_wording(parts["intro"], languages),
        thanks=_wording(parts["thanks"], languages),
        label=_wording(parts["label"], languages),
        factors=factors,
        scales=scales,
        sections=sections,
    )


def _coded(node: Node) -> list[Node]:
    """Give the elements of a list whose codes must differ."""
    elements = node.elements()
    refuse_clashes([element.member("code") for element in elements])
    return elements


def _languages(node: Node) -> tuple[str, ...]:
    if not node.present:
        return DEFAULT_LANGUAGES
    elements = node.elements()
    for element in elements:
        if not (isinstance(element.value, str) and LANGUAGE.fullmatch(element.value)):
            element.refuse("bad_language")
    refuse_clashes(elements)
    return tuple(element.value for element in elements if isinstance(element.value, str))


def _wording(node: Node, languages: tuple[str, ...]) -> Wording:
    if not isinstance(node.value, Mapping):
        node.refuse("not_object")
        return Wording({})
    for language in node.value:
        if language not in languages:
            node.member(str(language)).refuse("unknown_language")
    node.note_doubled()
    texts = {}
    for language in languages:
        text = node.member(language)
        if not text.present:
            node.refuse("missing_translation", language=language)
        texts[language] = text.text()
    return Wording(texts)


def _factor(node: Node, languages: tuple[str, ...]) -> Factor:
    parts = node.members(("code", "titles"))
    return Factor(parts["code"].code(), _wording(parts["titles"], languages))


def _scale(node: Node, languages: tuple[str, ...]) -> Scale:
    parts = node.members(("code", "satisfied_from", "choices"))
    return Scale(
        code=parts["code"].code(),
        choices=_choices(parts["choices"], languages),
        satisfied_from=parts["satisfied_from"].fraction(),
    )


def _choices(node: Node, languages: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(_choice(element, languages) for element in _coded(node))


def _choice(node: Node, languages: tuple[str, ...]) -> Choice:
    parts = node.members(("code", "texts"), ("value", "exclusive"))
    return Choice(
        code=parts["code"].code(CHOICE_CODE),
        texts=_wording(parts["texts"], languages),
        value=parts["value"].fraction() if parts["value"].present else None,
        exclusive=parts["exclusive"].boolean(),
    )


def _section(node: Node, context: _Context) -> Section:
    parts = node.members(("code", "titles", "questions"))
    return Section(
        code=parts["code"].code(),
        titles=_wording(parts["titles"], context.languages),
        questions=tuple(_question(element, context) for element in parts["questions"].elements()),
    )


def _question(node: Node, context: _Context) -> Question:
    kind = node.member("kind")
    known = KINDS.get(kind.value) if isinstance(kind.value, str) else None
    # A question of unknown kind may have any property: one fault is enough.
    needed, allowed = (known.properties, ()) if known else ((), KIND_PROPERTIES)
    parts = node.members((*QUESTION_REQUIRED, *needed), (*QUESTION_OPTIONAL, *allowed))
    context.codes.append(parts["code"])
    scale = _named_scale(parts.get("scale", NOWHERE), context)
    own_choices = _choices(parts.get("choices", NOWHERE), context.languages)
    role = parts["role"].one_of(tuple(Role))
    attributed_to = parts["attributed_to"].one_of(tuple(AttributedTo))
    length = parts.get("max_length", NOWHERE)
    return Question(
        code=parts["code"].code(),
        kind=kind.one_of(tuple(KINDS), "unknown_kind"),
        role=Role(role) if role else Role.DEMOGRAPHIC,
        texts=_wording(parts["texts"], context.languages),
        required=parts["required"].boolean(),
        hints=_wording(parts["hints"], context.languages) if parts["hints"].present else None,
        factor=parts["factor"].one_of(context.factors, "unknown_factor") or None,
        attributed_to=AttributedTo(attributed_to) if attributed_to else None,
        choices=scale.choices if scale else own_choices,
        scale=scale.code if scale else None,
        satisfied_from=scale.satisfied_from if scale else None,
        max_length=length.integer(1) if length.present else None,
    )


def _named_scale(node: Node, context: _Context) -> Scale | None:
    return context.scales.get(node.one_of(tuple(context.scales), "unknown_scale"))
