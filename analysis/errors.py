"""Errors of estimates; each message says what to mend."""

from types import MappingProxyType
from typing import ClassVar

from sampling.errors import SamplingError, Texts

ERROR_MESSAGES: dict[str, dict[str, str]] = {
    "uneven_domains": {
        "vi": "cần một hay nhiều cột dài bằng nhau để chia miền",
        "en": "domains need one or more columns of one length",
    },
    "no_domain": {
        "vi": "không dòng nào thuộc miền cần ước lượng",
        "en": "no row belongs to a domain",
    },
    "uneven_answers": {
        "vi": "câu trả lời có dạng {answers}, miền có dạng {domains}, nhưng thiết kế có {rows} dòng",
        "en": "answers have shape {answers} and domains {domains}, but the design has {rows} rows",
    },
    "bad_level": {
        "vi": "độ tin cậy là {level}: phải nằm giữa 0 và 1, ví dụ 0.95",
        "en": "the level is {level}: give a share between 0 and 1, such as 0.95",
    },
    "unknown_option": {
        "vi": "{option} là «{value}»: chọn một trong {allowed}",
        "en": "{option} is {value!r}: choose one of {allowed}",
    },
    "unreadable_condition": {
        "vi": "không đọc được điều kiện «{condition}»: dùng so sánh, and, or, not, in",
        "en": "condition {condition!r} cannot be read: use comparisons, and, or, not, in",
    },
    "unknown_column": {
        "vi": "dữ liệu không có cột «{column}»",
        "en": "the data have no column {column!r}",
    },
    "mixed_kinds": {
        "vi": "điều kiện «{condition}» so sánh số với chữ",
        "en": "condition {condition!r} compares a number with a text",
    },
}


class AnalysisError(SamplingError):
    """An analysis that cannot be done as asked."""

    texts: ClassVar[Texts] = MappingProxyType(ERROR_MESSAGES)


class EstimationError(AnalysisError):
    """Columns, domains and design that do not belong together, or an unknown option."""


class ConditionError(AnalysisError):
    """A condition on rows that cannot be read or applied."""
