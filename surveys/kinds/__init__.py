"""Kinds of questions: one file each, found here by name.

A new kind is a file with an object that does what `protocol.Kind` asks, and a line in `KINDS`.
A property it brings along is read in `surveys.reading` and written in `surveys.writing`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from surveys.kinds.long_text import LONG_TEXT
from surveys.kinds.protocol import Answer, Kind
from surveys.kinds.scale import ScaleKind
from surveys.kinds.short_text import SHORT_TEXT
from surveys.kinds.single_choice import SingleChoiceKind

_ALL: tuple[Kind, ...] = (ScaleKind(), SingleChoiceKind(), SHORT_TEXT, LONG_TEXT)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})

__all__ = ["KINDS", "Answer", "Kind"]
