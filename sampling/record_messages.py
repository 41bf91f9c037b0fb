"""What each fault of a draw's record, its plan and its ceremony says, in Vietnamese and English."""

RECORD_MESSAGES: dict[str, dict[str, str]] = {
    "broken_json": {
        "vi": "không đọc được JSON",
        "en": "the JSON cannot be read",
    },
    "not_canonical": {
        "vi": "không phải JSON dạng chuẩn (RFC 8785): tệp đã bị sửa hoặc ghi lại",
        "en": "not canonical JSON (RFC 8785): the file was edited, or rewritten by another program",
    },
    "bad_entry": {
        "vi": "«{value}» không hợp lệ ({reason})",
        "en": "«{value}» does not fit ({reason})",
    },
    "bad_rate": {
        "vi": "«{value}» không phải tỷ lệ: ghi phân số hoặc số thập phân từ 0 đến 1, ví dụ 1/20",
        "en": "«{value}» is no rate: write a fraction or a decimal from 0 to 1, such as 1/20",
    },
    "not_public": {
        "vi": "phương pháp «{value}» không kiểm tra lại công khai được; chọn: {allowed}",
        "en": "the method «{value}» cannot be re-checked in public here; choose one of: {allowed}",
    },
    "not_hashed": {
        "vi": "không phân tầng theo «{value}» được: mã băm của dàn mẫu chỉ bao gồm {allowed}",
        "en": "no strata by «{value}»: the frame's hash covers {allowed} alone",
    },
    "not_a_count": {
        "vi": "«{value}» không phải số nguyên không âm",
        "en": "«{value}» is no whole number, 0 or more",
    },
    "one_of": {
        "vi": "ghi đúng một trong các mục: {allowed}",
        "en": "give exactly one of: {allowed}",
    },
    "needed": {
        "vi": "phương pháp này cần mục «{value}»",
        "en": "this method needs the entry «{value}»",
    },
}

DRAW_MESSAGES: dict[str, dict[str, str]] = {
    "bad_secret": {
        "vi": "số bí mật phải gồm đúng {size} byte",
        "en": "a secret has exactly {size} bytes",
    },
    "bad_rate": {
        "vi": "«{rate}» không phải tỷ lệ chính xác từ 0 đến 1: ghi phân số hoặc số thập phân",
        "en": "{rate!r} is no exact rate from 0 to 1: give a fraction or a text, not a float",
    },
    "uneven_columns": {
        "vi": "mã và tầng phải là các cột dài bằng nhau",
        "en": "codes and strata must be columns of one length",
    },
    "rate_missing": {
        "vi": "chưa công bố tỷ lệ cho tầng «{stratum}»",
        "en": "no rate was fixed for stratum {stratum!r}",
    },
    "no_number": {
        "vi": "chưa có số công khai",
        "en": "the public number is missing",
    },
    "other_frame": {
        "vi": "danh sách không còn là danh sách đã chốt và cam kết: không rút mẫu",
        "en": "the list is no longer the one that was committed to: nothing was drawn",
    },
    "wrong_secret": {
        "vi": "số bí mật của «{party}» không khớp với cam kết đã công bố",
        "en": "the secret of {party!r} does not match its published commitment",
    },
    "wrong_method": {
        "vi": "phương pháp «{method}» không rút theo cách này",
        "en": "the method {method!r} is not drawn in this way",
    },
    "too_few_reserves": {
        "vi": "tầng «{stratum}» chỉ còn {left} hồ sơ dự phòng, cần {count}",
        "en": "stratum {stratum!r} has {left} reserves left, {count} were asked for",
    },
    "no_reason": {
        "vi": "dùng mẫu dự phòng phải nêu quy tắc và người duyệt",
        "en": "a release of reserves needs its rule and who approved it",
    },
    "too_few_parties": {
        "vi": "cần ít nhất {least} bên tham gia, mỗi bên một tên riêng",
        "en": "at least {least} parties are needed, each with a name of its own",
    },
    "bad_commitment": {
        "vi": "cam kết của «{party}» phải là 64 chữ số thập lục phân và không trùng bên khác",
        "en": "the commitment of {party!r} must be 64 hexadecimal digits, and nobody else's",
    },
    "bad_rule": {
        "vi": "phải định trước khi một bên không công bố thì làm gì: {allowed}",
        "en": "fix beforehand what is done when a party does not reveal: {allowed}",
    },
    "unknown_party": {
        "vi": "không có bên nào tên «{party}» đã cam kết",
        "en": "nobody named {party!r} has committed",
    },
    "too_late": {
        "vi": "số công khai đã có, không nhận thêm số bí mật: ai thấy số rồi có thể chọn",
        "en": "the public number is out, so no secret is taken: who has seen it could choose",
    },
    "not_revealed": {
        "vi": "chưa công bố số bí mật: {parties}; quy tắc đã định là dừng",
        "en": "no secret from {parties}; the rule fixed beforehand is to stop",
    },
    "bad_dice": {
        "vi": "cần đúng {dice} mặt xúc xắc, mỗi mặt từ 0 đến 9",
        "en": "exactly {dice} dice are needed, each from 0 to 9",
    },
}
