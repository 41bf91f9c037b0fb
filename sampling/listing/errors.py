"""Faults of dossier lists and of the mappings that read them."""

import re
from types import MappingProxyType
from typing import ClassVar

from sampling.errors import Fault, SamplingError, Texts
from sampling.listing.folding import folded

LIST_MESSAGES: dict[str, dict[str, str]] = {
    "two_digit_year": {
        "vi": "năm chỉ có hai chữ số: ghi đủ bốn chữ số",
        "en": "the year has only two digits: write all four",
    },
    "bad_list_date": {
        "vi": "không phải ngày theo cách ghi đã khai ({expected})",
        "en": "this is no date of the declared form ({expected})",
    },
    "impossible_list_date": {
        "vi": "không phải ngày có thật theo cách ghi đã khai ({expected})",
        "en": "this is no day of the calendar in the declared form ({expected})",
    },
    "before_receipt": {
        "vi": "sớm hơn ngày tiếp nhận",
        "en": "this is earlier than the day of receipt",
    },
    "unknown_list_word": {
        "vi": "«{value}» chưa được khai là một trong: {allowed}",
        "en": "«{value}» is not mapped to one of: {allowed}",
    },
    "conflicting_steps": {
        "vi": "các dòng của cùng hồ sơ ghi khác nhau ở cột này; dòng đầu là dòng {first}",
        "en": "rows of one dossier differ in this column; its first row is row {first}",
    },
    "not_unit_names": {
        "vi": "hầu hết các ô của cột này không phải tên đơn vị: xem lại cột đã chọn",
        "en": "hardly any cell of this column names a unit: look again which column was chosen",
    },
    "too_long": {"vi": "dài quá {limit} ký tự", "en": "longer than {limit} characters"},
    "control_character": {
        "vi": "có ký tự điều khiển hoặc xuống dòng trong ô: hãy gõ lại",
        "en": "the cell holds a control character or a line break: type it again",
    },
    "not_a_hash": {
        "vi": "phải là 64 chữ số thập lục phân do khaosat frame minimise ghi ra",
        "en": "this must be the 64 hexadecimal digits that khaosat frame minimise writes",
    },
    "missing_target": {
        "vi": "chưa chọn cột cho «{value}»",
        "en": "no column is chosen for «{value}»",
    },
    "missing_unit_target": {
        "vi": "chưa chọn cột nêu đơn vị được đánh giá",
        "en": "no column is chosen that names the rated unit",
    },
    "absent_column": {
        "vi": "tệp không có cột này, hoặc có hơn một",
        "en": "the file lacks this column, or has it more than once",
    },
    "column_used_twice": {
        "vi": "cột này được chọn cho hơn một nội dung",
        "en": "this column is chosen for more than one thing",
    },
    "unknown_target": {
        "vi": "«{value}» không phải nội dung hay từ của dàn mẫu",
        "en": "«{value}» is neither a target nor a word of the frame",
    },
}


class ListFault(Fault):
    """A fault of a list as offices export them, or of the mapping that should read it."""

    texts: ClassVar[Texts] = MappingProxyType({**Fault.texts, **LIST_MESSAGES})


class MappingError(SamplingError):
    """A document that is no mapping."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            "not_a_mapping": {
                "vi": "không phải bảng ghép cột: xem lại «{place}»",
                "en": "this is no mapping of columns: look at {place!r}",
            }
        }
    )


_SURNAMES = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương
Lâm Phùng Mai Tô Hà Tạ Đinh Lương Thái Châu Cao Triệu Điểu Thị Giang Kim Thạch Sơn La
"""
SURNAMES = frozenset(map(folded, _SURNAMES.split()))
HIDDEN = "…"
# Day, month and year in any order, and a time of day.
MOMENT = re.compile(
    r"(\d{1,2}([/.-])\d{1,2}\2\d{2,4}|\d{4}([/-])\d{1,2}\3\d{1,2})([ T]\d{1,2}:\d{2}(:\d{2})?)?"
)
MOST_NAME_WORDS, LEAST_NAME_WORDS = 6, 2
MOST_DIGITS = 7


def looks_personal(text: str) -> bool:
    """Tell whether a text may be a person's name, a phone or the number of a document.

    Examples
    --------
    >>> [looks_personal(text) for text in ("Nguyễn Văn A", "090 123 4567", "Đã trả kết quả")]
    [True, True, False]
    """
    if sum(map(str.isdigit, text)) > MOST_DIGITS or "@" in text:
        return True
    words = text.split()
    if not LEAST_NAME_WORDS <= len(words) <= MOST_NAME_WORDS:
        return False
    return folded(words[0]) in SURNAMES and all(word[:1].isupper() for word in words)


def shape(text: str, longest: int = 24) -> str:
    """Show what a value looks like without the value: 9 for a digit, x for a letter.

    Examples
    --------
    >>> shape("Trần Thị B, 0901.234.567")
    'xxxx xxx x, 9999.999.999'
    """
    cut = text[: longest + 1]
    masked = "".join("x" if c.isalpha() else "9" if c.isnumeric() else c for c in cut if c != "\n")
    return masked if len(masked) <= longest else masked[:longest] + HIDDEN


def discreet(value: str) -> str:
    """Give a value for a fault to quote, or its shape where it may be personal.

    A moment is quoted: whoever mends a list has to find it, and it names nobody.

    Examples
    --------
    >>> [discreet(text) for text in ("31/02/2026 08:15", "0901234567")]
    ['31/02/2026 08:15', '9999999999']
    """
    if MOMENT.fullmatch(value.strip()):
        return value
    return shape(value) if looks_personal(value) else value
