"""A large list as one-stop software exports it: titles, a header, days as text, steps."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

TITLE = ("UBND TỈNH ĐỒNG NAI", "DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ TRẢ KẾT QUẢ", "Quý III năm 2026")
HEADER = (
    *("STT", "Mã hồ sơ", "Tên thủ tục hành chính", "Lĩnh vực", "Đơn vị tiếp nhận"),
    *("Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả", "Trạng thái hồ sơ"),
    *("Hình thức nộp", "Chủ hồ sơ", "Số điện thoại"),
)
FIELDS = ("Đất đai", "Hộ tịch", "Chứng thực", "Xây dựng", "Lao động", "Bảo trợ xã hội")
STATUSES = ("Đã trả kết quả", "Kết thúc vòng đời")
FIRST = datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
CODE, RECEIVED, DUE = HEADER.index("Mã hồ sơ"), HEADER.index("Ngày tiếp nhận"), 6
# Every fiftieth dossier has a second step.
STEPS = 50
# The header stands below the titles and an empty row.
FIRST_ROW = len(TITLE) + 3
FAULTS = ((CODE, ""), (RECEIVED, "31/02/2026 08:30"), (DUE, "ngày mai"))
Row = tuple[str, ...]


def communes() -> list[str]:
    """Names of the province's communes and wards of today."""
    text = files("app").joinpath("data/units/dong_nai.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return [row["name"] for row in rows if row["level"] == "commune" and not row["valid_to"]]


def rows(count: int) -> Iterator[Row]:
    """Rows of so many dossiers; the first communes have many times as many as the last."""
    names, chance = communes(), random.Random(2026)
    shares = [1 / (place + 8) for place in range(len(names))]
    line = 0
    for number, unit in enumerate(chance.choices(names, shares, k=count)):
        received = FIRST + timedelta(days=number % 80, minutes=number * 7 % 540)
        days = [f"{received + timedelta(days=more):%d/%m/%Y %H:%M}" for more in (0, 10, 6)]
        field = FIELDS[number % len(FIELDS)]
        code = f"H19.{number % 95:02}-{received:%y%m%d}-{number:07}"
        what = (f"Thủ tục {field.lower()} {number % 40}", field, f"UBND {unit}")
        how = (STATUSES[number % 7 == 0], ("Trực tuyến", "Tại quầy")[number % 2])
        row = (code, *what, *days, *how, f"Nguyễn Thị {number}", f"9{number % 10**8:08}")
        for _ in range(2 if number % STEPS == 0 else 1):
            line += 1
            yield (str(line), *row)


def planted(count: int) -> dict[int, tuple[int, str]]:
    """Row of the file → column and faulty cell: at the start, in the middle and on the last row."""
    last = count + -(-count // STEPS)
    places = (1, 2, last // 3, last // 2, last - 7, last - 1)
    return {FIRST_ROW + place: FAULTS[number % len(FAULTS)] for number, place in enumerate(places)}


def spoilt(count: int) -> Iterator[Row]:
    """The same rows, a few of them faulty."""
    wrong = planted(count)
    for line, row in enumerate(rows(count), start=FIRST_ROW):
        if line in wrong:
            column, text = wrong[line]
            yield (*row[:column], text, *row[column + 1 :])
        else:
            yield row


def csv_file(path: Path, listed: Iterator[Row]) -> Path:
    """Write rows under titles and header as CSV."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([*((title,) for title in TITLE), (), HEADER])
        csv.writer(file).writerows(listed)
    return path
