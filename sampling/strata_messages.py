"""What each fault of a table of strata says, in Vietnamese and in English."""

STRATA_MESSAGES: dict[str, dict[str, str]] = {
    "repeated_stratum": {
        "vi": "tầng «{value}» đã có ở dòng {first}",
        "en": "stratum «{value}» already stands in row {first}",
    },
    "not_whole": {
        "vi": "«{value}» phải là số nguyên không âm",
        "en": "«{value}» must be a whole number, 0 or more",
    },
    "not_positive": {
        "vi": "«{value}» phải là số dương",
        "en": "«{value}» must be above 0",
    },
    "not_at_least_zero": {
        "vi": "«{value}» phải là số không âm",
        "en": "«{value}» must be 0 or more",
    },
    "not_rate": {
        "vi": "«{value}» phải lớn hơn 0 và không quá 1, ví dụ 0.3",
        "en": "«{value}» must be above 0 and at most 1, such as 0.3",
    },
    "not_share": {
        "vi": "«{value}» phải từ 0 đến 1, ví dụ 0.85",
        "en": "«{value}» must be from 0 to 1, such as 0.85",
    },
    "no_variation": {
        "vi": "«{value}» không cho cỡ mẫu hay biên sai số nào: tỷ lệ phải khác 0 và 1, "
        "độ lệch chuẩn phải dương",
        "en": "«{value}» gives no size or margin: a share must lie between 0 and 1, "
        "a deviation above 0",
    },
    "cap_below_minimum": {
        "vi": "tối đa là {value} nhưng tầng này phải chọn {needed}",
        "en": "the cap is {value} but this stratum must give {needed}",
    },
}
