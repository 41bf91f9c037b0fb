"""What each fault of a configuration or a delivery file says, in Vietnamese and in English."""

CONFIGURATION = {
    "too_large": {
        "vi": "tệp lớn quá {limit} byte: đây không phải tệp cấu hình nhắn tin",
        "en": "the file is larger than {limit} bytes: this is not a configuration for messages",
    },
    "broken_yaml": {
        "vi": "không đọc được YAML, dòng {line}",
        "en": "the YAML cannot be read, line {line}",
    },
    "not_a_mapping": {"vi": "phải là các cặp «khoá: giá trị»", "en": "must be «key: value» pairs"},
    "not_a_list": {"vi": "phải là một danh sách", "en": "must be a list"},
    "unknown_key": {
        "vi": "khoá lạ; các khoá dùng được: {allowed}",
        "en": "unknown key; allowed are: {allowed}",
    },
    "missing_key": {"vi": "thiếu khoá này", "en": "this key is missing"},
    "not_text": {
        "vi": "phải là chữ; nếu là số, đặt trong ngoặc kép",
        "en": "must be text; put a number in quotation marks",
    },
    "not_a_flag": {"vi": "phải là true hoặc false", "en": "must be true or false"},
    "not_in_range": {
        "vi": "phải là số từ {lowest} đến {highest}",
        "en": "must be a number from {lowest} to {highest}",
    },
    "not_one_of": {"vi": "phải là một trong: {allowed}", "en": "must be one of: {allowed}"},
    "not_https": {
        "vi": "phải là địa chỉ https://, không kèm tên đăng nhập; http:// chỉ dùng cho máy này",
        "en": "must be an https:// address without a user name; http:// only for this machine",
    },
    "not_a_path": {"vi": "phải bắt đầu bằng một dấu /", "en": "must begin with one /"},
    "unknown_blank": {
        "vi": "chỗ trống {{{name}}} không có ở đây; dùng được: {allowed}",
        "en": "there is no blank {{{name}}} here; allowed are: {allowed}",
    },
    "missing_secret": {
        "vi": "chưa có bí mật «{name}»",
        "en": "the secret «{name}» has not been given",
    },
    "weak_secret": {
        "vi": "bí mật «{name}» phải gồm ít nhất {length} chữ cái không dấu, chữ số, dấu - hoặc _",
        "en": "the secret «{name}» must be at least {length} plain letters, digits, - or _",
    },
    "said_twice": {
        "vi": "mã «{value}» đã có nghĩa ở {first}",
        "en": "the code «{value}» already has a meaning at {first}",
    },
    "no_recipient": {
        "vi": "không trường nào chứa số điện thoại người nhận",
        "en": "no field holds the phone of the recipient",
    },
    "no_text": {
        "vi": "không trường nào chứa nội dung hoặc mẫu tin nhắn",
        "en": "no field holds the text or the template of the message",
    },
    "no_confirmation": {
        "vi": "nhận tin báo không có chữ ký thì phải có mục status để hỏi lại nhà cung cấp",
        "en": "news that is not signed needs the section status, to ask the vendor again",
    },
    "no_such_vendor": {
        "vi": "không có cấu hình kèm theo tên này; có: {allowed}",
        "en": "no configuration of this name comes with the program; there are: {allowed}",
    },
    "not_an_account": {
        "vi": "phải là Account SID: AC và 32 chữ số thập lục phân",
        "en": "must be an Account SID: AC and 32 hexadecimal digits",
    },
    "not_a_sender": {
        "vi": "phải là Messaging Service (MG…), số điện thoại +… hoặc tên không quá 11 ký tự",
        "en": "must be a Messaging Service (MG…), a number +… or a name of at most 11 characters",
    },
}

DELIVERIES = {
    "unreadable_file": {
        "vi": "không đọc được tệp: cần XLSX hoặc CSV (UTF-8)",
        "en": "the file cannot be read: XLSX or CSV (UTF-8) is needed",
    },
    "too_many_rows": {
        "vi": "tệp có hơn {limit} dòng",
        "en": "the file has more than {limit} rows",
    },
    "missing_column": {"vi": "thiếu cột này", "en": "this column is missing"},
    "empty_cell": {"vi": "ô trống", "en": "the cell is empty"},
    "not_a_request": {
        "vi": "không phải mã tin nhắn do chương trình cấp",
        "en": "is not a message number given by the program",
    },
    "unknown_request": {
        "vi": "mã tin nhắn không thuộc đợt gửi này",
        "en": "the message number does not belong to this sending",
    },
    "unknown_state": {
        "vi": "không rõ trạng thái; dùng được: {allowed}",
        "en": "unknown status; allowed are: {allowed}",
    },
}

MESSAGES = {**CONFIGURATION, **DELIVERIES}
