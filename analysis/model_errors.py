"""Errors of estimates that lean on a model; each message says what to mend."""

from types import MappingProxyType
from typing import ClassVar

from analysis.errors import AnalysisError
from sampling.errors import Texts

MODEL_MESSAGES: dict[str, dict[str, str]] = {
    "uneven_model": {
        "vi": "«{name}» có dạng {shape} nhưng cần {rows} giá trị",
        "en": "{name!r} has shape {shape} but {rows} values are needed",
    },
    "missing_in_model": {
        "vi": "«{name}» thiếu giá trị hoặc không hữu hạn ở vị trí {place}: điền vào hoặc bỏ dòng",
        "en": "{name!r} is missing or not finite at place {place}: fill it in or leave the row out",
    },
    "collinear": {
        "vi": "biến «{column}» suy ra được từ các biến đứng trước (hoặc không đổi): hãy bỏ đi",
        "en": "{column!r} follows from the variables before it (or never changes): leave it out",
    },
    "no_convergence": {
        "vi": "{what} không tìm được nghiệm sau {steps} bước; hệ số lệch nhất là của «{column}»: "
        "gộp mức hiếm của biến này hoặc bỏ biến",
        "en": "{what} found no solution in {steps} steps; the coefficient furthest off is that of "
        "{column!r}: merge its rare levels or leave it out",
    },
    "too_few_areas": {
        "vi": "chỉ {areas} địa bàn có ước lượng trực tiếp, mô hình cần ít nhất {needed}: bớt biến "
        "hoặc gộp nhiều đợt",
        "en": "only {areas} areas have a direct estimate and the model needs {needed}: use fewer "
        "variables or pool rounds",
    },
    "bad_area_variance": {
        "vi": "phương sai của địa bàn «{area}» là {variance}: phải là số dương; "
        "hãy làm trơn phương sai trước",
        "en": "the variance of area {area!r} is {variance}: it must be positive; "
        "smooth the variances first",
    },
    "missing_covariate": {
        "vi": "biến «{column}» thiếu giá trị ở địa bàn «{area}»",
        "en": "{column!r} is missing for area {area!r}",
    },
    "bad_area_size": {
        "vi": "quy mô của địa bàn «{area}» là {size}: phải là số dương",
        "en": "the size of area {area!r} is {size}: it must be positive",
    },
    "bad_share": {
        "vi": "tỷ lệ của địa bàn «{area}» là {share}: phải nằm từ 0 đến 1",
        "en": "the share of area {area!r} is {share}: it must lie from 0 to 1",
    },
    "no_target": {
        "vi": "không có ước lượng cấp trên hữu hạn cho nhóm «{group}»",
        "en": "group {group!r} has no finite estimate at the higher level",
    },
    "no_ratio": {
        "vi": "không hiệu chỉnh được nhóm «{group}»: trung bình của các địa bàn là {mean}, "
        "cấp trên là {target}",
        "en": "group {group!r} cannot be benchmarked: its areas average {mean}, the higher level "
        "is {target}",
    },
    "bad_counts": {
        "vi": "địa bàn «{area}» có {successes} phiếu đạt trên {trials} phiếu: số đạt phải từ 0 đến "
        "tổng số",
        "en": "area {area!r} has {successes} successes in {trials} trials: successes must lie from "
        "0 to the trials",
    },
    "no_spread": {
        "vi": "các địa bàn không khác nhau nhiều hơn mức ngẫu nhiên: dùng tỷ lệ chung",
        "en": "the areas differ by no more than chance: use their common share",
    },
    "all_alike": {
        "vi": "mọi phiếu đều {answer}: không ước lượng được mức khác nhau giữa các địa bàn",
        "en": "every answer is {answer}: how areas differ cannot be estimated",
    },
    "only_extremes": {
        "vi": "ở mỗi địa bàn mọi phiếu đều như nhau: gộp địa bàn hoặc gộp nhiều đợt",
        "en": "within each area all answers are the same: pool areas or rounds",
    },
    "bad_design_effect": {
        "vi": "hệ số thiết kế của địa bàn «{area}» là {value}: phải là số dương",
        "en": "the design effect of area {area!r} is {value}: give a positive number",
    },
    "no_replication": {
        "vi": "không đủ địa bàn có từ 2 phiếu trở lên để ước lượng mức khác nhau giữa các địa bàn",
        "en": "too few areas have 2 answers or more to tell how areas differ",
    },
    "no_variables": {
        "vi": "mô hình không có biến nào",
        "en": "there is no variable to model with",
    },
    "different_columns": {
        "vi": "hai nguồn không có cùng các biến: {first} và {second}",
        "en": "the two sources do not have the same variables: {first} and {second}",
    },
    "different_kinds": {
        "vi": "biến «{column}» là số ở nguồn này và chữ ở nguồn kia",
        "en": "{column!r} holds numbers in one source and labels in another",
    },
    "different_patterns": {
        "vi": "người tự trả lời và nguồn đối chiếu phải được mã hoá cùng một lần",
        "en": "volunteers and reference must be coded together",
    },
    "level_without_volunteers": {
        "vi": "không ai tự trả lời có «{column}» = «{level}»: gộp mức này với mức tương tự",
        "en": "no volunteer has {column!r} = {level!r}: merge the level with a similar one",
    },
    "level_without_reference": {
        "vi": "nguồn đối chiếu không có ai với «{column}» = «{level}»: gộp mức hoặc sửa dữ liệu",
        "en": "the reference has nobody with {column!r} = {level!r}: merge the level or mend data",
    },
    "more_volunteers_than_people": {
        "vi": "có {volunteers:g} người tự trả lời với «{column}» mà tổng thể chỉ có {population:g}",
        "en": "{volunteers:g} volunteers for {column!r} but the population has {population:g}",
    },
    "bad_reference_weight": {
        "vi": "quyền số đối chiếu thứ {place} là {weight}: phải là số không âm",
        "en": "reference weight number {place} is {weight}: give a number, 0 or more",
    },
    "bad_cap": {
        "vi": "số lần khoảng tứ phân vị là {multiple}: phải là số không âm",
        "en": "the multiple of the interquartile range is {multiple}: give a number, 0 or more",
    },
    "no_volunteers": {
        "vi": "không có người tự trả lời nào",
        "en": "there are no volunteers",
    },
    "different_domains": {
        "vi": "hai nguồn không được chia theo cùng các miền",
        "en": "the two sources are not divided into the same domains",
    },
    "not_a_response_share": {
        "vi": "giá trị thứ {place} là {value}: mô hình logit cần số từ 0 đến 1",
        "en": "value number {place} is {value}: a logistic model needs numbers from 0 to 1",
    },
    "constant_answer": {
        "vi": "mọi người tự trả lời đều cho {answer}: không cần mô hình logit",
        "en": "every volunteer answered {answer}: a logistic model has nothing to explain",
    },
    "bad_ridge": {
        "vi": "hệ số phạt là {ridge}: phải là số không âm",
        "en": "the ridge penalty is {ridge}: give a number, 0 or more",
    },
    "too_few_items": {
        "vi": "chỉ có {items} câu hỏi: cần ít nhất 2",
        "en": "only {items} items: at least 2 are needed",
    },
    "constant_item": {
        "vi": "mọi người trả lời câu «{item}» như nhau: bỏ câu này",
        "en": "everybody answers item {item!r} alike: leave it out",
    },
    "items_cancel_out": {
        "vi": "tổng các câu hỏi không thay đổi: đảo chiều điểm của câu hỏi ngược nghĩa",
        "en": "the sum of the items never changes: reverse the items that are keyed the other way",
    },
    "missing_item": {
        "vi": "câu «{item}» có phiếu chưa trả lời: bỏ các phiếu đó (missing: drop) hoặc điền vào",
        "en": "item {item!r} has missing answers: drop those rows (missing: drop) or impute",
    },
    "too_few_answers": {
        "vi": "chỉ có {rows} phiếu dùng được: cần ít nhất 2",
        "en": "only {rows} usable answers: at least 2 are needed",
    },
}


class ModelError(AnalysisError):
    """A model that the data cannot carry."""

    texts: ClassVar[Texts] = MappingProxyType(MODEL_MESSAGES)
