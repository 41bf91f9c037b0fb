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
        "vi": "câu trả lời dạng {answers}, miền dạng {domains}, nhưng thiết kế có {rows} dòng",
        "en": "answers have shape {answers} and domains {domains}, but the design has {rows} rows",
    },
    "replicates_need_estimates": {
        "vi": "thiết kế có quyền số lặp: phương sai tính từ các ước lượng, không từ đóng góp",
        "en": "the design has replicate weights: variances come from estimates, not contributions",
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
    "mixed_kinds": {
        "vi": "điều kiện «{condition}» so sánh số với chữ",
        "en": "condition {condition!r} compares a number with a text",
    },
}

FAULT_MESSAGES: dict[str, dict[str, str]] = {
    "another_base": {
        "vi": "«{value}» khác cột gốc «{base}» của công thức quyền số: ghi cùng một cột",
        "en": "«{value}» is not the column «{base}» that the recipe begins with: name the same one",
    },
    "two_columns": {
        "vi": "«{value}»: tỷ số cần đúng hai cột, tử số rồi mẫu số",
        "en": "«{value}»: a ratio needs two columns, the numerator and the denominator",
    },
    "only_for": {
        "vi": "«{value}» chỉ dùng cho stat: {stat}",
        "en": "«{value}» goes with stat: {stat} only",
    },
    "bad_level": {
        "vi": "«{value}» phải nằm giữa 0 và 1, ví dụ 0.95",
        "en": "«{value}» must lie between 0 and 1, such as 0.95",
    },
    "negative_weight": {
        "vi": "quyền số «{value}» là số âm",
        "en": "the weight «{value}» is negative",
    },
    "missing_answer": {
        "vi": "chưa có câu trả lời (miền {domain}): điền vào, thu hẹp miền bằng where, "
        "hoặc ghi missing: drop",
        "en": "no answer (domain {domain}): fill it in, narrow the domain by where, "
        "or write missing: drop",
    },
    "nobody": {
        "vi": "không dòng nào thoả điều kiện «{value}»",
        "en": "no row meets the condition «{value}»",
    },
}


class AnalysisError(SamplingError):
    """An analysis that cannot be done as asked."""

    texts: ClassVar[Texts] = MappingProxyType(ERROR_MESSAGES)


class EstimationError(AnalysisError):
    """Columns, domains and design that do not belong together, or an unknown option."""


class ConditionError(AnalysisError):
    """A condition on rows that cannot be read or applied."""
