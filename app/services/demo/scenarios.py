"""The two sizes of the demo: what is surveyed, how large, and by which criteria it is scored."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from app.services import criteria_sets
from app.services.demo import province
from app.services.demo.province import DemoUnit
from app.services.demo.sizes import LARGE, SMALL
from app.services.plans import Plan, Stratification


@dataclass(frozen=True)
class Survey:
    """A round of the demo."""

    name: str
    questionnaire: str
    plan: Plan


@dataclass(frozen=True)
class Scenario:
    """What one demo plays."""

    size: str
    index_name: str
    units: Callable[[], tuple[DemoUnit, ...]]
    surveys: tuple[Survey, ...]
    criteria: Callable[[], bytes]


def two_audiences() -> bytes:
    """Return the example criteria set that asks citizens and businesses."""
    folder = resources.files("app") / "data" / "criteria"
    return (folder / "example_two_audiences.yaml").read_bytes()


def plan(size: int, minimum: int, response: float) -> Plan:
    """Plan a round with a stratum for each unit."""
    return Plan(Stratification.UNIT, size, minimum, expected_response=response)


SCENARIOS = {
    SMALL: Scenario(
        SMALL,
        "Chỉ số CCHC năm 2026 (mẫu)",
        lambda: province.SMALL,
        (
            Survey(
                "Khảo sát hài lòng 6 tháng đầu năm 2026 (mẫu)",
                "citizen_satisfaction",
                plan(490, 60, 0.7),
            ),
        ),
        criteria_sets.example,
    ),
    LARGE: Scenario(
        LARGE,
        "Chỉ số CCHC toàn tỉnh năm 2026 (mẫu)",
        province.large,
        (
            Survey(
                "Khảo sát người dân 6 tháng đầu năm 2026 (mẫu)",
                "citizen_satisfaction",
                plan(6300, 55, 0.62),
            ),
            Survey(
                "Khảo sát doanh nghiệp 6 tháng đầu năm 2026 (mẫu)",
                "business_satisfaction",
                plan(2000, 6, 0.62),
            ),
        ),
        two_audiences,
    ),
}
