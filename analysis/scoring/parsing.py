"""YAML text -> plain mappings whose scalars are still text, so that no number is rounded."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

from analysis.scoring.errors import ScoringFault

LARGEST = 2_000_000


@dataclass(frozen=True)
class Document:
    """A parsed document, or the faults that kept it from being parsed."""

    value: object
    faults: tuple[ScoringFault, ...] = ()


class TextLoader(yaml.BaseLoader):
    """Leaves scalars as text and remembers keys that stand twice."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.text = stream
        self.doubled: list[ScoringFault] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping, noting doubled keys; a key that is no scalar is refused.

        Between braces, text that holds a comma continues: ``{title: Sở, ban, ngành}`` has one
        entry, though YAML by itself sees two keys more that have no colon.
        """
        mapping: dict[Hashable, Any] = {}
        previous: yaml.Node | None = None
        for key_node, value_node in node.value:
            if self.continues(previous, key_node, value_node):
                mapping[next(reversed(mapping))] += f", {key_node.value}"
                continue
            previous = value_node
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be plain text", key_node.start_mark
                )
            key = key_node.value
            if key in mapping:
                line = key_node.start_mark.line + 1
                self.doubled.append(ScoringFault(line, "", key, "duplicate_key"))
            # Taken out first, so that the last key written is the last of the mapping.
            mapping.pop(key, None)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping

    def continues(self, previous: yaml.Node | None, key: yaml.Node, value: yaml.Node) -> bool:
        """Tell whether a key without a colon goes on with the plain text before it."""
        bare = ":" not in self.text[key.end_mark.index : value.end_mark.index]
        return bare and all(
            isinstance(node, yaml.ScalarNode) and not node.style for node in (previous, key)
        )


def parse_yaml(content: bytes) -> Document:
    """Parse one YAML document.

    Parameters
    ----------
    content : bytes
        UTF-8 text, with or without a byte order mark.

    Returns
    -------
    Document
        Mappings, lists and text. Faults carry the line where reading stopped; a doubled key
        keeps its last value and is a fault.
    """
    if len(content) > LARGEST:
        return failed("too_large", limit=LARGEST)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return failed("not_text", content.count(b"\n", 0, error.start) + 1)
    if not text.strip():
        return failed("empty_file")
    return parse_text(text)


def parse_text(text: str) -> Document:
    """Parse YAML text, turning every way to fail into a fault."""
    try:
        loader = TextLoader(text)
        value = loader.get_single_data()
    except yaml.reader.ReaderError:
        return failed("not_text")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        row = mark.line + 1 if mark else None
        return failed("broken_yaml", row, problem=error.problem or error.context)
    except (yaml.YAMLError, ValueError) as error:
        return failed("broken_yaml", problem=type(error).__name__)
    except RecursionError:
        return failed("broken_yaml", problem="nesting too deep")
    if value is None:
        return failed("empty_file")
    return Document(value, tuple(loader.doubled))


def failed(code: str, row: int | None = None, **params: object) -> Document:
    """Give a document that could not be parsed."""
    return Document(None, (ScoringFault(row, "", "", code, params),))
