"""The field monitor as a workbook and as a table for programs, with the same things hidden.

Their words are Vietnamese, as those of the reports they go into.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from app.clock import LOCAL
from app.documents import workbook
from app.documents.workbook import Book, Cell, Column, Number, Remark, Row, Sheet
from app.queries.rounds import RoundView
from app.services.field_flags import Flag
from app.services.field_monitor import Monitor
from app.services.field_units import Stratum, UnitField
from app.services.hiding import Share, Told
from app.services.result_files import harmless
from app.thresholds import present
from sampling.response_rates import Rates

FLAGS = {
    Flag.FEW: "ít phiếu",
    Flag.REISSUED: "nhiều lần cấp lại mã",
    Flag.SLIPS: "phiếu mời chưa đối chiếu",
}
DOORS = {
    "slip": "phiếu mời",
    "sms": "tin nhắn SMS",
    "poster": "mã QR tại quầy",
    "receipt": "giấy tiếp nhận",
    "screen": "màn hình tại quầy",
    "card": "thẻ đánh số",
    "kiosk": "máy khảo sát tại quầy",
    "post": "phiếu qua bưu chính",
    "open": "phiếu không gắn hồ sơ",
}
COLUMNS = (
    *(Column("Mã", 10), Column("Đơn vị", 34), Column("Hồ sơ", 9), Column("Được chọn", 9)),
    *(Column("Đã cấp mã", 9), Column("Đã trả lời", 10), Column("RR1 (%)", 10)),
    *(Column("Cán bộ giúp", 9), Column("Ngoài mẫu", 9), Column("Không gắn hồ sơ", 9)),
    *(Column("Phiếu in", 8), Column("Đã phát", 8), Column("Trả lại", 8), Column("Hỏng", 8)),
    *(
        Column("Thiếu", 8),
        Column("Lần in chưa đối chiếu", 11),
        Column("Mã đã cấp qua phần mềm", 11),
    ),
    *(Column("Mã cấp lại", 9), Column("Cần xem", 34)),
)
STRATA = (
    *(Column("Mã đơn vị", 10), Column("Đơn vị", 34), Column("Tầng", 24), Column("Hồ sơ", 9)),
    *(Column("Được chọn", 9), Column("Trả lời đủ (I)", 10), Column("Từ chối (R)", 9)),
    *(Column("Không liên lạc được (NC)", 11), Column("Khác (O)", 9)),
    *(Column("Chưa trả lời (UO)", 11), Column("Chưa được mời (UH)", 11)),
    Column("Ngoài đối tượng (NE)", 11),
    *(Column("RR1 (%)", 10), Column("RR2 (%)", 10), Column("COOP1 (%)", 10)),
    *(Column("REF1 (%)", 10), Column("CON1 (%)", 10)),
)
DAYS = (Column("Ngày", 14), Column("Phiếu", 10), Column("Ghi chú", 40))
DOOR_COLUMNS = (Column("Kênh trả lời", 30), Column("Phiếu đã mở", 12))


def as_workbook(found: RoundView, monitor: Monitor) -> bytes:
    """Write units, strata, days and doors; a dry run is marked THỬ NGHIỆM."""
    title = f"Theo dõi thực địa: {found.name}"
    lines = (counted(monitor),)
    floor = present.disclosure_n
    hidden = f"Số phiếu dưới {floor}, và số có thể suy ra số đó, không được nêu: “< {floor}”, "
    notes = (hidden + "khoảng giá trị, hoặc “–”.",)
    sheets = [
        Sheet("Đơn vị", title, COLUMNS, [unit_row(u) for u in monitor.units], lines, (), notes, 2),
        Sheet(
            "Tầng", f"{title}: theo tầng", STRATA, strata(monitor), lines, (), (*notes, AAPOR), 3
        ),
        Sheet("Ngày", f"{title}: theo ngày", DAYS, days(monitor), lines, (), notes),
        Sheet(
            "Kênh",
            f"{title}: theo kênh trả lời",
            DOOR_COLUMNS,
            [[DOORS.get(door, door), told(n)] for door, n in monitor.doors.items()],
            lines,
            (),
            ("Chỉ tính phiếu đã mở sau khi trộn.", *notes),
        ),
    ]
    return workbook.render(Book(title, sheets, trial=found.dry_run))


AAPOR = (
    "Mã kết quả theo AAPOR, Standard Definitions: RR1 = I ÷ (I + R + NC + O + UO + UH). Hệ thống "
    "không lưu gì trước khi người dân gửi phiếu nên không có phiếu dở dang (P = 0, RR2 = RR1); "
    "R, NC, O và NE là kết quả liên hệ do cán bộ ghi, kể cả của người sau đó đã trả lời. "
    "COOP1 = I ÷ (I + R + O), REF1 = R ÷ mẫu số của RR1, CON1 = (I + R + O) ÷ mẫu số của RR1; "
    "nơi chưa ghi kết quả nào thì để trống. Mã: I 1.1, P 1.2, R 2.1, NC 2.2, O 2.3, UH 3.1, "
    "UO 3.2–3.9, NE 4."
)


def counted(monitor: Monitor) -> str:
    """Say when the answers were counted."""
    if not monitor.counted:
        return "Chưa đếm lượt trả lời."
    if monitor.counted_at is None:
        return "Đợt khảo sát đã đóng: số liệu cuối cùng."
    return f"Đếm lúc {monitor.counted_at.astimezone(LOCAL):%d/%m/%Y %H:%M}, mỗi giờ một lần."


def unit_row(unit: UnitField) -> list[Cell]:
    """Write the line of a unit."""
    slips, codes = unit.slips, unit.codes
    printed = (
        (slips.printed, slips.handed, slips.returned, slips.spoiled, slips.missing, slips.open_runs)
        if slips
        else (None,) * 6
    )
    asked = (codes.issued, codes.reissued) if codes else (None, None)
    return [
        unit.code,
        unit.name,
        *numbers((unit.population, unit.drawn, unit.invited)),
        told(unit.answered),
        percent(unit.rate),
        *(
            None if value is None else told(value)
            for value in (unit.helped, unit.volunteers, unit.open)
        ),
        *numbers((*printed, *asked)),
        ", ".join(FLAGS[flag] for flag in unit.flags),
    ]


def strata(monitor: Monitor) -> list[Row]:
    """Write the outcomes of every stratum."""
    return [[unit.code, unit.name, *stratum_row(s)] for unit in monitor.units for s in unit.strata]


def stratum_row(stratum: Stratum) -> list[Cell]:
    """Write the outcomes of a stratum, as far as they may be told."""
    outcomes, found = stratum.outcomes, stratum.rates
    line: list[Cell] = [stratum.name, *numbers((stratum.population, stratum.drawn))]
    if outcomes is None or found is None:
        return [*line, told(stratum.answered), *[Remark("–", "right")] * len(STRATA[6:])]
    return [
        *line,
        *numbers((outcomes.complete, outcomes.refused, outcomes.not_reached, outcomes.other)),
        *numbers((outcomes.unknown_other, outcomes.unknown_place, outcomes.not_eligible)),
        *(None if rate is None else Number(rate * 100, 1) for rate in told_rates(stratum, found)),
    ]


def told_rates(stratum: Stratum, found: Rates) -> tuple[float | None, ...]:
    """Choose the rates that say something: without a noted outcome the last three do not."""
    noted = (found.coop1, found.ref1, found.con1) if stratum.noted.all else (None,) * 3
    return (found.rr1, found.rr2, *noted)


def days(monitor: Monitor) -> list[Row]:
    """Write what each day brought."""
    return [
        [f"{day.day:%d/%m/%Y}", told(day.answered), "" if day.ended else "từ nửa đêm đến lúc đếm"]
        for day in monitor.days
    ]


def numbers(values: Iterable[int | None]) -> list[Cell]:
    """Write numbers, leaving cells empty of which nothing is known."""
    return [None if value is None else Number(value) for value in values]


def told(value: Told) -> Cell:
    """Write a count as far as it may be told."""
    return Number(value.low) if value.exact else Remark(in_words(value), "right")


def in_words(value: Told) -> str:
    """Write what may be told of a hidden count.

    Examples
    --------
    >>> [in_words(value) for value in (Told(0, 9), Told(10, None), Told(90, 99), Told(0, None))]
    ['< 10', '≥ 10', '90–99', '–']
    """
    if value.high is None:
        return f"≥ {value.low}" if value.low else "–"
    return f"{value.low}–{value.high}" if value.low else f"< {value.high + 1}"


def percent(share: Share | None) -> Cell:
    """Write a share in percent, or between which two it lies."""
    if share is None:
        return Remark("–", "right")
    low, high = share.low * 100, share.high * 100
    if low == high:
        return Number(low, 1)
    return Remark(f"{low:.1f}–{high:.1f}".replace(".", ","), "right")


def as_csv(monitor: Monitor) -> bytes:
    """Give one row for each unit, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.label for column in COLUMNS])
    for unit in monitor.units:
        writer.writerow(plain(unit_row(unit)))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def plain(row: Sequence[Cell]) -> list[str]:
    """Write cells as text: numbers with a decimal point, nothing that looks like a formula."""
    found = []
    for cell in row:
        match cell:
            case Number(value, decimals):
                found.append(f"{value:.{decimals}f}")
            case Remark(words):
                found.append(words)
            case str():
                found.append(harmless(cell))
            case _:
                found.append("")
    return found
