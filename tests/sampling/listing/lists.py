"""Lists as offices export them, and the units they name."""

from collections.abc import Sequence
from datetime import date

from sampling.listing.mapping import Mapping
from sampling.listing.reading import ListReading, Options, read_list
from sampling.listing.sheet import described, opened
from sampling.listing.suggesting import suggest
from sampling.listing.units import CrosswalkLine, UnitBook, UnitLine
from sampling.tabular import Table

NEW = date(2025, 7, 1)
UNITS = (
    UnitLine("U1", "Phường Trảng Dài", NEW),
    UnitLine("U2", "Phường Long Bình", NEW),
    UnitLine("U3", "Xã Xuân Đông", NEW),
    UnitLine("U4", "Xã Xuân Hòa", NEW),
    UnitLine("U5", "Xã Bình Lộc", NEW),
    UnitLine("STC", "Sở Tài chính"),
)
CROSSWALK = (
    CrosswalkLine("1", "Xã Thiện Tân", "Huyện Vĩnh Cửu", "Tỉnh Đồng Nai", "U1", False, NEW),
    CrosswalkLine("2", "Xã Xuân Tâm", "Huyện Xuân Lộc", "Tỉnh Đồng Nai", "U3", True, NEW),
    CrosswalkLine("2", "Xã Xuân Tâm", "Huyện Xuân Lộc", "Tỉnh Đồng Nai", "U4", True, NEW),
    CrosswalkLine("3", "Xã Tân Thành", "Huyện Bù Đốp", "Tỉnh Bình Phước", "U3", False, NEW),
    CrosswalkLine("4", "Xã Tân Thành", "Thành phố Đồng Xoài", "Tỉnh Bình Phước", "U4", False, NEW),
    CrosswalkLine("5", "Xã Trảng Dài", "Huyện Cũ", "Tỉnh Đồng Nai", "U2", False, NEW),
    CrosswalkLine("6", "Phường Long Bình", "Thành phố Biên Hòa", "Tỉnh Đồng Nai", "U1", False, NEW),
)
BOOK = UnitBook(UNITS, CROSSWALK, on=date(2026, 3, 1))
HEADER = (
    *("Số hồ sơ", "Cơ quan tiếp nhận", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả"),
    *("Trạng thái", "Chủ hồ sơ", "Số điện thoại", "Tên TTHC", "Đối tượng", "Mã số thuế"),
)


def row(code: str, **others: str) -> tuple[str, ...]:
    """One row of the export, valid unless told otherwise."""
    values = {
        "unit": "UBND phường Trảng Dài",
        "received": "05/03/2026 08:30",
        "due": "",
        "finished": "",
        "status": "Đang xử lý",
        "owner": "Nguyễn Văn An",
        "phone": "0901234567",
        "procedure": "Cấp giấy phép xây dựng",
        "kind": "Công dân",
        "tax": "",
        **others,
    }
    return (code, *values.values())


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Table:
    """A list as it was opened."""
    lines = [header, *rows]
    content = "\n".join("\t".join(cells) for cells in lines)
    return opened(content.encode(), "list.csv")


def reading(
    cells: Sequence[Sequence[str]],
    options: Options | None = None,
    book: UnitBook = BOOK,
    header: Sequence[str] = HEADER,
    **changes: object,
) -> ListReading:
    """Read rows by the mapping that their header suggests, changed where asked."""
    found = table(cells, header)
    suggested = suggest(described(found, "list.csv"))
    mapping = Mapping(**{**suggested.__dict__, **changes})  # type: ignore[arg-type]  # any keyword
    return read_list(found, mapping, book, options)


def added_up(made: ListReading) -> bool:
    """Tell whether every row is counted once."""
    report = made.report
    parts = (report.dossiers, report.merged, *report.excluded.values(), report.unresolved)
    return report.rows == sum(parts) + report.faulty + report.notes
