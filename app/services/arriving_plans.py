"""The plan of a round whose dossiers are still to arrive: a rate for every stratum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app import thresholds
from app.queries.units import UnitView
from app.services.errors import FieldFault, InvalidInputError
from app.services.plans import LARGEST_K, Stratification
from app.texts import N_
from app.vocabulary import RoundState
from sampling.arriving import exact_rate
from sampling.draw_errors import DrawError
from sampling.draw_plan import JOINED_BY
from sampling.seeding import tidy

MODE, ARRIVING = "mode", "arriving"
# Lists are taken from the commitment to the end of the round.
TAKES_LISTS = frozenset({RoundState.DRAWN, RoundState.OPEN})
MOST_STRATA = 5_000
LONGEST_LABEL = 300
NO_RATE = N_("Write the rate as 0.05, 5 % or 1/20; it must lie above 0 and at most be 1.")


@dataclass(frozen=True)
class ArrivingPlan:
    """How dossiers are drawn as they arrive.

    Attributes
    ----------
    rates : mapping of str to str
        The exact rate of every stratum: a unit's code, or code and field of work.
    expected_response : float
        Share of those drawn who will answer.
    k : int
        Fewest answers that are opened together.
    """

    stratify_by: Stratification
    rates: Mapping[str, str]
    expected_response: float
    k: int

    def document(self, purpose: str) -> dict[str, Any]:
        """Write the plan as the round keeps it; answers carry nothing but their stratum."""
        return {
            MODE: ARRIVING,
            "stratify_by": self.stratify_by.value,
            "rates": dict(sorted(self.rates.items())),
            "expected_response": self.expected_response,
            "k": self.k,
            "carry": [],
            "purpose": purpose,
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the list that name a stratum."""
        return ("unit",) if self.stratify_by is Stratification.UNIT else ("unit", "field")

    def faults(self) -> list[FieldFault]:
        """List what cannot be committed to."""
        found = []
        if not 0 < len(self.rates) <= MOST_STRATA:
            text = N_("The plan must name at least one stratum and at most %(most)d.")
            found.append(FieldFault("rates", text, {"most": MOST_STRATA}))
        if any(len(label) > LONGEST_LABEL for label in self.rates):
            found.append(FieldFault("fields", N_("The name of a field of work is too long.")))
        least = thresholds.present.mixing_k
        if not least <= self.k <= LARGEST_K:
            text = N_("Enter a number from %(least)d to %(most)d.")
            found.append(FieldFault("k", text, {"least": least, "most": LARGEST_K}))
        if not 0 < self.expected_response <= 1:
            found.append(FieldFault("expected_response", N_("Enter a percentage from 1 to 100.")))
        return found


def is_arriving(plan: Mapping[str, Any] | None) -> bool:
    """Whether a committed plan draws dossiers as they arrive."""
    return (plan or {}).get(MODE) == ARRIVING


def unit_of(label: str) -> str:
    """Name the unit of a stratum: what stands before the first stroke of its label."""
    return label.partition(JOINED_BY)[0]


def spread(
    units: Sequence[UnitView], stratify_by: Stratification, rate: str, fields: str, exceptions: str
) -> dict[str, str]:
    """Give every stratum its rate: the common one, or that of its own line.

    Parameters
    ----------
    units : sequence of UnitView
        Units that will be rated.
    rate : str
        The common rate.
    fields : str
        Fields of work, one a line, where they make strata.
    exceptions : str
        Lines such as "26041: 1/10"; with fields "26041/Đất đai: 1/10" or, for all fields of the
        unit, "26041: 1/10".

    Raises
    ------
    InvalidInputError
        If a rate cannot be read, a line names no stratum, or fields are missing.
    """
    common = read_rate(rate)
    names = sorted({tidy(line) for line in fields.splitlines() if line.strip()})
    by_unit = stratify_by is Stratification.UNIT
    faults = [] if common else [FieldFault("rate", NO_RATE)]
    if not by_unit and not names:
        text = N_("Name the fields of work as the lists write them, one a line.")
        faults.append(FieldFault("fields", text))
    labels = [
        unit.code if by_unit else f"{unit.code}{JOINED_BY}{name}"
        for unit in units
        for name in ([""] if by_unit else names)
    ]
    rates = dict.fromkeys(labels, common)
    for number, line in enumerate(exceptions.splitlines(), 1):
        label, _, text = line.rpartition(":")
        named = [it for it in labels if tidy(label) in (it, unit_of(it))]
        own = read_rate(text)
        if line.strip() and not (named and own):
            wanted = N_("Line %(line)s: write a unit or stratum of the plan, a colon and a rate.")
            faults.append(FieldFault("exceptions", wanted, {"line": number}))
        rates |= dict.fromkeys(named if line.strip() else [], own)
    if faults:
        raise InvalidInputError(faults=faults)
    return rates


def read_rate(text: str) -> str:
    """Write a rate as the exact fraction it is; "" if it is none above 0.

    Examples
    --------
    >>> read_rate("5 %"), read_rate("0,05"), read_rate("2/40"), read_rate("0")
    ('1/20', '1/20', '1/20', '')
    """
    told = text.strip().replace(",", ".")
    percent = told.endswith("%")
    try:
        share = Fraction(told.removesuffix("%").strip()) / (100 if percent else 1)
        return str(exact_rate(share)) if share > 0 else ""
    except (ValueError, ZeroDivisionError, DrawError):
        return ""
