"""Errors of tests, intervals and regressions; each message says what to mend."""

from types import MappingProxyType
from typing import ClassVar

from analysis.errors import ERROR_MESSAGES, AnalysisError
from sampling.errors import Texts

INFERENCE_MESSAGES: dict[str, dict[str, str]] = {
    "uneven_columns": {
        "vi": "«{name}» có dạng {shape}, nhưng thiết kế có {rows} dòng",
        "en": "{name!r} has shape {shape}, but the design has {rows} rows",
    },
    "no_rows": {
        "vi": "không dòng nào trong miền có đủ «{names}»: nới miền hoặc điền số liệu",
        "en": "no row of the domain has {names!r}: widen the domain or fill in answers",
    },
    "uneven_denominators": {
        "vi": "có {numerators} tử số và {denominators} mẫu số: cần một mẫu số, hoặc mỗi tử số "
        "một mẫu số",
        "en": "{numerators} numerators and {denominators} denominators: give one denominator, or "
        "one for each numerator",
    },
    "bad_contrast": {
        "vi": "tổ hợp dạng {shape} nhưng có {values} ước lượng",
        "en": "the contrast has shape {shape} but there are {values} estimates",
    },
    "no_covariance": {
        "vi": "ước lượng không kèm hiệp phương sai: hãy tính lại với covariance=True",
        "en": "the estimate has no covariances: work it out with covariance=True",
    },
    "bad_probability": {
        "vi": "phân vị ở mức {value}: phải nằm giữa 0 và 1, ví dụ 0.5",
        "en": "a quantile at {value}: give a share between 0 and 1, such as 0.5",
    },
    "no_share": {
        "vi": "ước lượng thứ {place} là {value}: khoảng này chỉ dành cho tỷ lệ từ 0 đến 1",
        "en": "estimate number {place} is {value}: this interval is for shares from 0 to 1",
    },
    "one_level": {
        "vi": "mọi dòng trong miền đều có «{name}» = «{level}»: không có gì để so sánh",
        "en": "all rows of the domain have {name!r} = {level!r}: there is nothing to compare",
    },
    "not_two_levels": {
        "vi": "«{name}» có {levels} mức ({words}): phép so sánh này cần đúng 2 nhóm",
        "en": "{name!r} has {levels} levels ({words}): this comparison needs exactly 2 groups",
    },
    "constant_outcome": {
        "vi": "mọi dòng trong miền đều có «{name}» = {value}: không có gì để giải thích",
        "en": "all rows of the domain have {name!r} = {value}: there is nothing to explain",
    },
    "bad_outcome": {
        "vi": "«{name}» ở vị trí {place} là {value}: họ {family} cần {needed}",
        "en": "{name!r} at place {place} is {value}: the family {family} needs {needed}",
    },
    "separated": {
        "vi": "các dòng có «{column}» = «{level}» đều trả lời {value}, nên hệ số lớn vô hạn: "
        "gộp mức này hoặc bỏ biến",
        "en": "all rows with {column!r} = {level!r} answer {value}, so that the coefficient grows "
        "without limit: merge the level or leave the variable out",
    },
    "separated_by_number": {
        "vi": "«{column}» tách hẳn câu trả lời 0 khỏi 1 ở quanh {cut}, nên hệ số lớn vô hạn: "
        "bỏ biến hoặc gộp thành nhóm",
        "en": "{column!r} tells the answers 0 and 1 apart at {cut} without exception, so that its "
        "coefficient grows without limit: leave it out or group it",
    },
    "no_regressors": {
        "vi": "mô hình chưa có biến giải thích nào",
        "en": "the model has no variable to explain by",
    },
    "unknown_term": {
        "vi": "mô hình không có biến «{term}»; các biến: {allowed}",
        "en": "the model has no variable {term!r}; it has {allowed}",
    },
    "too_few_clusters": {
        "vi": "kiểm định có {parameters} tham số mà thiết kế chỉ có {df} bậc tự do: gộp bớt mức",
        "en": "the test has {parameters} parameters and the design {df} degrees of freedom only: "
        "merge levels",
    },
    "degenerate_test": {
        "vi": "phương sai của «{name}» bằng 0 theo một hướng: không kiểm định được, hãy gộp mức",
        "en": "the variance of {name!r} is 0 in some direction, so that nothing can be tested: "
        "merge levels",
    },
    "change_needs_stages": {
        "vi": "so sánh hai đợt cần thiết kế nhiều tầng, không phải {scheme}",
        "en": "comparing two rounds needs designs of stages, not {scheme}",
    },
    "ambiguous_clusters": {
        "vi": "tên cụm «{label}» trong {round} chỉ hai cụm, hoặc một cụm có hai tên: đặt tên duy "
        "nhất cho từng cụm",
        "en": "the cluster name {label!r} in {round} means two clusters, or one of two names of a "
        "cluster: give each cluster one name of its own",
    },
    "different_rounds": {
        "vi": "chỉ một trong hai đợt có miền «{domain}»: thu hẹp về các miền chung",
        "en": "only one of the two rounds has the domain {domain!r}: narrow both to common ones",
    },
    "different_measures": {
        "vi": "đợt trước đo {before} cột, đợt sau đo {after} cột: phải cùng các cột",
        "en": "the round before measures {before} columns and the one after {after}: measure the "
        "same ones",
    },
}


class InferenceError(AnalysisError):
    """A comparison, interval or regression that the answers cannot carry."""

    texts: ClassVar[Texts] = MappingProxyType({**ERROR_MESSAGES, **INFERENCE_MESSAGES})
