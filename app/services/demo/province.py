"""The units of the demo and how well each serves; all of it is invented."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.services.units import SHIPPED

SEED = 20260401
LARGE_DOSSIERS = 40_000
SMALLEST = 30
# Of the large demo: departments serve more businesses, communes mostly citizens.
DEPARTMENT_WEIGHT = 2.2
DEPARTMENT_FIELDS = ("Cấp phép", "Đăng ký, thông báo", "Xác nhận, thẩm định")
COMMUNE_FIELDS = ("Chứng thực", "Hộ tịch", "Đất đai", "Kinh doanh")


@dataclass(frozen=True)
class DemoUnit:
    """A unit of the demo.

    Attributes
    ----------
    dossiers : int
        Length of its dossier list.
    service : float
        How satisfied people are, on the scale from which answers are drawn; 0 is middling.
    work : float
        Share of points that the verifiers leave it, 0–1.
    business : float
        Share of dossiers of businesses and household businesses, 0–1.
    untold : float
        Share of dossiers whose list tells no kind of respondent, 0–1.
    response : float
        Share of those asked who answer, 0–1.
    straight : float
        Share of very satisfied people who honestly tick the same box all the way, 0–1.
    """

    code: str
    group: str
    dossiers: int
    fields: tuple[str, ...]
    service: float
    work: float
    business: float = 0.0
    untold: float = 0.0
    response: float = 0.7
    straight: float = 0.35


SMALL = (
    DemoUnit(
        *("SXD", "departments", 240, ("Quy hoạch – xây dựng", "Nhà ở", "Giao thông")),
        *(0.9, 0.86, 0.45),
    ),
    DemoUnit("STC", "departments", 260, ("Đăng ký doanh nghiệp", "Đầu tư"), 1.6, 0.94, 0.45),
    DemoUnit("SNNMT", "departments", 300, ("Đất đai", "Môi trường"), 0.3, 0.79, 0.45),
    DemoUnit("STP", "departments", 180, ("Lý lịch tư pháp", "Công chứng"), 1.9, 0.91, 0.45),
    DemoUnit("26068", "communes", 340, ("Chứng thực", "Hộ tịch", "Đất đai"), 1.1, 0.88),
    DemoUnit("26080", "communes", 250, ("Chứng thực", "Hộ tịch", "Kinh doanh"), 1.7, 0.92),
    DemoUnit("25432", "communes", 230, ("Chứng thực", "Hộ tịch"), 0.6, 0.83),
    DemoUnit("26425", "communes", 200, ("Chứng thực", "Đất đai"), 0.1, 0.74),
)


@cache
def large() -> tuple[DemoUnit, ...]:
    """Every department, commune and ward of Đồng Nai, 40,000 dossiers in all.

    Service, work, length of the list, response and straight-lining differ from unit to unit by
    chance; the same chance each time.
    """
    listed = [(row["code"], row["group"]) for row in present_units()]
    generator = np.random.default_rng(SEED)
    spread = generator.lognormal(0.0, 0.55, len(listed))
    departments = np.array([group == "departments" for _, group in listed])
    sizes = shared_out(spread * np.where(departments, DEPARTMENT_WEIGHT, 1.0), LARGE_DOSSIERS)
    return tuple(
        _large_unit(code, group, int(size), generator)
        for (code, group), size in zip(listed, sizes, strict=True)
    )


def present_units() -> list[dict[str, str]]:
    """Read the units of the shipped list that are rated in a group today."""
    with SHIPPED.open(encoding="utf-8", newline="") as opened:
        return [row for row in csv.DictReader(opened) if row["group"] and not row["valid_to"]]


def shared_out(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share a total out in whole numbers, the largest remainders rounded up."""
    free = total - SMALLEST * weights.size
    exact = SMALLEST + weights / weights.sum() * free
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact)[: total - whole.sum()]] += 1
    return whole


def _large_unit(code: str, group: str, size: int, generator: np.random.Generator) -> DemoUnit:
    department = group == "departments"
    service, work, business, response, straight = generator.normal(
        (1.0, 0.85, 0.45 if department else 0.16, 0.62, 0.35), (0.5, 0.06, 0.08, 0.05, 0.06)
    )
    return DemoUnit(
        code,
        group,
        size,
        DEPARTMENT_FIELDS if department else COMMUNE_FIELDS,
        float(service),
        float(np.clip(work, 0.5, 0.97)),
        business=float(np.clip(business, 0.02, 0.9)),
        untold=0.02,
        response=float(np.clip(response, 0.3, 0.9)),
        straight=float(np.clip(straight, 0.05, 0.95)),
    )
