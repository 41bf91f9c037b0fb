"""Rounds brought to a wanted step."""

from datetime import date

from sqlalchemy import insert

from app.database import writing
from app.models import Unit
from app.services import framing, planning, rounds
from app.services.plans import Plan, Stratification
from app.services.recording import SYSTEM
from app.vocabulary import UnitKind, UnitLevel

SOURCE = "Giải đặc biệt xổ số Đồng Nai ngày 15/12/2026"
NUMBER = "012345"
HEADER = "code,unit,field,received,phone,name"
FIELDS = ("Đất đai", "Tư pháp", "Hộ tịch")


def add_units(*codes: str, valid_to: date | None = None) -> None:
    """Add communes."""
    with writing() as session:
        session.execute(
            insert(Unit),
            [
                {
                    "code": code,
                    "name": f"Xã {code}",
                    "level": UnitLevel.COMMUNE,
                    "kind": UnitKind.COMMUNE,
                    "valid_to": valid_to,
                }
                for code in codes
            ],
        )


def listing(units: dict[str, int], prefix: str = "HS") -> bytes:
    """Write a dossier list with so many dossiers of each unit, fields taking turns."""
    lines = [HEADER]
    for unit, count in units.items():
        lines += [
            f"{prefix}-{unit}-{place:05},{unit},{FIELDS[place % len(FIELDS)]},15/07/2026,"
            f"0903{place:06},Nguyễn Văn {place}"
            for place in range(count)
        ]
    return "\n".join(lines).encode()


def planned(*, dry_run: bool = False) -> int:
    """Make a round."""
    return rounds.create_round(SYSTEM, "Khảo sát quý III", 2026, dry_run)


def take(round_id: int, content: bytes) -> framing.FrameImport:
    """Import a list."""
    return framing.import_frame(SYSTEM, round_id, content, "list.csv", lambda done, total: None)


def framed(units: dict[str, int], *, prefix: str = "HS", dry_run: bool = False) -> int:
    """Make a round with a list."""
    round_id = planned(dry_run=dry_run)
    take(round_id, listing(units, prefix))
    return round_id


def plan(size: int, **parts: object) -> Plan:
    """Make a plan that stratifies by unit unless told otherwise."""
    return Plan(**{"stratify_by": Stratification.UNIT, "size": size, **parts})


def committed(
    units: dict[str, int], wanted: Plan, *, prefix: str = "HS", dry_run: bool = False
) -> int:
    """Make a round committed to a plan."""
    round_id = framed(units, prefix=prefix, dry_run=dry_run)
    planning.commit(SYSTEM, round_id, wanted, SOURCE)
    return round_id
