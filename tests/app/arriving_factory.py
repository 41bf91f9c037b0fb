"""Rounds whose dossiers arrive, and the lists that come."""

from collections.abc import Iterable

from app.services import arriving, arriving_lists
from app.services.arriving_lists import Taken
from app.services.arriving_plans import ArrivingPlan
from app.services.leases import open_end
from app.services.plans import Stratification
from app.services.recording import SYSTEM
from tests.app import round_steps

HEADER = "code,unit,field,received,finished,phone"


def promised_round(rates: dict[str, str], *, k: int = 10) -> int:
    """Commit a round to rates by unit, or by unit and field where a label has a stroke."""
    by = Stratification.UNIT_FIELD if any("/" in it for it in rates) else Stratification.UNIT
    round_id = round_steps.planned()
    arriving.commit(SYSTEM, round_id, ArrivingPlan(by, rates, 0.5, k))
    return round_id


def rows(
    unit: str, numbers: Iterable[int], field: str = "Tư pháp", finished: str = ""
) -> list[str]:
    """Write rows of dossiers of one unit."""
    return [f"HS-{unit}-{n:04},{unit},{field},15/07/2026,{finished},0903{n:06}" for n in numbers]


def content(lines: Iterable[str]) -> bytes:
    """Write a list."""
    return "\n".join([HEADER, *lines]).encode()


def arrive(round_id: int, lines: Iterable[str]) -> Taken:
    """Take a list."""
    return arriving_lists.take(
        SYSTEM, round_id, content(lines), "ngay.csv", lambda done, total: None, None, open_end
    )
