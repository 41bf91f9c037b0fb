"""The eight units of the demo and how well each serves; all of it is invented."""

from dataclasses import dataclass


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
    """

    code: str
    group: str
    dossiers: int
    fields: tuple[str, ...]
    service: float
    work: float


UNITS = (
    DemoUnit("SXD", "departments", 240, ("Quy hoạch – xây dựng", "Nhà ở", "Giao thông"), 0.9, 0.86),
    DemoUnit("STC", "departments", 260, ("Đăng ký doanh nghiệp", "Đầu tư"), 1.6, 0.94),
    DemoUnit("SNNMT", "departments", 300, ("Đất đai", "Môi trường"), 0.3, 0.79),
    DemoUnit("STP", "departments", 180, ("Lý lịch tư pháp", "Công chứng"), 1.9, 0.91),
    DemoUnit("26068", "communes", 340, ("Chứng thực", "Hộ tịch", "Đất đai"), 1.1, 0.88),
    DemoUnit("26080", "communes", 250, ("Chứng thực", "Hộ tịch", "Kinh doanh"), 1.7, 0.92),
    DemoUnit("25432", "communes", 230, ("Chứng thực", "Hộ tịch"), 0.6, 0.83),
    DemoUnit("26425", "communes", 200, ("Chứng thực", "Đất đai"), 0.1, 0.74),
)
BY_CODE = {unit.code: unit for unit in UNITS}
