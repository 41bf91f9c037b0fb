"""The words of every fault, in Vietnamese and English; those that respondents see in Khmer too."""

from surveys.logic_messages import LOGIC
from surveys.messages_km import ANSWERS as KHMER
from surveys.text_messages import TEXTS

DEFAULT_LOCALE = "vi"

DOCUMENT = {
    "not_json": {
        "vi": "tệp không phải JSON đọc được",
        "en": "the file is not readable JSON",
    },
    "too_large": {
        "vi": "tệp lớn hơn {limit} byte",
        "en": "the file is larger than {limit} bytes",
    },
    "not_object": {"vi": "phải là một đối tượng {{…}}", "en": "must be an object {{…}}"},
    "not_list": {"vi": "phải là một danh sách […]", "en": "must be a list […]"},
    "not_text": {"vi": "phải là chuỗi ký tự", "en": "must be text"},
    "not_integer": {
        "vi": "phải là số nguyên từ {low} đến {high}",
        "en": "must be a whole number from {low} to {high}",
    },
    "not_boolean": {"vi": "phải là true hoặc false", "en": "must be true or false"},
    "bad_value": {
        "vi": 'giá trị "{value}" không hợp lệ: ghi số nguyên, hoặc phân số, số thập phân '
        'trong ngoặc kép như "1/3", "2.5"',
        "en": 'the value "{value}" is not valid: write a whole number, or a fraction or decimal '
        'in quotes such as "1/3", "2.5"',
    },
    "bad_day": {
        "vi": 'ngày "{value}" không hợp lệ: ghi theo dạng "2026-11-23"',
        "en": 'the day "{value}" is not valid: write it as "2026-11-23"',
    },
    "words_missing": {
        "vi": "phiếu có ngôn ngữ ngoài tiếng Việt, tiếng Anh: phải ghi lời cho phương án này",
        "en": "the questionnaire speaks more than Vietnamese and English: word this option",
    },
    "bad_code": {
        "vi": 'mã "{value}" không hợp lệ: chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới, '
        "tối đa 40 ký tự",
        "en": 'the code "{value}" is not valid: use lower-case letters a–z, digits and '
        "underscores, at most 40 characters",
    },
    "bad_language": {
        "vi": 'mã ngôn ngữ "{value}" không hợp lệ, ví dụ đúng: vi, en, km',
        "en": 'the language code "{value}" is not valid; valid are, for instance, vi, en, km',
    },
    "empty": {"vi": "không được để trống", "en": "must not be empty"},
    "text_too_long": {
        "vi": "dài quá {limit} ký tự",
        "en": "is longer than {limit} characters",
    },
    "control_character": {
        "vi": "có ký tự điều khiển hoặc ký tự ẩn không được phép",
        "en": "holds a control character or a hidden character that is not allowed",
    },
    "missing": {"vi": "thiếu mục này", "en": "this property is missing"},
    "unknown_key": {
        "vi": "không có mục nào tên như vậy ở đây",
        "en": "there is no property of this name here",
    },
    "doubled_key": {
        "vi": "mục này được ghi hai lần",
        "en": "this property is written twice",
    },
    "clash": {
        "vi": '"{value}" đã được dùng ở {first}',
        "en": '"{value}" is already used at {first}',
    },
    "missing_translation": {
        "vi": 'thiếu bản dịch tiếng "{language}"',
        "en": 'the translation into "{language}" is missing',
    },
    "unknown_language": {
        "vi": 'ngôn ngữ này không có trong mục "languages"',
        "en": 'this language is not among "languages"',
    },
    "unknown_draft": {
        "vi": '"{value}" không phải một ngôn ngữ dịch của phiếu (chọn trong: {known})',
        "en": '"{value}" is not a language that the form is translated into (one of: {known})',
    },
    "unknown_kind": {
        "vi": 'không có loại câu hỏi "{value}"; các loại có: {known}',
        "en": 'there is no kind of question "{value}"; there are: {known}',
    },
    "unknown_name": {
        "vi": '"{value}" không phải một trong: {known}',
        "en": '"{value}" is not one of: {known}',
    },
    "unknown_scale": {
        "vi": 'phiếu không có thang đo "{value}"',
        "en": 'the questionnaire has no scale "{value}"',
    },
    "unknown_factor": {
        "vi": 'phiếu không có yếu tố "{value}"',
        "en": 'the questionnaire has no factor "{value}"',
    },
}

MEANING = {
    "filled_and_asked": {
        "vi": "yếu tố {value} được tính từ hồ sơ nên không câu hỏi nào được thuộc về nó",
        "en": "the factor {value} is worked out from dossiers, so no question may belong to it",
    },
    "two_overall": {
        "vi": "chỉ được có một câu hỏi hài lòng chung, câu đầu ở {first}",
        "en": "there may be one overall question only; the first is at {first}",
    },
    "two_comments": {
        "vi": "chỉ được có một câu góp ý, câu đầu ở {first}",
        "en": "there may be one comment question only; the first is at {first}",
    },
    "two_assisted": {
        "vi": "chỉ được có một câu hỏi ai giúp trả lời, câu đầu ở {first}",
        "en": "there may be one question who helped to answer; the first is at {first}",
    },
    "assisted_not_single": {
        "vi": "câu hỏi ai giúp trả lời phải là câu chọn một phương án, không phải {value}",
        "en": "a question who helped to answer must be a single choice, not {value}",
    },
    "assisted_without_staff": {
        "vi": "câu hỏi ai giúp trả lời phải có phương án mã {value} (cán bộ của cơ quan)",
        "en": "a question who helped to answer needs a choice {value} (staff of the office)",
    },
    "comment_not_text": {
        "vi": "câu góp ý phải thuộc loại văn bản, không phải {value}",
        "en": "a comment question must be of a text kind, not {value}",
    },
    "comment_required": {
        "vi": "câu góp ý không được bắt buộc",
        "en": "a comment must not be required",
    },
    "rating_without_values": {
        "vi": "câu đánh giá phải dùng thang đo có giá trị, không phải {value}",
        "en": "a rating must be answered on a scale with values, not {value}",
    },
    "factor_missing": {
        "vi": "câu đánh giá này phải thuộc một yếu tố",
        "en": "this rating must belong to a factor",
    },
    "factor_out_of_place": {
        "vi": "câu hỏi có vai trò {role} không thuộc yếu tố nào",
        "en": "a question of role {role} belongs to no factor",
    },
    "attribution_missing": {
        "vi": "phải ghi đánh giá này nói về cơ quan tiếp nhận, giải quyết hay cả hai",
        "en": "say whether this rating is about the receiving unit, the resolving unit or both",
    },
    "attribution_out_of_place": {
        "vi": "câu hỏi có vai trò {role} không chấm điểm cơ quan nào",
        "en": "a question of role {role} rates no unit",
    },
    "unused": {
        "vi": '"{value}" không được câu hỏi nào dùng',
        "en": 'no question uses "{value}"',
    },
    "too_few_values": {
        "vi": "thang đo phải có ít nhất hai mức có giá trị khác nhau",
        "en": "a scale must have at least two options of different values",
    },
    "value_missing": {
        "vi": "phương án của thang đo phải có giá trị, trừ phương án đứng riêng (exclusive)",
        "en": "an option of a scale must have a value unless it is exclusive",
    },
    "value_out_of_place": {
        "vi": "phương án đứng riêng (exclusive) không được có giá trị",
        "en": "an exclusive option must not have a value",
    },
    "value_clash": {
        "vi": "hai phương án của thang đo có cùng giá trị {value}",
        "en": "two options of the scale have the same value {value}",
    },
    "cut_divides_nothing": {
        "vi": "mức {value} coi mọi phương án, hoặc không phương án nào, là hài lòng",
        "en": "the cut {value} counts every option, or none, as satisfied",
    },
    "cut_missing": {
        "vi": 'câu đánh giá phải ghi mức từ đó coi là hài lòng ("satisfied_from")',
        "en": 'a rating must say from which value on it counts as satisfied ("satisfied_from")',
    },
    "cut_without_values": {
        "vi": "các phương án không có giá trị nên không có mức coi là hài lòng",
        "en": "the options have no values, so none of them can count as satisfied",
    },
    "value_unused": {
        "vi": "phương án của loại câu hỏi này không mang giá trị",
        "en": "options of this kind of question carry no values",
    },
    "faces_need_five": {
        "vi": "hình khuôn mặt chỉ dùng được cho thang đo có đúng năm mức",
        "en": "faces can only stand beside a scale of exactly five options",
    },
    "bounds_crossed": {
        "vi": "giới hạn {value} trái với giới hạn kia ({low}): không câu trả lời nào hợp lệ",
        "en": "the bound {value} contradicts the other one ({low}): no answer could be valid",
    },
    "more_than_offered": {
        "vi": "chỉ có {offered} phương án để chọn, không kể phương án đứng riêng (exclusive)",
        "en": "there are only {offered} options to choose beside the exclusive ones",
    },
    "too_few_choices": {
        "vi": "phải có ít nhất hai phương án, không kể phương án đứng riêng (exclusive)",
        "en": "there must be at least two options beside the exclusive ones",
    },
    "length_out_of_range": {
        "vi": "độ dài tối đa của loại câu hỏi này là {limit} ký tự",
        "en": "this kind of question takes at most {limit} characters",
    },
}

ANSWERS = {
    "required": {
        "vi": "Xin Ông/Bà trả lời câu hỏi này.",
        "en": "Please answer this question.",
    },
    "unknown_choice": {
        "vi": "Xin Ông/Bà chọn một trong các phương án có trong phiếu.",
        "en": "Please choose one of the options shown.",
    },
    "several": {
        "vi": "Xin Ông/Bà chỉ chọn một phương án.",
        "en": "Please choose one option only.",
    },
    "not_alone": {
        "vi": "Ông/Bà đã chọn phương án không đi cùng phương án khác. "
        "Xin bỏ chọn phương án đó hoặc các phương án còn lại.",
        "en": "You chose an option that cannot go together with others. "
        "Please clear it, or clear the others.",
    },
    "too_few_chosen": {
        "vi": "Xin Ông/Bà chọn ít nhất {limit} phương án.",
        "en": "Please choose at least {limit}.",
    },
    "too_many_chosen": {
        "vi": "Xin Ông/Bà chọn nhiều nhất {limit} phương án.",
        "en": "Please choose at most {limit}.",
    },
    "not_number": {
        "vi": "Xin Ông/Bà ghi bằng chữ số, ví dụ 12.",
        "en": "Please write a number in digits, such as 12.",
    },
    "number_unclear": {
        "vi": "Số này có thể hiểu theo hai cách. Xin Ông/Bà ghi liền các chữ số, không tách "
        "hàng nghìn, ví dụ 1500; số lẻ ghi sau dấu phẩy, ví dụ 1,5.",
        "en": "This number can be read in two ways. Please write it without marks between the "
        "thousands, such as 1500; use a comma or a point for decimals only, such as 1.5.",
    },
    "number_not_whole": {
        "vi": "Xin Ông/Bà ghi số nguyên, không có phần lẻ.",
        "en": "Please write a whole number.",
    },
    "too_many_decimals": {
        "vi": "Xin Ông/Bà ghi không quá {limit} chữ số sau dấu phẩy.",
        "en": "Please write no more than {limit} decimals.",
    },
    "number_too_low": {
        "vi": "Xin Ông/Bà ghi số từ {limit:vi} trở lên.",
        "en": "Please write a number of {limit:en} or more.",
    },
    "number_too_high": {
        "vi": "Xin Ông/Bà ghi số không quá {limit:vi}.",
        "en": "Please write a number of {limit:en} or less.",
    },
    "not_day": {
        "vi": "Xin Ông/Bà ghi đủ ngày, tháng và năm, ví dụ 23/11/2026.",
        "en": "Please give a day, a month and a year, such as 23/11/2026.",
    },
    "day_too_early": {
        "vi": "Xin Ông/Bà ghi từ ngày {limit:%d/%m/%Y} trở về sau.",
        "en": "Please give {limit:%d/%m/%Y} or a later day.",
    },
    "day_too_late": {
        "vi": "Xin Ông/Bà ghi từ ngày {limit:%d/%m/%Y} trở về trước.",
        "en": "Please give {limit:%d/%m/%Y} or an earlier day.",
    },
    "day_in_future": {
        "vi": "Ngày này chưa đến. Xin Ông/Bà xem lại.",
        "en": "This day is still to come. Please check it.",
    },
    "answer_too_long": {
        "vi": "Xin Ông/Bà viết không quá {limit} ký tự.",
        "en": "Please write no more than {limit} characters.",
    },
}

ANSWERS = {
    code: texts | ({"km": KHMER[code]} if code in KHMER else {}) for code, texts in ANSWERS.items()
}
MESSAGES: dict[str, dict[str, str]] = {**DOCUMENT, **MEANING, **ANSWERS, **LOGIC, **TEXTS}
