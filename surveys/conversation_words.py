"""What we write in conversations by message, and the words by which people answer.

Vietnamese stands here with its marks; `surveys.texts.without_marks` takes them off for sending.
"""

from collections.abc import Mapping
from enum import StrEnum


class Command(StrEnum):
    """What a reply may be instead of an answer."""

    STOP = "stop"
    AGAIN = "again"
    CHANGE = "change"
    SKIP = "skip"


# Folded. "dung" is read with care (`conversation_reading`): it is also the word for "right".
COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(
        (
            *("tu choi", "dung", "dung lai", "stop", "huy", "ngung", "thoi", "khong nhan tin"),
            *("dung nhan tin", "dung gui", "dung gui nua", "unsubscribe", "quit"),
        ),
        Command.STOP,
    ),
    **dict.fromkeys(("lai", "nhac lai", "hoi lai", "gui lai", "again", "repeat"), Command.AGAIN),
    **dict.fromkeys(("sua", "doi", "sua lai", "doi lai", "change"), Command.CHANGE),
    **dict.fromkeys(("bo qua", "skip"), Command.SKIP),
}
# A message that begins so is a refusal, whatever follows.
STOP_BEGINNINGS = ("tu choi ", "stop ")
# Words with marks that fold to a command and mean something else.
NO_COMMANDS = frozenset({"đúng", "đụng", "đợi", "đời", "đôi", "sữa", "lãi", "lái", "lài", "hủ"})

YES = frozenset({"co", "c", "yes", "y", "ok", "dong y", "vang"})
NO = frozenset({"khong", "khong dong y", "ko", "k", "kg", "hong", "no", "n"})
# What people write before the number of an option.
FILLERS = ("cau", "so", "chon", "y", "muc", "phuong an", "dap an", "option", "answer", "number")
# What stands between several numbers.
TOGETHER = frozenset({"va", "and"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "consent": {
        "vi": "{keyword}: {sender} mời Ông/Bà trả lời tối đa {count} câu hỏi qua tin nhắn. "
        "Câu trả lời được bảo mật. Không hỏi OTP, không thu tiền. "
        "Nhắn CÓ để bắt đầu, KHÔNG nếu không tham gia, TỪ CHỐI để không nhận tin nữa.",
        "en": "{keyword}: {sender} asks you up to {count} questions by message. Answers are "
        "confidential. No OTP or money is asked. Reply YES to begin, NO to leave it, STOP for no "
        "more messages.",
    },
    "ask": {"vi": "{keyword}: {question}", "en": "{keyword}: {question}"},
    "unclear": {
        "vi": "Chưa rõ câu trả lời. {hint}. LẠI: nhắc câu hỏi, SỬA: sửa câu trước, "
        "TỪ CHỐI: dừng.\n",
        "en": "Not understood. {hint}. AGAIN: the question, CHANGE: the one before, STOP: end.\n",
    },
    "hint_consent": {"vi": "Xin nhắn CÓ hoặc KHÔNG", "en": "Please reply YES or NO"},
    "hint_one": {
        "vi": "Xin nhắn một số từ 1 đến {last}",
        "en": "Please reply a number 1 to {last}",
    },
    "hint_several": {
        "vi": "Xin nhắn các số đã chọn, ví dụ 1,2",
        "en": "Please reply the numbers chosen, such as 1,2",
    },
    "hint_number": {"vi": "Xin nhắn bằng chữ số", "en": "Please reply in digits"},
    "several": {"vi": "(chọn được nhiều số)", "en": "(several numbers may be chosen)"},
    "nothing_to_change": {
        "vi": "Chưa có câu nào để sửa.\n",
        "en": "There is nothing to change yet.\n",
    },
    "must_be_answered": {
        "vi": "Câu này cần có câu trả lời.\n",
        "en": "This question needs an answer.\n",
    },
    "passed_over": {"vi": "Xin sang câu khác.\n", "en": "Let us go on.\n"},
    "finished": {
        "vi": "{keyword}: Đã ghi nhận đủ câu trả lời. Cảm ơn Ông/Bà đã góp ý.",
        "en": "{keyword}: All answers are noted. Thank you for your help.",
    },
    "declined": {
        "vi": "{keyword}: Cảm ơn Ông/Bà. Đợt khảo sát này sẽ không hỏi thêm.",
        "en": "{keyword}: Thank you. This survey will not ask you again.",
    },
    "stopped": {
        "vi": "{keyword}: Đã ghi nhận. Chúng tôi sẽ không nhắn tin khảo sát tới số này nữa.",
        "en": "{keyword}: Noted. We will send no more survey messages to this number.",
    },
    "partial": {
        "vi": "{keyword}: Cuộc hỏi dừng ở đây. Những câu Ông/Bà đã trả lời vẫn được ghi nhận. "
        "Xin cảm ơn.",
        "en": "{keyword}: The questions end here. What you have answered is kept. Thank you.",
    },
    "unanswered": {
        "vi": "{keyword}: Cuộc hỏi dừng ở đây. Xin cảm ơn Ông/Bà.",
        "en": "{keyword}: The questions end here. Thank you.",
    },
}


def text(name: str, language: str, **values: object) -> str:
    """Give one of our texts, with its marks.

    Examples
    --------
    >>> text("finished", "en", keyword="KS1")
    'KS1: All answers are noted. Thank you for your help.'
    """
    return TEXTS[name][language].format(**values)
