"""A sample plan as a value: what the coordinator decides before the draw."""

import hashlib
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
from app.services.errors import FieldFault
from app.services.session_plans import SessionPlan
from app.services.targets import Target
from app.texts import N_
from sampling.coordination import YEAR

LARGEST_K = 1000
LARGEST_MINIMUM = 1_000_000
LARGEST_DEVIATION = 1e6
LARGEST_COST = 1e9
MAIN, TRIAL = "main", "trial"
# Of a stratum's sample, so many of its next ranks may be put to use where cases are lost (0047).
RESERVES, RESERVE_SHARE, LARGEST_RESERVE_SHARE = "reserves", 0.3, 2.0
# Days for which nobody is asked again; in the plan of a round that heeds it.
APART = "apart"
# Between every unit alike (0) and as many as it has dossiers (1).
USUAL_EXPONENT = 0.25


class Stratification(StrEnum):
    """What a stratum is made of."""

    UNIT = "unit"
    UNIT_FIELD = "unit_field"


class Allocation(StrEnum):
    """How the sample is shared out.

    All but the first, NEYMAN, COST and GIVEN share it out among units, and within a unit in
    proportion, so that the strata of a unit have one sampling fraction.
    """

    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    ROOT = "root"
    POWER = "power"
    NEYMAN = "neyman"
    COST = "cost"
    QUOTA = "quota"
    GIVEN = "given"


@dataclass(frozen=True)
class Plan:
    """How a sample is to be drawn.

    Attributes
    ----------
    size : int
        Dossiers to draw in all; `allocating.sized` puts it in where it follows from the rest.
    minimum : int
        Least number in a stratum; a smaller stratum is taken whole.
    deviations : mapping of str to float
        Standard deviation expected in a stratum, for Neyman's allocation and that by cost;
        1 where not told.
    expected_response : float
        Share of those drawn who will answer.
    k : int
        Fewest answers that are opened together.
    carry : tuple of Carried
        Coarse variables, three at most, that an answer still tells beside its stratum.
    sessions : SessionPlan or None
        Counter sessions to draw beside the dossiers, for what is solved on the spot.
    reserve_share : float
        Reserves that may be put to use at most, as a share of the sample of each stratum.
    target : Target or None
        What the sample is wanted for, where its size follows from that.
    exponent : float
        Of the allocation by power.
    costs : mapping of str to float
        Cost of an answer in a stratum, for the allocation by cost; 1 where not told.
    quotas : mapping of str to int
        Dossiers to draw of each unit of a kind.
    sizes : mapping of str to int
        Dossiers to draw of each stratum, where they are given.
    apart : bool
        Whether nobody is asked twice: one dossier of an owner at most, and those who were asked
        within a year only where nobody else is left (0052).
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
    reserve_share: float = RESERVE_SHARE
    target: Target | None = None
    exponent: float = USUAL_EXPONENT
    costs: Mapping[str, float] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    apart: bool = False

    @property
    def follows(self) -> bool:
        """Whether the size follows from the rest of the plan."""
        return self.target is not None or self.allocation in {Allocation.QUOTA, Allocation.GIVEN}

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
        """Write the plan as the round keeps it.

        Sessions stand in it where there are any, the share of reserves where it is not the usual.
        """
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
        usual = self.reserve_share == RESERVE_SHARE
        document |= {} if usual else {RESERVES: self.reserve_share}
        if self.sessions:
            document["sessions"] = self.sessions.document()
        if self.apart:
            document[APART] = YEAR
        if self.target:
            document["target"] = self.target.document()
        return document | self._inputs()

    def _inputs(self) -> dict[str, Any]:
        """Write what the allocation needs, so that plans without it keep their hash."""
        match self.allocation:
            case Allocation.POWER:
                return {"exponent": self.exponent}
            case Allocation.COST:
                return {"costs": dict(sorted(self.costs.items()))}
            case Allocation.QUOTA:
                return {"quotas": dict(sorted(self.quotas.items()))}
            case Allocation.GIVEN:
                return {"sizes": dict(sorted(self.sizes.items()))}
            case _:
                return {}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Plan":
        """Read what `document` wrote, now or before plans had all their parts."""
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
            reserve_share=reserve_share(document),
            target=Target.of_document(document["target"]) if "target" in document else None,
            exponent=document.get("exponent", USUAL_EXPONENT),
            costs=dict(document.get("costs", {})),
            quotas=dict(document.get("quotas", {})),
            sizes=dict(document.get("sizes", {})),
            apart=APART in document,
        )

    def faults(self) -> list[FieldFault]:
        """List what no frame could carry."""
        found = []
        if self.size < 1:
            found.append(FieldFault("size", N_("Draw at least one dossier.")))
        if not 0 <= self.minimum <= LARGEST_MINIMUM:
            found.append(FieldFault("minimum", N_("Enter 0 or more.")))
        if not 0 < self.expected_response <= 1:
            found.append(FieldFault("expected_response", N_("Enter a percentage from 1 to 100.")))
        least = thresholds.present.mixing_k
        if not least <= self.k <= LARGEST_K:
            text = N_("Enter a number from %(least)d to %(most)d.")
            found.append(FieldFault("k", text, {"least": least, "most": LARGEST_K}))
        for label, deviation in self.deviations.items():
            if not (isfinite(deviation) and 0 <= deviation <= LARGEST_DEVIATION):
                text = N_("The deviation of %(label)s must be a number from 0 on.")
                found.append(FieldFault("deviations", text, {"label": label}))
        if not 0 <= self.reserve_share <= LARGEST_RESERVE_SHARE:
            found.append(FieldFault("reserve_share", N_("Enter a percentage from 0 to 200.")))
        found += [FieldFault(*fault) for fault in self.sessions.faults()] if self.sessions else []
        return found + self._rule_faults() + self._carry_faults()

    def _rule_faults(self) -> list[FieldFault]:
        found = []
        if self.target and (text := self.target.fault()):
            found.append(FieldFault("target", text))
        if not 0 <= self.exponent <= 1:
            found.append(FieldFault("exponent", N_("Enter a number from 0 to 1.")))
        for label, cost in self.costs.items():
            if not (isfinite(cost) and 0 < cost <= LARGEST_COST):
                text = N_("The cost of %(label)s must be a number above 0.")
                found.append(FieldFault("costs", text, {"label": label}))
        for kind, quota in self.quotas.items():
            if not 0 <= quota <= LARGEST_MINIMUM:
                found.append(FieldFault(f"quota_{kind}", N_("Enter 0 or more.")))
        if self.allocation is Allocation.GIVEN and not any(self.sizes.values()):
            text = N_("Give a size for each stratum, or choose another allocation.")
            found.append(FieldFault("given", text))
        return found

    def _carry_faults(self) -> list[FieldFault]:
        found = []
        if len(self.carry) > carrying.MOST:
            text = N_("Answers may carry at most %(most)d variables.")
            found.append(FieldFault("carry", text, {"most": carrying.MOST}))
        if len(set(self.carry)) < len(self.carry):
            found.append(FieldFault("carry", N_("Each variable is carried once.")))
        if Carried.FIELD in self.carry and self.stratify_by is Stratification.UNIT_FIELD:
            text = N_("The strata tell the field of work already: do not carry it as well.")
            found.append(FieldFault("carry", text))
        return found


def reserve_share(document: Mapping[str, Any]) -> float:
    """Read the share of reserves of a plan's document; the usual one where it tells none."""
    return float(document.get(RESERVES, RESERVE_SHARE))


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
