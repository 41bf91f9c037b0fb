"""The words of faults in message templates, and in questionnaires to be answered by message."""

TEMPLATES = {
    "place_unknown": {
        "vi": "mẫu tin không có chỗ điền {{{value}}}; các chỗ điền có: {known}",
        "en": "a message has no place {{{value}}}; there are: {known}",
    },
    "place_malformed": {
        "vi": 'dấu ngoặc nhọn thừa hoặc thiếu ở "{value}"',
        "en": 'a brace too many or too few at "{value}"',
    },
    "place_missing": {
        "vi": "loại tin này phải có chỗ điền {value}",
        "en": "a message of this kind needs the place {value}",
    },
    "place_without_value": {
        "vi": "chưa có nội dung để điền vào {{{value}}}",
        "en": "there is nothing to put into {{{value}}}",
    },
    "message_words_forbidden": {
        "vi": 'tin mời khảo sát không được có "{value}": người nhận dễ tưởng là tin lừa đảo. '
        "Chỉ được viết ở dạng phủ định, như “không hỏi OTP, không thu tiền”",
        "en": 'an invitation must not say "{value}": people would take it for fraud. It may stand '
        "in a denial only, such as “no OTP is asked”",
    },
    "message_outside_gsm": {
        "vi": "có ký tự ngoài bảng chữ GSM nên mỗi tin chỉ còn 70 ký tự: {value}",
        "en": "there are characters outside the GSM alphabet, which leave 70 a message: {value}",
    },
    "message_too_long": {
        "vi": "với nội dung điền dài nhất, tin dài {value} phần ({units} đơn vị); "
        "chỉ được {limit} phần",
        "en": "with the longest values the message takes {value} parts ({units} units); "
        "{limit} allowed",
    },
    "registered_order": {
        "vi": "thứ tự tham số của mẫu đã đăng ký phải gồm đúng các chỗ điền của mẫu tin, mỗi chỗ "
        "một lần: {known}",
        "en": "the parameters of the registered template must be the places of the text, each "
        "once: {known}",
    },
}

CONVERSATION = {
    "reply_kind": {
        "vi": "câu hỏi loại {value} không trả lời được bằng tin nhắn",
        "en": "a question of kind {value} cannot be answered by message",
    },
    "reply_too_many_choices": {
        "vi": "có {value} phương án; qua tin nhắn chỉ được tối đa {limit}",
        "en": "there are {value} options; by message at most {limit} can be offered",
    },
    "reply_too_long": {
        "vi": "bản tiếng {language} của câu hỏi dài {value} phần tin nhắn; chỉ được {limit} phần",
        "en": "the question in {language} takes {value} parts of a message; {limit} allowed",
    },
    "reply_outside_gsm": {
        "vi": "bản tiếng {language} có ký tự không gửi được bằng tin nhắn không dấu: {value}",
        "en": "the wording in {language} has characters that a plain message cannot hold: {value}",
    },
    "reply_choices_alike": {
        "vi": 'khi viết không dấu, hai phương án cùng đọc là "{value}"',
        "en": 'without marks two options both read "{value}"',
    },
    "reply_choice_misread": {
        "vi": 'phương án "{value}" trùng với một lệnh hoặc với số của phương án khác',
        "en": 'the option "{value}" reads as a command or as the number of another option',
    },
    "reply_too_many_questions": {
        "vi": "phiếu có {value} câu hỏi; qua tin nhắn chỉ nên hỏi tối đa {limit} câu",
        "en": "there are {value} questions; by message at most {limit} can be asked",
    },
    "reply_no_language": {
        "vi": "phiếu không có bản tiếng Việt hoặc tiếng Anh để nhắn tin",
        "en": "the questionnaire speaks neither Vietnamese nor English",
    },
    "reply_nothing_asked": {
        "vi": "phiếu không có câu hỏi nào trả lời được bằng tin nhắn",
        "en": "no question can be answered by message",
    },
}

TEXTS = {**TEMPLATES, **CONVERSATION}
