"""Faults of the papers of a draw, and errors of draws that cannot be made."""

from types import MappingProxyType
from typing import ClassVar

from sampling.errors import SelectionError, Texts
from sampling.record_messages import DRAW_MESSAGES, RECORD_MESSAGES
from sampling.yaml_reading import DocumentFault


class RecordFault(DocumentFault):
    """Something to mend in a plan, a commitment or a record; `column` is its place."""

    texts: ClassVar[Texts] = MappingProxyType({**DocumentFault.texts, **RECORD_MESSAGES})


class DrawError(SelectionError):
    """A draw, a release or a ceremony that is refused; the message says why."""

    texts: ClassVar[Texts] = MappingProxyType({**SelectionError.texts, **DRAW_MESSAGES})
