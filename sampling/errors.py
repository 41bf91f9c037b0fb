"""Faults of the files people hand in, and errors of the samples and designs made from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from sampling.inclusion_messages import INCLUSION_MESSAGES
from sampling.messages import ERROR_MESSAGES, MESSAGES
from sampling.planning_messages import PLANNING_MESSAGES
from sampling.scheme_messages import SCHEME_MESSAGES
from sampling.selection_messages import SELECTION_MESSAGES
from sampling.weighting_messages import WEIGHTING_MESSAGES

LONGEST_SHOWN = 80

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Fault:
    """Something to mend in a file, told with its place.

    A package with faults of its own makes a subclass and adds its messages::

        class ScoringFault(Fault):
            texts = {**Fault.texts, "above_maximum": {"vi": "…", "en": "…"}}

    Attributes
    ----------
    row : int or None
        Line of the file, 1 for the first; None when the whole file is meant.
    column : str
        Name of the column as the file spells it, or "" when the whole row is meant.
    value : str
        What stands there.
    code : str
        Key of the message; programs may rely on it.
    params : mapping
        What the message quotes besides row, column and value.
    """

    row: int | None
    column: str
    value: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    texts: ClassVar[Texts] = MappingProxyType(MESSAGES)

    def message(self, locale: str) -> str:
        """What is wrong and how to mend it, in "vi" or "en"."""
        place = {"row": self.row, "column": self.column, "value": shortened(self.value)}
        return self.texts[self.code][locale].format(**{**place, **self.params})

    def as_dict(self, locale: str) -> dict[str, Any]:
        """Row, column, value, code and message, ready for JSON."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "message": self.message(locale),
        }

    def line(self, locale: str) -> str:
        """One line for a person: the place, then the message."""
        row_word, column_word = PLACE_WORDS[locale]
        places = []
        if self.row is not None:
            places.append(f"{row_word} {self.row}")
        if self.column:
            places.append(f"{column_word} {self.column}")
        return ": ".join([*filter(None, [", ".join(places)]), self.message(locale)])


AnyFault = TypeVar("AnyFault", bound=Fault)


def in_file_order(faults: Iterable[AnyFault]) -> tuple[AnyFault, ...]:
    """Sort by row, faults of the whole file first."""
    return tuple(sorted(faults, key=lambda fault: fault.row or 0))


PLACE_WORDS = {"vi": ("dòng", "cột"), "en": ("row", "column")}


def shortened(value: str) -> str:
    """Keep a message on one readable line whatever the file holds."""
    on_one_line = " ".join(value.split())
    if len(on_one_line) <= LONGEST_SHOWN:
        return on_one_line
    return on_one_line[: LONGEST_SHOWN - 1] + "…"


class UnreadableValueError(ValueError):
    """A cell does not hold the number or date it should; `code` is the fault's code."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {shortened(text)!r}")
        self.code = code
        self.text = text


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; `sampling.tabular.read_table` makes it a fault."""

    def __init__(self, code: str, row: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.row = row


class SamplingError(ValueError):
    """A sample or design that cannot be as asked; the message says what to mend.

    Another package makes a subclass with messages of its own, as for `Fault`.

    Attributes
    ----------
    code : str
        Key of the message.
    params : mapping
        What the message quotes.
    """

    texts: ClassVar[Texts] = MappingProxyType(ERROR_MESSAGES)

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(self.message("en"))

    def message(self, locale: str) -> str:
        """What is wrong and how to mend it, in "vi" or "en"."""
        return self.texts[self.code][locale].format(**self.params)


class SizeError(SamplingError):
    """A sample size asked for with impossible figures."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **PLANNING_MESSAGES})


class AllocationError(SamplingError):
    """A sample size that the strata cannot carry."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **PLANNING_MESSAGES})


class SelectionError(SamplingError):
    """A draw whose frame, plan and uniforms do not belong together."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **SELECTION_MESSAGES})


class InclusionError(SelectionError):
    """Unequal probabilities that no sample can have, or that a method cannot use."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **INCLUSION_MESSAGES})


class DesignError(SamplingError):
    """A design whose columns contradict each other."""


class SchemeError(DesignError):
    """Replicates or joint probabilities that a design does not allow."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **SCHEME_MESSAGES})


class WeightingError(SamplingError):
    """Weights that cannot be made from the responses at hand."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **WEIGHTING_MESSAGES})


class LonelyClusterError(SamplingError):
    """A stratum with a single cluster says nothing about variation between clusters."""

    def __init__(self, stratum: str) -> None:
        super().__init__("lonely_cluster", stratum=stratum)
        self.stratum = stratum


class UnknownColumnError(SamplingError):
    """A column that the data lack."""


class UnreadableColumnError(SamplingError):
    """A column that should hold numbers and does not; `faults` has one for each cell."""

    def __init__(self, column: str, faults: Sequence[Fault]) -> None:
        super().__init__("unreadable_column", column=column, faults=len(faults))
        self.faults = tuple(faults)


class OutcomeError(SamplingError):
    """Outcomes of a sample that cannot be."""
