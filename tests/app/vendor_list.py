"""A dossier list as one-stop software exports it: titles, merged headers, steps, old communes."""

import io
from datetime import UTC, datetime, timedelta

import xlsxwriter

TITLE = ("UBND TỈNH ĐỒNG NAI", "DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ TRẢ KẾT QUẢ", "Từ ngày 01/01/2026")
HEADER = (
    ("STT", ""),
    ("Mã hồ sơ", ""),
    ("Tên thủ tục hành chính", ""),
    ("Lĩnh vực", ""),
    ("Đơn vị tiếp nhận", ""),
    ("Đơn vị giải quyết", ""),
    ("Thời gian", "Ngày tiếp nhận"),
    ("", "Ngày hẹn trả"),
    ("", "Ngày trả kết quả"),
    ("Trạng thái hồ sơ", ""),
    ("Hình thức nộp", ""),
    ("Chủ hồ sơ", "Họ và tên"),
    ("", "Số điện thoại"),
)
FIELDS = ("Đất đai", "Hộ tịch", "Chứng thực")
STATUSES = ("Đã trả kết quả", "Kết thúc vòng đời")
# Present wards by name, a former commune, and a name that no book knows.
UNITS = ("UBND Phường Trấn Biên", "Phường Tân Phú, Thành phố Đồng Xoài, Tỉnh Bình Phước")
UNKNOWN = "Điểm tiếp nhận lưu động số 3"
FIRST = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def phone(number: int) -> str:
    """A mobile number as a spreadsheet keeps it: the leading 0 is gone."""
    return f"90{number:07d}"


def rows(count: int, prefix: str = "H19.26") -> list[tuple[str, ...]]:
    """Rows of so many dossiers, every third of them with a second step."""
    made = []
    for number in range(count):
        received = FIRST + timedelta(days=number % 60, minutes=number)
        unit = UNKNOWN if number % 20 == 19 else UNITS[number % len(UNITS)]
        status = STATUSES[number % 7 == 0]
        days = [f"{received + timedelta(days=more):%d/%m/%Y %H:%M}" for more in (0, 10, 6)]
        last = (status, ("Trực tuyến", "Tại quầy")[number % 2], f"Nguyễn Thị {number}")
        head = (str(number + 1), f"{prefix}-{received:%y%m%d}-{number:05d}")
        what = (f"Thủ tục {FIELDS[number % 3].lower()}", FIELDS[number % 3], unit, unit)
        row = (*head, *what, *days, *last, phone(number))
        made.append(row)
        if number % 3 == 0:
            made.append(row)
    return made


def canonical(count: int, prefix: str = "H19.26") -> bytes:
    """Write their first steps in the frame format, names of units left as they are."""
    lines = ["code,unit,field,received,phone"]
    for row in dict.fromkeys(rows(count, prefix)):
        lines.append(f'{row[1]},"{row[4]}",{row[3]},{row[6]},{row[12]}')
    return "\n".join(lines).encode()


def workbook(count: int, prefix: str = "H19.26") -> bytes:
    """Write them as XLSX under a title and a header of two merged lines."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    for line, text in enumerate(TITLE):
        sheet.merge_range(line, 0, line, len(HEADER) - 1, text)
    top = len(TITLE) + 1
    for column, (upper, lower) in enumerate(HEADER):
        if not lower:
            sheet.merge_range(top, column, top + 1, column, upper)
            continue
        if upper:
            width = 2 if upper == "Thời gian" else 1
            sheet.merge_range(top, column, top, column + width, upper)
        sheet.write_string(top + 1, column, lower)
    for line, row in enumerate(rows(count, prefix), start=top + 2):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)
    book.close()
    return file.getvalue()
