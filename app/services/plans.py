"""A sample plan as a value: what the coordinator decides before the draw."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

import rfc8785

from app import thresholds
from app.services import carrying
from app.services.audiences import BUSINESS
from app.services.carrying import Carried, Origin
from app.services.errors import InvalidInputError
from app.services.session_plans import SessionPlan
from app.texts import N_

LARGEST_K = 1000
LARGEST_MINIMUM = 1_000_000
LARGEST_DEVIATION = 1e6
MAIN, TRIAL = "main", "trial"
# The last colon parts label and number: a field of work may hold colons itself.
DEVIATION = re.compile(r"(?P<label>.+):\s*(?P<number>\d+(?:[.,]\d+)?)")


class Stratification(StrEnum):
    """What a stratum is made of."""

    UNIT = "unit"
    UNIT_FIELD = "unit_field"


class Allocation(StrEnum):
    """How the sample is shared out among strata."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"


@dataclass(frozen=True)
class PlanFault:
    """Something to mend in a plan: the part it is about and a catalogue text."""

    part: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True)
class Plan:
    """How a sample is to be drawn.

    Attributes
    ----------
    size : int
        Dossiers to draw in all.
    minimum : int
        Least number in a stratum; a smaller stratum is taken whole.
    deviations : mapping of str to float
        Standard deviation expected in a stratum, for Neyman's allocation; 1 where not told.
    expected_response : float
        Share of those drawn who will answer.
    k : int
        Fewest answers that are opened together.
    carry : tuple of Carried
        Coarse variables, three at most, that an answer still tells beside its stratum.
    sessions : SessionPlan or None
        Counter sessions to draw beside the dossiers, for what is solved on the spot.
    """

    stratify_by: Stratification
    size: int
    minimum: int = 0
    allocation: Allocation = Allocation.PROPORTIONAL
    deviations: Mapping[str, float] = field(default_factory=dict)
    expected_response: float = 0.3
    k: int = field(default_factory=lambda: thresholds.present.mixing_k)
    carry: tuple[Carried, ...] = ()
    sessions: SessionPlan | None = None

    def stratum(self, unit_code: str, field_name: str) -> str:
        """Name the stratum of a dossier."""
        if self.stratify_by is Stratification.UNIT:
            return unit_code
        return f"{unit_code}/{field_name}"

    def cell(self, unit_code: str, origin: Origin) -> str:
        """Name the cell that answers about a dossier are sealed for."""
        stratum = self.stratum(unit_code, origin.field)
        return carrying.cell_label(stratum, self.carry, origin)

    def document(self, purpose: str) -> dict[str, Any]:
        """Write the plan as the round keeps it; sessions stand in it where there are any."""
        document = {
            "stratify_by": self.stratify_by.value,
            "allocation": self.allocation.value,
            "size": self.size,
            "minimum": self.minimum,
            "deviations": dict(sorted(self.deviations.items())),
            "expected_response": self.expected_response,
            "k": self.k,
            "carry": [variable.value for variable in self.carry],
            "purpose": purpose,
        }
        return document | ({"sessions": self.sessions.document()} if self.sessions else {})

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Plan":
        """Read what `document` wrote; plans of before carried variables carry none."""
        return cls(
            stratify_by=Stratification(document["stratify_by"]),
            size=document["size"],
            minimum=document["minimum"],
            allocation=Allocation(document["allocation"]),
            deviations=dict(document["deviations"]),
            expected_response=document["expected_response"],
            k=document["k"],
            carry=tuple(Carried(name) for name in document.get("carry", ())),
            sessions=(
                SessionPlan.of_document(document["sessions"]) if "sessions" in document else None
            ),
        )

    def faults(self) -> list[PlanFault]:
        """List what no frame could carry."""
        found = []
        if self.size < 1:
            found.append(PlanFault("size", N_("Draw at least one dossier.")))
        if not 0 <= self.minimum <= LARGEST_MINIMUM:
            found.append(PlanFault("minimum", N_("Enter 0 or more.")))
        if not 0 < self.expected_response <= 1:
            found.append(PlanFault("expected_response", N_("Enter a percentage from 1 to 100.")))
        least = thresholds.present.mixing_k
        if not least <= self.k <= LARGEST_K:
            text = N_("Enter a number from %(least)d to %(most)d.")
            found.append(PlanFault("k", text, {"least": least, "most": LARGEST_K}))
        for label, deviation in self.deviations.items():
            if not (isfinite(deviation) and 0 <= deviation <= LARGEST_DEVIATION):
                text = N_("The deviation of %(label)s must be a number from 0 on.")
                found.append(PlanFault("deviations", text, {"label": label}))
        found += [PlanFault(*fault) for fault in self.sessions.faults()] if self.sessions else []
        return found + self._carry_faults()

    def _carry_faults(self) -> list[PlanFault]:
        found = []
        if len(self.carry) > carrying.MOST:
            text = N_("Answers may carry at most %(most)d variables.")
            found.append(PlanFault("carry", text, {"most": carrying.MOST}))
        if len(set(self.carry)) < len(self.carry):
            found.append(PlanFault("carry", N_("Each variable is carried once.")))
        if Carried.FIELD in self.carry and self.stratify_by is Stratification.UNIT_FIELD:
            text = N_("The strata tell the field of work already: do not carry it as well.")
            found.append(PlanFault("carry", text))
        return found


def purpose_of(audience: str, *, dry_run: bool) -> str:
    """Name what a draw is for; one list is drawn once for each purpose.

    Examples
    --------
    >>> purpose_of("citizen", dry_run=False), purpose_of("business", dry_run=True)
    ('main', 'trial:business')
    """
    purpose = TRIAL if dry_run else MAIN
    return f"{purpose}:{audience}" if audience == BUSINESS else purpose


def canonical(document: Mapping[str, Any]) -> str:
    """Write a plan as canonical JSON (RFC 8785), the text that its hash is of."""
    return rfc8785.dumps(dict(document)).decode()


def plan_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of a plan's canonical JSON."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def read_deviations(text: str) -> dict[str, float]:
    """Read lines such as "26041: 0,45".

    Raises
    ------
    InvalidInputError
        If a line has no number, or a stratum stands twice.
    """
    found: dict[str, float] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = DEVIATION.fullmatch(line.strip())
        label = match["label"].strip() if match else ""
        if not match:
            wanted = N_("Line %(line)s: write the stratum, a colon and a number.")
            faults.append(PlanFault("deviations", wanted, {"line": number}))
        elif label in found:
            twice = N_("Line %(line)s: this stratum stands there twice.")
            faults.append(PlanFault("deviations", twice, {"line": number}))
        else:
            found[label] = float(match["number"].replace(",", "."))
    if faults:
        raise InvalidInputError(faults=faults)
    return found
