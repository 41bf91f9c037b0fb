"""Kinds of questions: one file each, found here by name.

A new kind is a file with an object that does what `protocol.Kind` asks, and a line in `KINDS`.
A property it brings along is read in `surveys.reading_questions` and written in `surveys.writing`.
A matrix is no kind: its rows are questions on its scale (decision 0031).
"""

from collections.abc import Mapping
from types import MappingProxyType

from surveys.answers import Answer
from surveys.kinds.day import DateKind
from surveys.kinds.information import InformationKind
from surveys.kinds.long_text import LONG_TEXT
from surveys.kinds.multiple_choice import MultipleChoiceKind
from surveys.kinds.number import NumberKind
from surveys.kinds.protocol import Kind
from surveys.kinds.scale import ScaleKind
from surveys.kinds.short_text import SHORT_TEXT
from surveys.kinds.single_choice import SingleChoiceKind
from surveys.kinds.yes_no import YesNoKind

_ALL: tuple[Kind, ...] = (
    ScaleKind(),
    SingleChoiceKind(),
    MultipleChoiceKind(),
    YesNoKind(),
    NumberKind(),
    DateKind(),
    SHORT_TEXT,
    LONG_TEXT,
    InformationKind(),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})

__all__ = ["KINDS", "Answer", "Kind"]
