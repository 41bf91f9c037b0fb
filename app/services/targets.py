"""What a sample is wanted for, when its size follows from that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.texts import N_

LARGEST_MARGIN = 0.3
MOST_ANSWERS = 100_000


class TargetKind(StrEnum):
    """What is wanted: the first two of the whole list, the others of every unit by itself."""

    YAMANE = "yamane"
    PROVINCE = "province"
    EACH = "each"
    LEAST = "least"


@dataclass(frozen=True)
class Target:
    """A wish that a size is worked out from.

    Attributes
    ----------
    value : float
        An allowed error or a margin as a share; for LEAST, answers of each unit.
    """

    kind: TargetKind
    value: float

    @property
    def by_unit(self) -> bool:
        """Whether it is wanted of every unit."""
        return self.kind in {TargetKind.EACH, TargetKind.LEAST}

    def document(self) -> dict[str, Any]:
        """Write the wish as a plan keeps it."""
        return {"kind": self.kind.value, "value": self.value}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Target":
        """Read what `document` wrote."""
        return cls(TargetKind(document["kind"]), document["value"])

    def fault(self) -> str | None:
        """Say what is wrong with the number."""
        if self.kind is TargetKind.LEAST:
            whole = 1 <= self.value <= MOST_ANSWERS and self.value == int(self.value)
            return None if whole else N_("Enter a whole number of answers, 1 or more.")
        if 0.001 <= self.value <= LARGEST_MARGIN:
            return None
        return N_("Enter percentage points from 0.1 to 30.")
