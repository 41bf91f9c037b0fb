"""What each fault of a table and each error of a sample says, in Vietnamese and in English."""

MESSAGES: dict[str, dict[str, str]] = {
    "unknown_encoding": {
        "vi": "không đọc được chữ trong tệp: hãy lưu lại dạng CSV UTF-8",
        "en": "the text of the file cannot be read: save it again as CSV UTF-8",
    },
    "legacy_encoding": {
        "vi": "tệp dùng bảng mã TCVN3 (phông .Vn…): hãy chuyển sang Unicode rồi tải lại",
        "en": "the file is written in TCVN3 (.Vn… fonts): convert it to Unicode and try again",
    },
    "unreadable_workbook": {
        "vi": "không mở được bảng tính: tệp hỏng, tải chưa hết hoặc không phải Excel/ODS",
        "en": "the workbook cannot be opened: it is damaged, cut short or not Excel/ODS",
    },
    "unreadable_parquet": {
        "vi": "«{value}» không phải tệp Parquet, hoặc đã hỏng: xuất lại tệp này",
        "en": "«{value}» is no Parquet file, or is damaged: export it again",
    },
    "encrypted_workbook": {
        "vi": "bảng tính có mật khẩu: hãy bỏ mật khẩu rồi tải lại",
        "en": "the workbook has a password: take it off and try again",
    },
    "binary_workbook": {
        "vi": "không đọc tệp XLSB: hãy lưu lại dạng Excel Workbook (.xlsx)",
        "en": "XLSB is not read: save it again as Excel Workbook (.xlsx)",
    },
    "wrong_kind": {
        "vi": "tệp không phải bảng tính hay CSV, dù tên tệp là gì: hãy xuất lại .xlsx hoặc .csv",
        "en": "whatever its name, this is no workbook or CSV: export it as .xlsx or .csv",
    },
    "no_table": {
        "vi": "tệp là trang web không có bảng nào",
        "en": "the file is a web page without a table",
    },
    "too_large": {
        "vi": "bảng quá lớn: tối đa 1.000.000 dòng, 500 cột, 20 triệu ô, 512 MB khi giải nén",
        "en": "the table is too large: at most 1,000,000 rows, 500 columns, 20 million cells, "
        "512 MB unpacked",
    },
    "broken_csv": {
        "vi": "dấu ngoặc kép mở mà không đóng, hoặc ô quá dài",
        "en": "a quotation mark is opened and not closed, or a cell is too long",
    },
    "empty_table": {"vi": "tệp không có dòng nào", "en": "the file has no rows"},
    "no_rows": {
        "vi": "tệp chỉ có tiêu đề, chưa có dòng dữ liệu",
        "en": "the file has a header but no data",
    },
    "duplicate_column": {
        "vi": "tên cột «{value}» xuất hiện hai lần",
        "en": "the column name «{value}» appears twice",
    },
    "extra_cells": {
        "vi": "có {found} ô, tiêu đề chỉ có {expected}: «{value}» thừa ra "
        "(số có dấu phẩy phải đặt trong ngoặc kép)",
        "en": "{found} cells where the header has {expected}: «{value}» is left over "
        "(a number with a comma needs quotation marks)",
    },
    "no_header": {
        "vi": "không thấy dòng tiêu đề: cần một dòng có tên các cột {needed}; "
        "dòng này mở đầu bằng «{value}»",
        "en": "no header: a row must name the columns {needed}; this row begins with «{value}»",
    },
    "missing_column": {"vi": "thiếu cột này", "en": "this column is missing"},
    "missing_value": {"vi": "ô trống", "en": "the cell is empty"},
    "not_a_number": {"vi": "«{value}» không phải số", "en": "«{value}» is not a number"},
    "not_finite": {
        "vi": "«{value}» không phải số hữu hạn",
        "en": "«{value}» is not a finite number",
    },
    "ambiguous_number": {
        "vi": "«{value}» có thể hiểu hai cách: bỏ dấu phân cách hàng nghìn",
        "en": "«{value}» can be read in two ways: leave out the thousands separator",
    },
    "bad_date": {
        "vi": "«{value}» không phải ngày: viết dd/mm/yyyy hoặc yyyy-mm-dd",
        "en": "«{value}» is not a date: write dd/mm/yyyy or yyyy-mm-dd",
    },
    "impossible_date": {
        "vi": "«{value}» không phải ngày có thật",
        "en": "«{value}» is not a day of the calendar",
    },
    "duplicate_code": {
        "vi": "mã hồ sơ «{value}» đã có ở dòng {first}",
        "en": "dossier code «{value}» already stands in row {first}",
    },
    "unknown_unit": {
        "vi": "không có đơn vị mã «{value}» trong danh sách đơn vị",
        "en": "no unit with code «{value}» is on the list of units",
    },
    "before_received": {
        "vi": "«{value}» sớm hơn ngày tiếp nhận {received}",
        "en": "«{value}» is earlier than the day of receipt {received}",
    },
    "unknown_word": {
        "vi": "«{value}» không phải một trong: {allowed}",
        "en": "«{value}» is not one of: {allowed}",
    },
}

ERROR_MESSAGES: dict[str, dict[str, str]] = {
    "bad_population": {
        "vi": "tổng số hồ sơ là {population}: phải là số không âm",
        "en": "the population is {population}: give the dossiers on the frame",
    },
    "not_a_share": {
        "vi": "{name} là {value}: phải nằm giữa 0 và 1, ví dụ 0.05",
        "en": "{name} is {value}: give a share between 0 and 1, such as 0.05",
    },
    "bad_design_effect": {
        "vi": "hệ số thiết kế là {value}: phải là số dương",
        "en": "the design effect is {value}: give a positive number",
    },
    "bad_sizes": {
        "vi": "quy mô tầng phải là số nguyên không âm, mỗi tầng một số",
        "en": "sizes must be whole numbers of dossiers, one for each stratum",
    },
    "bad_deviations": {
        "vi": "cần một độ lệch chuẩn không âm cho mỗi tầng trong {strata} tầng",
        "en": "give one deviation, 0 or more, for each of the {strata} strata",
    },
    "negative_size": {
        "vi": "cỡ mẫu và cỡ tối thiểu phải là số nguyên không âm",
        "en": "sample sizes and the minimum must be whole numbers, 0 or more",
    },
    "negative_outcome": {
        "vi": "số trường hợp của mỗi loại kết quả phải là số nguyên không âm",
        "en": "the number of cases of each outcome must be a whole number, 0 or more",
    },
    "sample_too_large": {
        "vi": "cần chọn {n} nhưng các tầng chỉ có {available} hồ sơ: giảm cỡ mẫu",
        "en": "{n} to draw but the strata hold {available}: draw fewer",
    },
    "minimum_too_large": {
        "vi": "mức tối thiểu {minimum} cần {needed} nhưng chỉ chọn {n}: giảm mức hoặc tăng cỡ mẫu",
        "en": "the minimum of {minimum} needs {needed} but only {n} are drawn: "
        "lower the minimum or draw more",
    },
    "uneven_columns": {
        "vi": "mã, tầng và số ngẫu nhiên phải là các cột dài bằng nhau",
        "en": "codes, strata and uniforms must be columns of one length",
    },
    "bad_uniform": {
        "vi": "có số ngẫu nhiên bị thiếu hoặc nằm ngoài [0, 1)",
        "en": "a uniform number is missing or lies outside [0, 1)",
    },
    "repeated_code": {
        "vi": "mã «{unit}» có hai lần trong dàn mẫu: sửa dàn mẫu trước khi chọn",
        "en": "code {unit!r} stands on the frame twice: mend the frame before drawing",
    },
    "unplanned_stratum": {
        "vi": "phương án chưa có cỡ mẫu cho tầng «{stratum}»: ghi một số, hoặc 0",
        "en": "the plan has no size for stratum {stratum!r}: give one, or 0",
    },
    "absent_stratum": {
        "vi": "dàn mẫu không có hồ sơ nào ở tầng «{stratum}» của phương án",
        "en": "the frame has nobody in stratum {stratum!r} of the plan",
    },
    "too_many_answers": {
        "vi": "lớp «{group}» có {answers} phiếu mà chỉ có {dossiers} hồ sơ",
        "en": "class {group!r} has {answers} answers for {dossiers} dossiers",
    },
    "silent_class": {
        "vi": "không ai trả lời ở lớp «{group}»: gộp với một lớp tương tự",
        "en": "nobody answered in class {group!r}: merge it with a similar class",
    },
    "unknown_column": {
        "vi": "dữ liệu không có cột «{column}»",
        "en": "the data have no column {column!r}",
    },
    "unreadable_column": {
        "vi": "cột «{column}» có {faults} ô không phải số",
        "en": "column {column!r} has {faults} cells that are no numbers",
    },
    "no_weights": {
        "vi": "cần ít nhất một dòng, mỗi dòng một quyền số",
        "en": "a design needs at least one row, and one weight for each",
    },
    "bad_weight": {
        "vi": "quyền số thứ {place} là {weight}: phải là số không âm",
        "en": "weight number {place} is {weight}: give a number, 0 or more",
    },
    "no_stages": {
        "vi": "thiết kế dạng {scheme} không có các giai đoạn chọn mẫu",
        "en": "a design of {scheme} has no stages of selection",
    },
    "uneven_design": {
        "vi": "cột {name} có dạng {shape} nhưng có {rows} quyền số",
        "en": "{name} has shape {shape} but there are {rows} weights",
    },
    "missing_in_design": {
        "vi": "cột {name} thiếu giá trị ở vị trí {place}",
        "en": "{name} is missing at place {place}",
    },
    "cluster_in_two_strata": {
        "vi": "chùm «{cluster}» nằm ở hai tầng: đặt tên chùm riêng, hoặc khai báo nest",
        "en": "cluster {cluster} lies in two strata: give clusters own names, or nest them",
    },
    "frame_too_small": {
        "vi": "tầng «{stratum}» có {sampled:g} chùm trong mẫu, dàn mẫu chỉ ghi {population:g}: "
        "cột fpc phải là quy mô tổng thể",
        "en": "stratum {stratum!r} has {sampled:g} sampled clusters but only {population:g} on the "
        "frame: the fpc column holds population sizes",
    },
    "frame_differs": {
        "vi": "các dòng của tầng «{stratum}» ghi số chùm của dàn mẫu khác nhau",
        "en": "rows of stratum {stratum!r} tell different numbers of frame clusters",
    },
    "lonely_cluster": {
        "vi": "tầng «{stratum}» chỉ có một chùm trong mẫu nên không ước lượng được phương sai: "
        "gộp với tầng tương tự, hoặc ghi quy mô tổng thể nếu tầng được điều tra toàn bộ",
        "en": "stratum {stratum!r} has a single sampled cluster, so its variance cannot be "
        "estimated: merge it with a similar stratum, or give its population size if it was taken "
        "whole",
    },
}
