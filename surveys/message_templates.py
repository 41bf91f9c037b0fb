"""A message to be sent to many as a value: its words, its places, and the name of this version."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

from surveys.document import Node, parse
from surveys.errors import Fault, MessageTemplateError
from surveys.texts import without_marks

PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
LANGUAGES = ("vi", "en")
MOST_PARTS = 4
REQUIRED = ("code", "kind", "language", "text")
OPTIONAL = ("registered", "with_marks", "most_parts")


class MessageKind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    OWNER_CHECK = "owner_check"


@dataclass(frozen=True)
class Registered:
    """A template that a vendor knows: values are handed over in its order, not as a text.

    Attributes
    ----------
    parameters : tuple of str
        Names of places, first parameter first.
    """

    template_id: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class MessageTemplate:
    """The words of a message; `surveys.template_checking` judges them.

    Attributes
    ----------
    text : str
        With places such as ``{link}``.
    registered : Registered or None
        None for free text.
    with_marks : bool
        Whether Vietnamese marks are sent, at 70 characters a part.
    most_parts : int
        How long it may be at the longest values.
    """

    code: str
    kind: MessageKind
    language: str
    text: str
    registered: Registered | None = None
    with_marks: bool = False
    most_parts: int = 1

    @property
    def places(self) -> tuple[str, ...]:
        """Names of its places, each once, in the order of the text."""
        return tuple(dict.fromkeys(PLACE.findall(self.text)))

    def filled(self, values: Mapping[str, str]) -> str:
        """Give the text that is sent.

        Parameters
        ----------
        values : mapping of place to str
            What has no place in the text is passed over. Values are not searched for places.

        Returns
        -------
        str
            Without Vietnamese marks, unless the template keeps them.

        Raises
        ------
        MessageTemplateError
            If a place has no value, or a blank one.
        """
        given = self._given(values)
        text = PLACE.sub(lambda place: given[place[1]], self.text)
        return text if self.with_marks else without_marks(text)

    def parameters(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Give the values in the order of the vendor's template; none for free text.

        Raises
        ------
        MessageTemplateError
            If a place has no value, or a blank one.
        """
        if self.registered is None:
            return ()
        given = self._given(values)
        ordered = tuple(given[place] for place in self.registered.parameters)
        return ordered if self.with_marks else tuple(map(without_marks, ordered))

    def _given(self, values: Mapping[str, str]) -> dict[str, str]:
        listed = self.registered.parameters if self.registered else ()
        wanted = tuple(dict.fromkeys((*self.places, *listed)))
        blank = [place for place in wanted if not values.get(place, "").strip()]
        if blank:
            raise MessageTemplateError(
                [Fault(self.code, "place_without_value", place) for place in blank]
            )
        return {place: values[place].strip() for place in wanted}


def to_document(template: MessageTemplate) -> dict[str, Any]:
    """Give the document that `read_template` reads back to an equal value."""
    document: dict[str, Any] = {
        "code": template.code,
        "kind": template.kind.value,
        "language": template.language,
        "text": template.text,
    }
    if template.registered:
        document["registered"] = {
            "template_id": template.registered.template_id,
            "parameters": list(template.registered.parameters),
        }
    if template.with_marks:
        document["with_marks"] = True
    if template.most_parts != 1:
        document["most_parts"] = template.most_parts
    return document


def template_hash(template: MessageTemplate) -> str:
    """Name a version of a template by its content, as `surveys.writing.version_hash` does."""
    return hashlib.sha256(rfc8785.dumps(to_document(template))).hexdigest()


def read_template(document: bytes | Mapping[str, Any]) -> MessageTemplate:
    """Read a template.

    Parameters
    ----------
    document : bytes or mapping
        A JSON file, or what a JSON file holds.

    Raises
    ------
    QuestionnaireError
        If the bytes are not JSON.
    MessageTemplateError
        If a property is missing, unknown or of the wrong kind; it lists all faults.
        `surveys.template_checking.check_template` judges what the message says.
    """
    faults: list[Fault] = []
    members = Node(parse(document), "", faults).members(REQUIRED, OPTIONAL)
    kind = members["kind"].one_of(tuple(MessageKind))
    marks, most = members["with_marks"], members["most_parts"]
    template = MessageTemplate(
        code=members["code"].code(),
        kind=MessageKind(kind or MessageKind.INVITATION),
        language=members["language"].one_of(LANGUAGES),
        text=members["text"].text(),
        registered=_registered(members["registered"]),
        with_marks=marks.boolean() if marks.present else False,
        most_parts=most.integer(1, MOST_PARTS) if most.present else 1,
    )
    if faults:
        raise MessageTemplateError(faults)
    return template


def _registered(node: Node) -> Registered | None:
    if not node.present:
        return None
    members = node.members(("template_id", "parameters"))
    listed = tuple(place.code() for place in members["parameters"].elements())
    return Registered(members["template_id"].text(), listed)
