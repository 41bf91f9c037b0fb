"""Texts, options and scales, out of the nodes of a document."""

from collections.abc import Mapping

from surveys.document import CHOICE_CODE, Node, refuse_clashes
from surveys.errors import Fault
from surveys.kinds.yes_no import NO, YES, own_texts
from surveys.questionnaire import Choice, Scale
from surveys.wording import Wording


def coded(node: Node) -> list[Node]:
    """Give the elements of a list whose codes must differ."""
    elements = node.elements()
    refuse_clashes([element.member("code") for element in elements])
    return elements


def wording(node: Node, languages: tuple[str, ...]) -> Wording:
    """Read one text in every language of the document."""
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


def scale(node: Node, languages: tuple[str, ...]) -> Scale:
    """Read a scale that questions refer to."""
    parts = node.members(("code", "satisfied_from", "choices"))
    return Scale(
        code=parts["code"].code(),
        choices=choices(parts["choices"], languages),
        satisfied_from=parts["satisfied_from"].fraction(),
    )


def choices(node: Node, languages: tuple[str, ...]) -> tuple[Choice, ...]:
    """Read options whose codes differ."""
    return tuple(_choice(element, languages) for element in coded(node))


def _choice(node: Node, languages: tuple[str, ...]) -> Choice:
    parts = node.members(("code", "texts"), ("value", "exclusive"))
    return Choice(
        code=parts["code"].code(CHOICE_CODE),
        texts=wording(parts["texts"], languages),
        value=parts["value"].fraction() if parts["value"].present else None,
        exclusive=parts["exclusive"].boolean(),
    )


def yes_and_no(parts: Mapping[str, Node], languages: tuple[str, ...]) -> tuple[Choice, ...]:
    """Read how a question words its two options."""
    return tuple(_fixed_choice(code, parts[code], languages) for code in (YES, NO))


def _fixed_choice(code: str, node: Node, languages: tuple[str, ...]) -> Choice:
    """Give an option in the words of the document, or in ours."""
    if node.present:
        return Choice(code, wording(node, languages))
    own = own_texts(code, languages)
    if own is None:
        node.faults.append(Fault(node.path, "words_missing"))
    return Choice(code, own or Wording({}))
