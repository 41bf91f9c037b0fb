"""Faults of a score file of any layout, told by sheet, row and column letter."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from analysis.scoring.errors import ScoringFault
from sampling.errors import Texts

MAPPING: dict[str, dict[str, str]] = {
    "no_sheet": {
        "vi": "chưa chọn trang tính nào để đọc điểm",
        "en": "no sheet is chosen to read scores from",
    },
    "unknown_sheet": {
        "vi": "tệp không có trang tính «{value}»",
        "en": "the file has no sheet «{value}»",
    },
    "header_outside": {
        "vi": "dòng tiêu đề {value} không nằm trong trang tính",
        "en": "the header lines {value} do not lie in the sheet",
    },
    "column_moved": {
        "vi": "cột này nay có tiêu đề «{value}», trước đây là «{before}»",
        "en": "this column is now headed «{value}», it was «{before}»",
    },
    "no_unit_column": {
        "vi": "chưa biết điểm của đơn vị nào: chọn cột đơn vị, hoặc một đơn vị cho cả trang tính",
        "en": "no telling whose points these are: choose the unit's column, or one unit for "
        "the sheet",
    },
    "no_criterion_column": {
        "vi": "chưa chọn cột tiêu chí",
        "en": "the column of the criterion is not chosen",
    },
    "doubled_column": {
        "vi": "đã có cột {first} đọc là «{value}»",
        "en": "column {first} is read as «{value}» already",
    },
    "no_score_column": {
        "vi": "chưa chọn cột điểm hay cột số liệu nào",
        "en": "no column of points or data is chosen",
    },
    "column_without_key": {
        "vi": "chưa ghi cột này là của tiêu chí hay đơn vị nào",
        "en": "the criterion or unit that this column stands for is missing",
    },
    "unknown_role": {
        "vi": "không có cách đọc «{value}»",
        "en": "there is no way of reading «{value}»",
    },
}

KEYS: dict[str, dict[str, str]] = {
    "unit_not_found": {
        "vi": "«{value}» không khớp mã hay tên đơn vị nào trong danh mục",
        "en": "«{value}» is neither code nor name of a unit on the list",
    },
    "unit_ambiguous": {
        "vi": "«{value}» có thể là: {allowed}; ghi mã đơn vị",
        "en": "«{value}» may be any of: {allowed}; write the unit's code",
    },
    "unit_disagrees": {
        "vi": "«{value}»: mã là của {own}, tên là của {named}",
        "en": "«{value}»: the code is that of {own}, the name that of {named}",
    },
    "criterion_not_found": {
        "vi": "«{value}» không khớp mã hay tên tiêu chí nào của bộ tiêu chí",
        "en": "«{value}» is neither code nor title of a criterion of the set",
    },
    "criterion_ambiguous": {
        "vi": "«{value}» có thể là: {allowed}; định dạng ô thành chữ rồi ghi lại mã",
        "en": "«{value}» may be any of: {allowed}; format the cell as text and write "
        "the code again",
    },
    "criterion_date": {
        "vi": "mã tiêu chí đã bị Excel đổi thành ngày «{value}»: định dạng cột thành chữ rồi ghi "
        "lại mã",
        "en": "Excel turned the criterion's code into the date «{value}»: format the column as "
        "text and write the code again",
    },
    "criterion_disagrees": {
        "vi": "«{value}»: mã là của {own}, tên là của {named}",
        "en": "«{value}»: the code is that of {own}, the title that of {named}",
    },
    "group_not_found": {
        "vi": "«{value}» không khớp nhóm nào của bộ tiêu chí: {allowed}",
        "en": "«{value}» is none of the groups of the set: {allowed}",
    },
    "no_group": {
        "vi": "đơn vị «{value}» chưa có nhóm: chọn nhóm cho trang tính, hoặc ghi nhóm trong "
        "danh mục",
        "en": "unit «{value}» has no group: choose one for the sheet, or enter it on the list of "
        "units",
    },
}

CELLS: dict[str, dict[str, str]] = {
    "cell_error": {
        "vi": "ô báo lỗi {value}: sửa công thức, hoặc ghi thẳng con số",
        "en": "the cell shows the error {value}: mend the formula, or write the number itself",
    },
    "formula_without_value": {
        "vi": "công thức chưa được tính: mở tệp bằng Excel, lưu lại rồi nạp lại",
        "en": "the formula was never worked out: open the file in Excel, save it and send it again",
    },
    "cell_date": {
        "vi": "số đã bị Excel đổi thành ngày «{value}»: định dạng ô thành số rồi ghi lại",
        "en": "Excel turned the number into the date «{value}»: format the cell as a number and "
        "write it again",
    },
    "percent_of_points": {
        "vi": "«{value}» là tỷ lệ phần trăm, cột này cần điểm",
        "en": "«{value}» is a percentage, this column takes points",
    },
    "duplicate_cell": {
        "vi": "tiêu chí {criterion} của {unit} đã có ở {first}",
        "en": "criterion {criterion} of {unit} stands already in {first}",
    },
    "both_scored_and_not": {
        "vi": "tiêu chí {criterion} của {unit} vừa có điểm {points} vừa ghi không áp dụng",
        "en": "criterion {criterion} of {unit} has {points} points and is said not to apply",
    },
}

PLACE_WORDS = {
    "vi": ("trang tính", "dòng", "cột"),
    "en": ("sheet", "row", "column"),
}


@dataclass(frozen=True)
class Place:
    """A cell of a workbook; `letter` and `header` name its column, the sheet of a CSV is ""."""

    sheet: str
    row: int | None
    letter: str
    header: str

    def short(self) -> str:
        """Name the cell the way formulas do: ``Tự chấm!C5``."""
        cell = f"{self.letter}{self.row or ''}"
        return f"{self.sheet}!{cell}" if self.sheet else cell

    def column(self) -> str:
        """Name the column: sheet, letter and header."""
        return " · ".join(filter(None, (self.sheet, self.letter, self.header)))


@dataclass(frozen=True)
class MappedFault(ScoringFault):
    """Something to mend in a score file, or in how its columns are read.

    Attributes
    ----------
    sheet, letter : str
        Name of the sheet and letters of the column; "" where none is meant. `column` is the
        column's header.
    """

    sheet: str = ""
    letter: str = ""

    texts: ClassVar[Texts] = MappingProxyType({**ScoringFault.texts, **MAPPING, **KEYS, **CELLS})

    def as_dict(self, locale: str) -> dict[str, Any]:
        """Sheet, row, letter, column, value, code and message; `column` names the whole place."""
        place = Place(self.sheet, self.row, self.letter, self.column)
        values = super().as_dict(locale) | {"column": place.column()}
        return values | {"sheet": self.sheet, "letter": self.letter, "header": self.column}

    def line(self, locale: str) -> str:
        """One line for a person: sheet, row, column letter and header, then the message."""
        sheet, row, column = PLACE_WORDS[locale]
        header = f" ({self.column})" if self.column else ""
        places = [
            f"{sheet} {self.sheet}" if self.sheet else "",
            f"{row} {self.row}" if self.row is not None else "",
            f"{column} {self.letter}{header}" if self.letter else "",
        ]
        told = ", ".join(filter(None, places))
        return f"{told}: {self.message(locale)}" if told else self.message(locale)


def at(place: Place, value: str, code: str, **params: Any) -> MappedFault:
    """Make a fault of a cell."""
    return MappedFault(
        place.row, place.header, value, code, params, sheet=place.sheet, letter=place.letter
    )


def moved(fault: ScoringFault, place: Place) -> MappedFault:
    """Tell a fault of the table that was made by the cell that it came from."""
    return at(place, fault.value, fault.code, **fault.params)
