"""What each error of weighting says, in Vietnamese and in English."""

WEIGHTING_MESSAGES: dict[str, dict[str, str]] = {
    "nobody_left": {
        "vi": "không còn dòng nào có quyền số trước bước này",
        "en": "no row has a weight left before this step",
    },
    "not_answered": {
        "vi": "cột «{name}» phải là 1 (đã trả lời) hoặc 0 (chưa) ở mọi dòng có quyền số",
        "en": "column {name!r} must be 1 (answered) or 0 (did not) on every row with a weight",
    },
    "uneven_classes": {
        "vi": "cần một hay nhiều cột dài bằng nhau và bằng số quyền số",
        "en": "one or more columns are needed, all of one length and as many as the weights",
    },
    "missing_in_margin": {
        "vi": "cột {name} trống ở {rows} dòng, trước hết ở dòng thứ {place}: điền vào trước khi "
        "tính quyền số",
        "en": "{name} is empty in {rows} rows, first in row number {place}: fill it in before "
        "weighting",
    },
    "level_is_no_number": {
        "vi": "cột {name} là số nhưng có mức không phải số: {level}",
        "en": "{name} holds numbers but a level is none: {level}",
    },
    "bad_levels": {
        "vi": "tổng thể của {name} cần ít nhất một mức, mỗi mức nêu đủ mọi biến",
        "en": "the totals of {name} need at least one level, and every level a word for each "
        "variable",
    },
    "bad_total": {
        "vi": "tổng của {name}, mức «{level}», là {total}: phải là số hữu hạn không âm",
        "en": "the total of {name}, level {level!r}, is {total}: give a finite number, 0 or more",
    },
    "zero_total": {
        "vi": "tổng của {name}, mức «{level}», là 0 nhưng có phiếu ở mức này: sửa tổng, hoặc bỏ "
        "các phiếu đó",
        "en": "the total of {name}, level {level!r}, is 0 but rows have it: mend the total, or "
        "leave these rows out",
    },
    "level_without_total": {
        "vi": "có phiếu ở mức «{level}» của {name} mà chưa có tổng: thêm tổng, hoặc gộp mức",
        "en": "rows have level {level!r} of {name}, which has no total: give one, or merge levels",
    },
    "unknown_margin": {
        "vi": "dữ liệu không có cột «{name}» để hiệu chỉnh",
        "en": "the data have no column {name!r} to calibrate on",
    },
    "margins_disagree": {
        "vi": "tổng các mức của {first} là {first_total:.15g}, của {second} là {second_total:.15g}"
        ": cùng một tổng thể thì phải bằng nhau",
        "en": "{first} adds up to {first_total:.15g} but {second} to {second_total:.15g}: both are "
        "the same population",
    },
    "silent_level": {
        "vi": "không ai trả lời ở mức «{level}» của {name}, mà tổng thể có {total:.15g}: gộp mức "
        "này với mức tương tự",
        "en": "nobody answered at level {level!r} of {name}, which has a total of {total:.15g}: "
        "merge it with a similar level",
    },
    "silent_weighting_class": {
        "vi": "không ai trả lời ở lớp «{group}»: gộp với một lớp tương tự",
        "en": "nobody answered in class {group!r}: merge it with a similar class",
    },
    "bad_base_weight": {
        "vi": "quyền số thứ {place} là {weight}: phải là số hữu hạn không âm",
        "en": "weight number {place} is {weight}: give a finite number, 0 or more",
    },
    "no_positive_weight": {
        "vi": "không dòng nào có quyền số dương",
        "en": "no row has a positive weight",
    },
    "unknown_method": {
        "vi": "không có cách «{method}»: chọn một trong {allowed}",
        "en": "there is no method {method!r}: choose one of {allowed}",
    },
    "bounds_needed": {
        "vi": "cách «{method}» cần hai giới hạn của hệ số, ví dụ [0.3, 3]",
        "en": "method {method!r} needs two bounds of the factor, such as [0.3, 3]",
    },
    "bad_bounds": {
        "vi": "giới hạn [{lower:g}, {upper:g}] không hợp với «{method}»: linear không có giới hạn, "
        "các cách khác cần 0 ≤ dưới < 1 < trên",
        "en": "bounds [{lower:g}, {upper:g}] do not suit {method!r}: linear takes none, the others "
        "need 0 <= lower < 1 < upper",
    },
    "out_of_reach": {
        "vi": "{name}, mức «{level}»: trong giới hạn đã cho quyền số chỉ đạt từ {least:.6g} đến "
        "{most:.6g}, không tới tổng {total:.6g}: nới giới hạn hoặc gộp mức",
        "en": "{name}, level {level!r}: within the bounds weights reach {least:.6g} to {most:.6g} "
        "only, not the total {total:.6g}: widen the bounds or merge levels",
    },
    "no_convergence": {
        "vi": "sau {iterations} vòng vẫn lệch: {name}, mức «{level}», đạt {reached:.10g} thay vì "
        "{total:.10g}; các tổng mâu thuẫn nhau hoặc giới hạn quá hẹp: nới giới hạn, "
        "bớt hoặc gộp mức",
        "en": "no solution after {iterations} rounds: {name}, level {level!r}, reaches "
        "{reached:.10g} instead of {total:.10g}; the totals contradict each other or the bounds "
        "are too narrow: widen them, drop a margin or merge levels",
    },
    "negative_calibrated": {
        "vi": "hiệu chỉnh tuyến tính cho {rows} quyền số âm hoặc bằng 0 (nhỏ nhất {least:.6g}): "
        "đặt giới hạn, hoặc dùng raking hay logit",
        "en": "linear calibration makes {rows} weights negative or 0 (least {least:.6g}): set "
        "bounds, or use raking or logit",
    },
    "numbers_in_raking": {
        "vi": "rake chỉ dùng biến phân loại; với tổng của {name} hãy dùng calibrate",
        "en": "raking takes categories only; with a total of {name} use calibrate",
    },
    "bad_limits": {
        "vi": "giới hạn cắt quyền số là {lower} và {upper}: cần 0 ≤ dưới < trên",
        "en": "weights are to be trimmed at {lower} and {upper}: give 0 <= lower < upper",
    },
    "unreadable_limit": {
        "vi": "không hiểu giới hạn «{limit}»: ghi một số, hoặc dạng 5×median, 3×mean",
        "en": "the limit {limit!r} cannot be read: write a number, or such as 5×median, 3×mean",
    },
    "nothing_left_to_trim": {
        "vi": "giữa {lower:.6g} và {upper:.6g} không đủ chỗ cho phần bị cắt: {rows} quyền số cộng "
        "lại là {total:.6g}; nới giới hạn",
        "en": "between {lower:.6g} and {upper:.6g} there is no room for what is cut: {rows} "
        "weights add up to {total:.6g}; widen the limits",
    },
    "bad_response": {
        "vi": "cột trả lời phải là đúng/sai, mỗi dòng một giá trị, không thiếu",
        "en": "whether each row answered must be true or false, one for each row, none missing",
    },
    "bad_propensity": {
        "vi": "xác suất trả lời thứ {place} là {propensity}: phải lớn hơn 0 và không quá 1",
        "en": "propensity number {place} is {propensity}: give one above 0, at most 1",
    },
    "separated": {
        "vi": "ở {name}, mức «{level}», mọi hồ sơ đều có trả lời hoặc đều không: mô hình không ước "
        "lượng được, hãy gộp mức",
        "en": "at {name}, level {level!r}, all or none answered, so that the model has no "
        "estimate: merge levels",
    },
    "no_fit": {
        "vi": "mô hình trả lời không hội tụ sau {iterations} vòng: các biến đoán trước được ai trả "
        "lời; bớt biến hoặc gộp mức",
        "en": "the response model does not converge in {iterations} rounds: its variables tell "
        "exactly who answers; drop one or merge levels",
    },
    "collinear_terms": {
        "vi": "các biến của mô hình trả lời trùng lặp nhau: bỏ bớt một biến",
        "en": "the variables of the response model repeat each other: drop one",
    },
}
