"""What may be wrong with a form, told by sheet, row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.errors import Fault, SurveyError, shown
from surveys.messages import DEFAULT_LOCALE

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "document": {"vi": "{inner}", "en": "{inner}"},
    "unreadable": {
        "vi": "không đọc được tệp này như một bảng tính",
        "en": "the file cannot be read as a workbook",
    },
    "no_sheet": {"vi": 'thiếu trang tính "{value}"', "en": 'the sheet "{value}" is missing'},
    "unknown_sheet": {
        "vi": 'trang tính "{value}" không được hỗ trợ',
        "en": 'the sheet "{value}" is not supported',
    },
    "unknown_column": {
        "vi": 'cột "{value}" không được hỗ trợ mà có nội dung',
        "en": 'the column "{value}" is not supported and holds something',
    },
    "doubled_column": {
        "vi": 'cột "{value}" có hai lần',
        "en": 'the column "{value}" is there twice',
    },
    "unknown_language": {
        "vi": 'không rõ ngôn ngữ của cột "{value}": ghi theo dạng label::Tiếng Việt (vi)',
        "en": 'the language of the column "{value}" is unclear: write label::English (en)',
    },
    "unknown_type": {
        "vi": 'loại "{value}" không được hỗ trợ',
        "en": 'the type "{value}" is not supported',
    },
    "unknown_list": {
        "vi": 'trang tính "choices" không có danh sách "{value}"',
        "en": 'the sheet "choices" has no list "{value}"',
    },
    "unused_list": {
        "vi": 'danh sách "{value}" không câu hỏi nào dùng',
        "en": 'no question uses the list "{value}"',
    },
    "kind_differs": {
        "vi": 'cột "kind" ghi "{value}" không hợp với cột "type"',
        "en": '"{value}" in the column "kind" does not fit the column "type"',
    },
    "not_yes_no": {
        "vi": 'câu có/không phải có đúng hai phương án "yes" và "no"',
        "en": 'a question with yes or no has exactly the options "yes" and "no"',
    },
    "unknown_appearance": {
        "vi": 'kiểu hiển thị "{value}" không được hỗ trợ',
        "en": 'the appearance "{value}" is not supported',
    },
    "group_too_deep": {
        "vi": "nhóm trong nhóm chỉ dùng cho ma trận (appearance: table-list)",
        "en": "a group within a group can only be a matrix (appearance: table-list)",
    },
    "not_a_row": {
        "vi": "trong ma trận chỉ có các câu select_one dùng chung một danh sách thang đo",
        "en": "a matrix holds only select_one questions on one list, which is a scale",
    },
    "not_closed": {"vi": "nhóm này không có end_group", "en": "this group has no end_group"},
    "not_opened": {
        "vi": "end_group không có begin_group tương ứng",
        "en": "this end_group closes nothing",
    },
    "no_note": {
        "vi": 'thiếu lời: thêm một dòng note tên "{value}" ở ngoài các nhóm',
        "en": 'words are missing: add a note named "{value}" outside of the groups',
    },
    "no_protection": {
        "vi": 'thiếu cột protection::… ở trang "settings": câu trả lời được bảo vệ thế nào, '
        "ví dụ Ẩn danh",
        "en": 'the sheet "settings" lacks protection::…: how answers are protected, such as '
        "Anonymous",
    },
    "bad_formula": {
        "vi": 'không hiểu công thức ở "{value}"',
        "en": 'the formula cannot be understood at "{value}"',
    },
    "unsupported_formula": {
        "vi": 'công thức có "{value}", không được hỗ trợ ở đây',
        "en": 'the formula has "{value}", which is not supported here',
    },
    "unknown_reference": {
        "vi": 'không có câu hỏi "{value}"',
        "en": 'there is no question "{value}"',
    },
    "conditions_differ": {
        "vi": 'cột "relevant" và cột "only_if" không nói cùng một điều: hãy xoá một trong hai',
        "en": 'the columns "relevant" and "only_if" do not say the same: clear one of them',
    },
}


@dataclass(frozen=True)
class FormFault:
    """One thing to mend in a form.

    Attributes
    ----------
    sheet, column : str
        Names; column is "" where the whole row, or the sheet, is meant.
    row : int or None
        As a spreadsheet counts, the header being 1.
    inner : Fault or None
        What is wrong with the questionnaire that the form makes.
    """

    sheet: str
    row: int | None
    column: str
    code: str
    value: object = field(default=None, hash=False)
    inner: Fault | None = None

    def message(self, locale: str = DEFAULT_LOCALE) -> str:
        """Say what to mend."""
        texts = MESSAGES[self.code]
        inner = self.inner.message(locale) if self.inner else ""
        return texts.get(locale, texts[DEFAULT_LOCALE]).format(value=shown(self.value), inner=inner)

    def as_dict(self, locale: str = DEFAULT_LOCALE) -> dict[str, object]:
        """Give sheet, row, column, code, value and message, ready for JSON."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.inner.code if self.inner else self.code,
            "value": shown(self.inner.value if self.inner else self.value),
            "message": self.message(locale),
        }

    def line(self, locale: str = DEFAULT_LOCALE) -> str:
        """Give one line for a person.

        Examples
        --------
        >>> FormFault("survey", 4, "type", "unknown_type", "geopoint").line("en")
        'survey, row 4, type: the type "geopoint" is not supported'
        """
        row = {"vi": "dòng", "en": "row"}.get(locale, "dòng")
        place = [self.sheet, f"{row} {self.row}" if self.row else "", self.column]
        return f"{', '.join(part for part in place if part)}: {self.message(locale)}"


class FormError(SurveyError):
    """A form is no questionnaire; `faults` lists everything to mend."""

    def __init__(self, faults: Sequence[FormFault]) -> None:
        super().__init__("\n".join(fault.line("en") for fault in faults))
        self.faults = tuple(faults)
