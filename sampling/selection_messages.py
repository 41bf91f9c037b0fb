"""What each error of a draw says beyond those of frames and sizes, in Vietnamese and in English."""

SELECTION_MESSAGES: dict[str, dict[str, str]] = {
    "size_off_frame": {
        "vi": "cần chọn {n} nhưng chỉ có {available} đơn vị có thể được chọn: sửa cỡ mẫu",
        "en": "{n} to draw but {available} units can be drawn: mend the sample size",
    },
    "unusable_sizes": {
        "vi": "quy mô phải là một cột số hữu hạn, không âm",
        "en": "sizes must be one column of finite numbers, 0 or more",
    },
    "sizes_too_large": {
        "vi": "tổng quy mô vượt quá 2^62: hãy dùng đơn vị tính lớn hơn",
        "en": "sizes add up to more than 2^62: count them in a larger unit",
    },
    "size_not_whole": {
        "vi": "cột quy mô «{column}» phải là số nguyên để ai cũng tính lại được: hãy đổi sang đơn "
        "vị tính nhỏ hơn",
        "en": "sizes in column {column!r} must be whole numbers, so that anybody comes to the same "
        "sample: count them in a smaller unit",
    },
    "bad_column": {
        "vi": "cột «{column}» có ô trống hoặc giá trị không dùng được để chọn mẫu",
        "en": "column {column!r} has missing values, or values that nothing can be drawn by",
    },
    "bad_rate": {
        "vi": "xác suất được chọn là {rate}: phải từ 0 đến 1",
        "en": "the probability of being drawn is {rate}: give a number from 0 to 1",
    },
    "bad_start": {
        "vi": "điểm bắt đầu là {start}: phải từ 0 đến dưới 1",
        "en": "the start is {start}: give a number from 0 to below 1",
    },
    "no_start": {
        "vi": "chọn mẫu hệ thống cần một điểm bắt đầu cho tầng «{stratum}»",
        "en": "a systematic draw needs a start for stratum {stratum!r}",
    },
    "no_joint": {
        "vi": "phương pháp {method} không có bảng xác suất hai đơn vị cùng được chọn (chọn mẫu hệ "
        "thống có những cặp không bao giờ xuất hiện): hãy dùng phương sai gần đúng Brewer hoặc "
        "Hartley–Rao",
        "en": "method {method} has no table of joint probabilities (in systematic draws some pairs "
        "never occur): use the approximate variance of Brewer, or of Hartley and Rao",
    },
    "never_again": {
        "vi": "đơn vị ở vị trí {place} chắc chắn đã được hỏi trong kỳ nên không còn khả năng được "
        "chọn: cho phép hỏi lại ở tầng này, hoặc đưa đơn vị ra khỏi dàn mẫu",
        "en": "the unit at place {place} was certain to be asked before and cannot be drawn: let "
        "this stratum be asked again, or take the unit off the frame",
    },
    "asked_by_no_chance": {
        "vi": "đơn vị ở vị trí {place} có trong danh sách đã hỏi nhưng xác suất được hỏi ghi là 0: "
        "sửa cột xác suất",
        "en": "the unit at place {place} was asked though its chance of being asked is given as 0: "
        "mend the column of chances",
    },
    "bad_period": {
        "vi": "thời gian không hỏi lại là {days} ngày: phải là số nguyên dương",
        "en": "the period without asking again is {days} days: give a positive whole number",
    },
    "later_asked": {
        "vi": "danh sách đã hỏi có ngày {day}, sau ngày rút mẫu {today}",
        "en": "the list of those asked has the day {day}, later than that of the draw, {today}",
    },
    "bad_rotation": {
        "vi": "lượt {at} trên {rounds} lượt không có nghĩa: lượt đếm từ 0",
        "en": "turn {at} of {rounds} makes no sense: turns count from 0",
    },
    "too_often": {
        "vi": "tổng xác suất của các đợt ở vị trí {place} là {chance}, lớn hơn 1: không thể chọn "
        "các đợt không trùng nhau",
        "en": "probabilities of the rounds add up to {chance} at place {place}, above 1: rounds "
        "cannot be kept apart",
    },
}
