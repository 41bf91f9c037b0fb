"""What each error of unequal probabilities says, in Vietnamese and in English."""

INCLUSION_MESSAGES: dict[str, dict[str, str]] = {
    "no_units": {
        "vi": "cần một cột có ít nhất một đơn vị",
        "en": "give one column with at least one unit",
    },
    "bad_measure": {
        "vi": "quy mô của đơn vị ở vị trí {place} là {size}: phải là số hữu hạn không âm",
        "en": "the size of the unit at place {place} is {size}: give a finite number, 0 or more",
    },
    "no_size": {
        "vi": "đơn vị ở vị trí {place} có quy mô 0 nên không bao giờ được chọn: sửa quy mô, đặt "
        "xác suất tối thiểu, hoặc đưa đơn vị ra khỏi dàn mẫu",
        "en": "the unit at place {place} has size 0 and could never be drawn: mend its size, set a "
        "minimum probability, or take it off the frame",
    },
    "bad_minimum": {
        "vi": "xác suất chọn tối thiểu là {minimum}: phải từ 0 đến dưới 1",
        "en": "the minimum probability is {minimum}: give a number from 0 to below 1",
    },
    "bad_expected_size": {
        "vi": "cỡ mẫu là {n:g} nhưng có {units} đơn vị có thể được chọn: cỡ mẫu phải dương và "
        "không quá số đó",
        "en": "the sample size is {n:g} and {units} units can be drawn: give a positive size, no "
        "more than that",
    },
    "minimum_needs_more": {
        "vi": "xác suất tối thiểu {minimum:g} cho {units} đơn vị cần cỡ mẫu lớn hơn {n:g}",
        "en": "a minimum of {minimum:g} for each of {units} units needs more than {n:g}",
    },
    "uneven_units": {
        "vi": "có {units} đơn vị nhưng cột kia có dạng {given}",
        "en": "there are {units} units but the other column has shape {given}",
    },
    "other_strata": {
        "vi": "tầng «{stratum}» chỉ có ở dàn mẫu hoặc chỉ có ở bảng cỡ mẫu",
        "en": "stratum {stratum!r} stands on the frame only, or among the sample sizes only",
    },
    "bad_chance": {
        "vi": "xác suất chọn ở vị trí {place} là {probability}: phải từ 0 đến 1",
        "en": "the probability at place {place} is {probability}: give a number from 0 to 1",
    },
    "fractional_size": {
        "vi": "tổng xác suất chọn là {size:.12g}: phương pháp có cỡ mẫu cố định cần một số nguyên",
        "en": "probabilities add up to {size:.12g}: a method of fixed size needs a whole number",
    },
    "not_settled": {
        "vi": "không tìm được tham số của thiết kế entropy cực đại sau {rounds} bước (còn lệch "
        "{error:.1e}): kiểm tra các xác suất quá gần 0 hoặc 1",
        "en": "no parameters of the maximum entropy design after {rounds} steps (still off by "
        "{error:.1e}): look for probabilities very near 0 or 1",
    },
    "unequal_chances": {
        "vi": "phương pháp {method} cần xác suất chọn bằng nhau",
        "en": "method {method} needs equal probabilities",
    },
    "unknown_method": {
        "vi": "không có phương pháp «{method}»: chọn một trong {known}",
        "en": "there is no method {method!r}: choose one of {known}",
    },
    "too_few_for_joint": {
        "vi": "xấp xỉ {method} cần ít nhất hai đơn vị không chắc chắn được chọn trong mẫu",
        "en": "the approximation {method} needs two drawn units that are not certain",
    },
    "missing_auxiliary": {
        "vi": "phương pháp {method} cần cột phụ: toạ độ hoặc biến cân bằng",
        "en": "method {method} needs auxiliary columns: coordinates or balancing variables",
    },
    "bad_auxiliary": {
        "vi": "cột phụ có dạng {shape} hoặc có giá trị thiếu: cần {units} dòng số hữu hạn",
        "en": "auxiliary columns have shape {shape} or missing values: {units} rows of finite "
        "numbers are needed",
    },
    "landing_too_wide": {
        "vi": "còn {units} đơn vị chưa quyết định, quá nhiều cho quy hoạch tuyến tính: chọn cách "
        "hạ cánh bỏ dần biến",
        "en": "{units} units are still open, too many for the linear programme: land by "
        "suppression",
    },
    "landing_failed": {
        "vi": "quy hoạch tuyến tính không có nghiệm: chọn cách hạ cánh bỏ dần biến",
        "en": "the linear programme found no solution: land by suppression",
    },
    "bad_take": {
        "vi": "giai đoạn {stage}: cỡ mẫu cố định hoặc tỷ lệ là {given}: cần số dương, tỷ lệ không "
        "quá 1",
        "en": "stage {stage}: the take or rate is {given}: give a positive number, a rate of at "
        "most 1",
    },
    "bad_stages": {
        "vi": "kế hoạch có {stages} giai đoạn: cần từ một đến ba",
        "en": "the plan has {stages} stages: give one to three",
    },
    "lost_parent": {
        "vi": "đơn vị «{unit}» ở giai đoạn {stage} thuộc cả «{first}» và «{second}»: mỗi đơn vị "
        "phải thuộc một chùm và một tầng, và có một quy mô",
        "en": "unit {unit!r} of stage {stage} belongs to {first!r} and to {second!r}: each lies in "
        "one cluster and one stratum, and has one size",
    },
    "unplanned_take": {
        "vi": "giai đoạn {stage}: tầng «{stratum}» không có cỡ mẫu",
        "en": "stage {stage}: stratum {stratum!r} has no sample size",
    },
    "random_take": {
        "vi": "giai đoạn {stage}: phương pháp {method} không có cỡ mẫu cố định hoặc không dùng "
        "được ở đây",
        "en": "stage {stage}: method {method} has no fixed size, or cannot be used here",
    },
    "self_weighting_first": {
        "vi": "giai đoạn đầu không thể tự quyền số: hãy cho cỡ mẫu cố định hoặc tỷ lệ",
        "en": "the first stage cannot be self-weighting: give a fixed take or a rate",
    },
    "empty_cluster": {
        "vi": "giai đoạn {stage}: chùm «{cluster}» đã được chọn nhưng danh sách không có đơn vị "
        "nào của chùm này",
        "en": "stage {stage}: cluster {cluster!r} was drawn but the list has no unit of it",
    },
    "repeated_unit": {
        "vi": "đơn vị «{unit}» của giai đoạn cuối lặp lại trên dàn mẫu",
        "en": "unit {unit!r} of the last stage stands on the frame twice",
    },
}
