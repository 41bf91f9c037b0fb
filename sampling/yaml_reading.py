"""Reading what people write in YAML, and naming every fault by its place in the document."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import yaml

from sampling.errors import Fault, SamplingError, Texts

DOCUMENT_MESSAGES: dict[str, dict[str, str]] = {
    "broken_yaml": {
        "vi": "không đọc được YAML: kiểm tra thụt dòng, dấu ngoặc, mục ghi hai lần, mã UTF-8",
        "en": "the YAML cannot be read: check indentation, brackets, entries written twice, UTF-8",
    },
    "missing_key": {"vi": "thiếu mục này", "en": "this entry is missing"},
    "unknown_key": {
        "vi": "không có mục «{value}»; các mục hợp lệ: {allowed}",
        "en": "there is no entry «{value}»; known entries: {allowed}",
    },
    "wrong_kind": {
        "vi": "«{value}» không đúng dạng: cần {expected}",
        "en": "«{value}» has the wrong form: {expected} is needed",
    },
    "reason": {"vi": "{reason}", "en": "{reason}"},
}


class StrictLoader(yaml.SafeLoader):
    """The safe loader, without what surprises people who write labels of their data.

    Names are text as they stand, so that "No" and "01" stay what they are; a second entry of the
    same name is refused, where it would replace the first. Only true and false are no text.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose names are all different."""
        self.flatten_mapping(node)
        found: dict[Hashable, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.value in found:
                raise yaml.constructor.ConstructorError(
                    None, None, "a name is no text, or used twice", name.start_mark
                )
            found[name.value] = self.construct_object(value, deep=deep)
        return found


BOOLEAN = "tag:yaml.org,2002:bool"
StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver(BOOLEAN, re.compile("true|false"), ["t", "f"])


class DocumentFault(Fault):
    """A fault of a document, or of data in the light of one."""

    texts: ClassVar[Texts] = MappingProxyType({**Fault.texts, **DOCUMENT_MESSAGES})

    def message(self, locale: str) -> str:
        """As `Fault.message`; an error that the fault quotes speaks the same language."""
        reason = self.params.get("reason")
        if isinstance(reason, SamplingError):
            return self.texts[self.code][locale].format(reason=reason.message(locale))
        return super().message(locale)


@dataclass
class Reader:
    """A document being read: takes what is right and notes what is not.

    Attributes
    ----------
    kind : type of DocumentFault
        What faults are made of.
    """

    kind: type[DocumentFault] = DocumentFault
    faults: list[Fault] = field(default_factory=list)

    def document(self, content: bytes) -> object:
        """Parse YAML in UTF-8; None and a fault where it cannot be."""
        try:
            return yaml.load(content, Loader=StrictLoader)  # noqa: S506  (a SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            row = mark.line + 1 if mark else None
            self.faults.append(self.kind(row, "", "", "broken_yaml"))
            return None

    def blame(self, path: str, value: object, code: str, **params: Any) -> None:
        """Note a fault of one place."""
        shown = "" if value is None else str(value)
        self.faults.append(self.kind(None, path, shown, code, params))

    def mapping(self, path: str, value: object, keys: tuple[str, ...]) -> Mapping[str, Any] | None:
        """Read a mapping and name every key it should not have; None if it is none."""
        if not isinstance(value, dict):
            self.blame(path, value, "wrong_kind", expected="{…}")
            return None
        for key in value:
            place = f"{path}.{key}".lstrip(".")
            if key not in keys:
                self.blame(place, key, "unknown_key", allowed=", ".join(keys))
        return value

    def choice(self, path: str, value: object, allowed: tuple[str, ...]) -> str:
        """Read one of a few words."""
        word = self.text(path, value)
        if word and word not in allowed:
            self.blame(path, word, "unknown_word", allowed=", ".join(allowed))
        return word

    def texts(self, path: str, value: object) -> tuple[str, ...]:
        """Read a list of texts, or one text for a list of one."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(self.text(f"{path}[{at}]", item) for at, item in enumerate(items))

    def text(self, path: str, value: object) -> str:
        """Read a text."""
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.blame(path, value, "wrong_kind", expected="chữ / text")
            return ""
        return value.strip()
