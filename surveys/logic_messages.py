"""The words of faults in conditions, piping, shuffling and versions."""

_AT = {"vi": "điều kiện, ký tự thứ {at}: ", "en": "condition, character {at}: "}


def _parsing(vi: str, en: str) -> dict[str, str]:
    return {"vi": f'{_AT["vi"]}{vi}, gặp "{{value}}"', "en": f'{_AT["en"]}{en}, found "{{value}}"'}


PARSING = {
    "condition_too_long": {
        "vi": "điều kiện dài quá 1000 ký tự",
        "en": "the condition is longer than 1000 characters",
    },
    "condition_too_deep": {
        "vi": _AT["vi"] + "lồng quá nhiều dấu ngoặc",
        "en": _AT["en"] + "nested too deeply",
    },
    "condition_expects_end": _parsing("cần and, or hoặc kết thúc", "and, or or the end expected"),
    "condition_expects_open": _parsing("cần dấu (", "an opening ( expected"),
    "condition_expects_close": _parsing("cần dấu )", "a closing ) expected"),
    "condition_expects_question": _parsing("cần mã câu hỏi", "the code of a question expected"),
    "condition_expects_operator": _parsing(
        "cần một trong: = != < <= > >= in has", "one of = != < <= > >= in has expected"
    ),
    "condition_expects_value": _parsing(
        "cần mã phương án, số hoặc ngày", "an option, a number or a date expected"
    ),
}

CONDITIONS = {
    "condition_unknown_question": {
        "vi": 'điều kiện nhắc tới câu hỏi "{value}" không có trong phiếu',
        "en": 'the condition speaks of a question "{value}" that does not exist',
    },
    "condition_on_itself": {
        "vi": 'điều kiện của câu "{value}" không được dựa vào chính câu này',
        "en": 'the condition of "{value}" must not look at that question itself',
    },
    "condition_on_later": {
        "vi": 'câu "{value}" đứng sau; điều kiện chỉ được dựa vào câu đứng trước',
        "en": '"{value}" comes later; a condition looks back only',
    },
    "condition_on_comment": {
        "vi": 'câu góp ý "{value}" được lưu riêng, không dùng trong điều kiện',
        "en": 'the comment "{value}" is stored apart and cannot be used in a condition',
    },
    "condition_on_information": {
        "vi": '"{value}" là đoạn thông tin, không có câu trả lời',
        "en": '"{value}" is information and has no answer',
    },
    "condition_on_text": {
        "vi": 'câu "{value}" trả lời bằng lời văn: chỉ dùng được answered({value})',
        "en": '"{value}" is answered in free text: only answered({value}) can be used',
    },
    "condition_operator": {
        "vi": 'không dùng được "{operator}" với câu "{value}" thuộc loại {kind}',
        "en": '"{operator}" cannot be used with "{value}", which is of kind {kind}',
    },
    "condition_unknown_option": {
        "vi": 'câu "{question}" không có phương án "{value}"; các phương án: {known}',
        "en": '"{question}" has no option "{value}"; there are: {known}',
    },
    "condition_not_number": {
        "vi": '"{value}" không phải số (ví dụ đúng: 15 hoặc 2.5) để so với câu "{question}"',
        "en": '"{value}" is no number (such as 15 or 2.5) to compare "{question}" with',
    },
    "condition_not_date": {
        "vi": '"{value}" không phải ngày (ví dụ đúng: 2026-01-31) để so với câu "{question}"',
        "en": '"{value}" is no date (such as 2026-01-31) to compare "{question}" with',
    },
    "condition_never_holds": {
        "vi": "điều kiện này không bao giờ đúng, nên không ai được hỏi: {value}",
        "en": "this condition can never hold, so nobody is ever asked: {value}",
    },
    "condition_always_holds": {
        "vi": "điều kiện này luôn đúng, nên có thể bỏ: {value}",
        "en": "this condition always holds and could be left out: {value}",
    },
}

PIPING = {
    "pipe_malformed": {
        "vi": "dấu ngoặc nhọn phải bao quanh mã câu hỏi như {{xa_phuong}}; muốn viết dấu {{ thì "
        "ghi hai dấu liền nhau: {value}",
        "en": "braces must hold the code of a question such as {{commune}}; a literal brace is "
        "written twice: {value}",
    },
    "pipe_unknown": {
        "vi": '"{value}" trong ngoặc nhọn không phải mã câu hỏi nào của phiếu',
        "en": '"{value}" in braces is not the code of a question',
    },
    "pipe_not_earlier": {
        "vi": 'câu "{value}" trong ngoặc nhọn phải đứng trước chỗ nhắc lại câu trả lời của nó',
        "en": '"{value}" in braces must come before the text that repeats its answer',
    },
    "pipe_of_kind": {
        "vi": 'không nhắc lại được câu trả lời của câu "{value}"',
        "en": 'the answer to "{value}" cannot be repeated in a text',
    },
    "pipe_out_of_place": {
        "vi": 'ở đây không nhắc lại được câu trả lời của câu "{value}"; chỉ dùng trong lời câu '
        "hỏi, hướng dẫn và tên phần",
        "en": 'the answer to "{value}" cannot be repeated here, only in the wording and hints of '
        "questions and in the titles of sections",
    },
}

ORDERING = {
    "shuffled_reference": {
        "vi": 'phần này được xáo trộn nên câu "{value}" không được là điều kiện hay được nhắc lại '
        "trong cùng phần",
        "en": 'this is shuffled, so nothing within it may depend on "{value}" or repeat it',
    },
    "shuffled_alone": {
        "vi": "phải có ít nhất hai câu hỏi thì mới xáo trộn được",
        "en": "there must be at least two questions to shuffle",
    },
}

VERSIONS = {
    "replaces_unknown": {
        "vi": 'phiếu không có câu hỏi "{value}" để thay cho câu cũ',
        "en": 'the questionnaire has no question "{value}" to stand for an old one',
    },
    "replaced_unknown": {
        "vi": 'phiên bản trước không có câu hỏi "{value}"',
        "en": 'the earlier version has no question "{value}"',
    },
    "replaced_differs": {
        "vi": 'câu "{value}" khác loại hoặc khác phương án với câu "{old}", không thay được',
        "en": '"{value}" is of another kind or has other options than "{old}" and cannot '
        "stand for it",
    },
    "other_questionnaire": {
        "vi": 'phiếu "{value}" không phải phiên bản của phiếu "{old}"',
        "en": '"{value}" is no version of the questionnaire "{old}"',
    },
    "reserved_factor": {
        "vi": 'mã yếu tố "{value}" dành cho câu hỏi hài lòng chung: hãy đặt mã khác',
        "en": 'the factor code "{value}" is kept for the overall question: choose another',
    },
    "shipped_code": {
        "vi": 'mã "{value}" là mã của một phiếu đi kèm chương trình: hãy đặt mã khác, ví dụ '
        '"{value}_tinh"',
        "en": 'the code "{value}" is that of a questionnaire that comes with the program: choose '
        'another, such as "{value}_own"',
    },
    "version_not_raised": {
        "vi": "nội dung đã đổi nên số phiên bản phải lớn hơn {old}",
        "en": "the content has changed, so the version must be higher than {old}",
    },
    "kind_changed": {
        "vi": 'câu "{value}" đổi loại từ {old} sang {new}: phải dùng mã câu hỏi khác để không hiểu '
        "nhầm câu trả lời cũ",
        "en": '"{value}" changed its kind from {old} to {new}: take another code, or old answers '
        "would be misread",
    },
    "option_value_changed": {
        "vi": 'phương án "{value}" của câu "{question}" đổi giá trị từ {old} sang {new}: phải dùng '
        "mã khác để không hiểu nhầm câu trả lời cũ",
        "en": 'option "{value}" of "{question}" changed its value from {old} to {new}: take '
        "another code, or old answers would be misread",
    },
}

LOGIC: dict[str, dict[str, str]] = {**PARSING, **CONDITIONS, **PIPING, **ORDERING, **VERSIONS}
