"""What each fault of a criteria set or a score table says, in Vietnamese and in English."""

DOCUMENT = {
    "empty_file": {"vi": "tệp trống", "en": "the file is empty"},
    "too_large": {
        "vi": "tệp lớn quá {limit} byte: đây không phải bộ tiêu chí",
        "en": "the file is larger than {limit} bytes: this is not a criteria set",
    },
    "not_text": {
        "vi": "tệp không phải văn bản UTF-8",
        "en": "the file is not UTF-8 text",
    },
    "broken_yaml": {
        "vi": "không đọc được YAML: {problem}",
        "en": "the YAML cannot be read: {problem}",
    },
    "duplicate_key": {
        "vi": "khóa «{value}» viết hai lần trong cùng một mục",
        "en": "the key «{value}» is written twice in the same mapping",
    },
    "not_a_mapping": {"vi": "phải là các cặp «khóa: giá trị»", "en": "must be «key: value» pairs"},
    "not_a_list": {"vi": "phải là một danh sách", "en": "must be a list"},
    "empty_section": {"vi": "mục này trống", "en": "this section is empty"},
    "unknown_key": {
        "vi": "khóa lạ; các khóa dùng được: {allowed}",
        "en": "unknown key; allowed are: {allowed}",
    },
    "missing_key": {"vi": "thiếu khóa này", "en": "this key is missing"},
    "not_text_value": {
        "vi": "«{value}» phải là chữ: đặt trong ngoặc kép",
        "en": "«{value}» must be text: put it in quotation marks",
    },
    "not_a_flag": {
        "vi": "«{value}» phải là true hoặc false",
        "en": "«{value}» must be true or false",
    },
    "not_whole": {
        "vi": "«{value}» phải là số nguyên từ {lowest} đến {highest}",
        "en": "«{value}» must be a whole number from {lowest} to {highest}",
    },
    "not_positive": {"vi": "«{value}» phải lớn hơn 0", "en": "«{value}» must be above 0"},
    "out_of_range": {
        "vi": "«{value}» phải nằm trong khoảng từ {lowest} đến {highest}",
        "en": "«{value}» must lie between {lowest} and {highest}",
    },
}

SCHEME = {
    "duplicate_criterion": {
        "vi": "mã tiêu chí «{value}» đã dùng ở {first}",
        "en": "criterion code «{value}» is already used at {first}",
    },
    "duplicate_field": {
        "vi": "mã lĩnh vực «{value}» đã dùng ở {first}",
        "en": "field code «{value}» is already used at {first}",
    },
    "reserved_code": {
        "vi": "mã «{value}» dành riêng cho chương trình, hãy đặt mã khác",
        "en": "the code «{value}» is reserved by the program, choose another",
    },
    "unknown_kind": {
        "vi": "chưa hỗ trợ cách chấm «{value}»; hiện có: {allowed}",
        "en": "the rule kind «{value}» is not supported yet; there are: {allowed}",
    },
    "bands_not_descending": {
        "vi": "ngưỡng {value} phải thấp hơn ngưỡng liền trước {previous}",
        "en": "the cut {value} must be below the previous cut {previous}",
    },
    "duplicate_band": {
        "vi": "tên mức xếp loại «{value}» dùng hai lần",
        "en": "the band name «{value}» is used twice",
    },
    "unknown_tie": {
        "vi": "tiêu chí phụ «{value}» không có: viết criterion:MÃ, field:MÃ hoặc survey, "
        "với mã có trong nhóm này, mỗi mã một lần",
        "en": "there is no tie-break «{value}»: write criterion:CODE, field:CODE or survey, "
        "with codes of this group, each once",
    },
    "unknown_scheme_group": {
        "vi": "không có nhóm «{value}» trong mục groups",
        "en": "there is no group «{value}» in the section groups",
    },
    "group_without_criteria": {
        "vi": "nhóm này không có tiêu chí nào",
        "en": "this group has no criteria",
    },
    "wrong_total": {
        "vi": "tổng điểm tối đa của nhóm «{group}» là {found}, không phải {value}",
        "en": "the maximum points of group «{group}» add up to {found}, not {value}",
    },
    "wrong_field_total": {
        "vi": "các tiêu chí của lĩnh vực (nhóm {group}) cộng lại là {found}, không phải {value}",
        "en": "the criteria of the field (group {group}) add up to {found}, not {value}",
    },
    "tiers_not_ordered": {
        "vi": "mốc {value} không đứng đúng thứ tự sau {previous}",
        "en": "the cut {value} is out of order after {previous}",
    },
    "points_above_maximum": {
        "vi": "{value} điểm vượt điểm tối đa {maximum} của tiêu chí",
        "en": "{value} points are more than the criterion's maximum {maximum}",
    },
    "cuts_not_ordered": {
        "vi": "cần from < to ≤ full: ở đây là {value}",
        "en": "from < to ≤ full is needed: here it is {value}",
    },
    "matrix_needs_survey": {
        "vi": "tiêu chí «{value}» không lấy điểm điều tra (source: survey)",
        "en": "criterion «{value}» does not take survey points (source: survey)",
    },
    "matrix_needs_share": {
        "vi": "cách chấm của tiêu chí «{value}» không nhận tỷ lệ từ 0 đến 1",
        "en": "the rule of criterion «{value}» does not take a share from 0 to 1",
    },
    "inner_rule_needs_share": {
        "vi": "cách chấm bên trong phải nhận tỷ lệ từ 0 đến 1",
        "en": "the inner rule must take a share from 0 to 1",
    },
    "duplicate_link": {
        "vi": "dòng ma trận {value} lặp lại",
        "en": "the matrix row {value} is repeated",
    },
    "missing_needs_rebase": {
        "vi": "survey_missing: not_applicable chỉ đi cùng not_applicable: rebase, "
        "nếu không đơn vị thiếu phiếu được hoặc mất điểm oan",
        "en": "survey_missing: not_applicable goes with not_applicable: rebase only, "
        "or a unit short of ballots would gain or lose points by it",
    },
}

SCORES = {
    "unknown_column": {
        "vi": "không có cột tên «{value}»; các cột dùng được: {allowed}",
        "en": "there is no column named «{value}»; allowed are: {allowed}",
    },
    "no_points_column": {
        "vi": "cần ít nhất một trong các cột: {allowed}",
        "en": "at least one of these columns is needed: {allowed}",
    },
    "unknown_group": {
        "vi": "không có nhóm «{value}»; các nhóm: {allowed}",
        "en": "there is no group «{value}»; there are: {allowed}",
    },
    "unknown_criterion": {
        "vi": "bộ tiêu chí không có mã «{value}»",
        "en": "the criteria set has no code «{value}»",
    },
    "criterion_of_other_group": {
        "vi": "tiêu chí «{value}» không chấm cho nhóm {group}",
        "en": "criterion «{value}» is not scored for group {group}",
    },
    "duplicate_score": {
        "vi": "tiêu chí «{value}» của đơn vị «{unit}» đã có ở dòng {first}",
        "en": "criterion «{value}» of unit «{unit}» already stands in row {first}",
    },
    "unit_in_two_groups": {
        "vi": "đơn vị «{unit}» đã thuộc nhóm {first_group} ở dòng {first}",
        "en": "unit «{unit}» already belongs to group {first_group} in row {first}",
    },
    "missing_criterion": {
        "vi": "đơn vị «{unit}» thiếu tiêu chí «{value}»",
        "en": "unit «{unit}» lacks criterion «{value}»",
    },
    "missing_criteria": {
        "vi": "đơn vị «{unit}» thiếu {count} tiêu chí, đầu tiên là «{value}»",
        "en": "unit «{unit}» lacks {count} criteria, the first is «{value}»",
    },
    "missing_points": {
        "vi": "chưa có điểm: nhập điểm, hoặc ghi applicable = no nếu không áp dụng",
        "en": "there are no points: enter them, or write applicable = no",
    },
    "negative": {"vi": "«{value}» là số âm", "en": "«{value}» is negative"},
    "above_maximum": {
        "vi": "{value} vượt điểm tối đa {maximum} của tiêu chí {criterion}",
        "en": "{value} is above the maximum {maximum} of criterion {criterion}",
    },
    "other_maximum": {
        "vi": "điểm tối đa ghi {value}, bộ tiêu chí quy định {maximum}",
        "en": "the maximum says {value}, the criteria set says {maximum}",
    },
    "neither_yes_nor_no": {
        "vi": "«{value}» phải là yes hoặc no (có hoặc không)",
        "en": "«{value}» must be yes or no",
    },
    "points_not_applicable": {
        "vi": "có «{value}» trong khi applicable = no",
        "en": "«{value}» is given while applicable = no",
    },
    "nothing_applicable": {
        "vi": "đơn vị «{value}» không có tiêu chí nào áp dụng nên không tính được tỷ lệ",
        "en": "no criterion applies to unit «{value}», so it has no percent",
    },
    "points_disagree": {
        "vi": "{value} điểm khác với {made} điểm tính theo cách chấm từ số liệu cùng dòng",
        "en": "{value} points differ from the {made} that the rule makes of the same row's data",
    },
}

OBSERVED = {
    "rule_takes_no_value": {
        "vi": "cách chấm {kind} không tính điểm từ số liệu này: hãy nhập điểm",
        "en": "the rule {kind} makes no points of this: enter the points",
    },
    "value_and_ratio": {
        "vi": "chỉ dùng value, hoặc numerator cùng denominator, không dùng cả hai",
        "en": "use value, or numerator with denominator, not both",
    },
    "half_a_ratio": {
        "vi": "numerator và denominator phải đi cùng nhau",
        "en": "numerator and denominator go together",
    },
    "ratio_for_quantity": {
        "vi": "cách chấm này tính theo số lượng: dùng cột value",
        "en": "this rule works on a quantity: use the column value",
    },
    "zero_denominator": {"vi": "mẫu số bằng 0", "en": "the denominator is 0"},
    "numerator_above_denominator": {
        "vi": "tử số {value} lớn hơn mẫu số {denominator}",
        "en": "the numerator {value} is above the denominator {denominator}",
    },
    "excluded_above_denominator": {
        "vi": "số loại trừ {value} lớn hơn mẫu số {denominator}",
        "en": "the excluded {value} are more than the denominator {denominator}",
    },
    "above_full": {
        "vi": "{value} lớn hơn mức trọn vẹn {full} (tỷ lệ viết từ 0 đến 1, hoặc khai may_exceed)",
        "en": "{value} is above the full {full} (a share runs from 0 to 1; or declare may_exceed)",
    },
    "below_lowest_tier": {
        "vi": "{value} thấp hơn mốc thấp nhất của cách chấm",
        "en": "{value} is below the lowest tier of the rule",
    },
    "unknown_option": {
        "vi": "«{value}» không phải một trong: {allowed}",
        "en": "«{value}» is not one of: {allowed}",
    },
    "repeated_option": {"vi": "«{value}» ghi hai lần", "en": "«{value}» stands twice"},
    "not_a_count": {
        "vi": "«{value}» phải là số nguyên không âm",
        "en": "«{value}» must be a whole number, 0 or more",
    },
    "no_answers": {"vi": "không có câu trả lời nào", "en": "there are no answers"},
    "not_a_pair": {
        "vi": "«{value}» phải có dạng tên=số, ngăn bằng dấu chấm phẩy",
        "en": "«{value}» must be name=number, separated by semicolons",
    },
    "missing_audience": {
        "vi": "thiếu số liệu của: {missing}",
        "en": "there is no figure for: {missing}",
    },
}

SURVEY = {
    "survey_missing": {
        "vi": "đơn vị «{value}»: chưa đủ số phiếu để công bố nội dung {item} ({audience})",
        "en": "unit «{value}»: not enough ballots to publish {item} ({audience})",
    },
    "survey_unit_unknown": {
        "vi": "kết quả điều tra có đơn vị «{value}» không có trong bảng điểm",
        "en": "the survey has unit «{value}», which the score table lacks",
    },
    "not_a_share": {
        "vi": "kết quả điều tra của «{unit}» là {value}, phải từ 0 đến 1",
        "en": "the survey result of «{unit}» is {value}, which must lie between 0 and 1",
    },
}

MESSAGES: dict[str, dict[str, str]] = {**DOCUMENT, **SCHEME, **SCORES, **OBSERVED, **SURVEY}
