"""YAML text -> plain mappings whose scalars are still text, so that no number is rounded."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

from analysis.scoring.errors import ScoringFault

LARGEST = 2_000_000
# Entries whose text may hold a comma without quotation marks.
PROSE = frozenset({"title", "name", "note"})


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

        Between braces, a title that holds commas is one: ``{title: Sở, ban, ngành}`` has one
        entry, though YAML by itself sees two keys more that have no colon.
        """
        mapping: dict[Hashable, Any] = {}
        prose: str | None = None
        for key_node, value_node in node.value:
            if prose is not None and self.is_bare(key_node, value_node):
                mapping[prose] += f", {key_node.value}"
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be plain text", key_node.start_mark
                )
            key = key_node.value
            if key in mapping:
                line = key_node.start_mark.line + 1
                self.doubled.append(ScoringFault(line, "", key, "duplicate_key"))
            mapping[key] = self.construct_object(value_node, deep=deep)
            prose = key if key in PROSE and is_plain(value_node) else None
        return mapping

    def is_bare(self, key: yaml.Node, value: yaml.Node) -> bool:
        """Tell a word between commas from a key, which has a colon."""
        between = self.text[key.end_mark.index : value.end_mark.index]
        return is_plain(key) and ":" not in between


def is_plain(node: yaml.Node) -> bool:
    """Tell text without quotation marks."""
    return isinstance(node, yaml.ScalarNode) and node.style is None


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
