"""Words that fraud uses, and the few in which an honest message may deny them.

All are written as `surveys.texts.without_marks` leaves them, in small letters.
"""

import re

from surveys.texts import without_marks

FORBIDDEN = (
    "otp",
    "ma xac thuc",
    "ma xac nhan",
    "mat khau",
    "ma pin",
    "cvv",
    "so the",
    "so tai khoan",
    "tai khoan ngan hang",
    "chuyen khoan",
    "chuyen tien",
    "nop tien",
    "dong tien",
    "gui tien",
    "tra tien",
    "thu tien",
    "nop phi",
    "dong phi",
    "thu phi",
    "thanh toan",
    "dat coc",
    "trung thuong",
    "nhan thuong",
    "verification code",
    "password",
    "pin code",
    "card number",
    "bank account",
    "transfer",
    "pay",
    "payment",
    "money",
    "deposit",
    "prize",
    "reward",
)
DENIALS = ("khong", "khong bao gio", "tuyet doi khong", "never", "not", "no", "without")
# What may stand between a denial and what it denies; anything else might turn it into a demand.
BETWEEN = (
    *FORBIDDEN,
    *("bao gio", "hoi", "yeu cau", "can", "doi", "lay", "va", "hay", "hoac", "cung", "tien", "phi"),
    *("ma", "bat ky", "le phi", "ever", "ask", "asks", "asked", "for", "you", "to", "any", "an"),
    *("a", "or", "and", "nor", "is", "are", "we", "do", "does", "will", "request", "require"),
)


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# A comma goes on with what was denied: "khong hoi OTP, tien". Any other mark ends it.
DENIED = re.compile(rf"\b(?:{_either(DENIALS)})(?:[\s,/]+(?:{_either(BETWEEN)})\b)+")
WORD = re.compile(rf"\b(?:{_either(FORBIDDEN)})\b")


def forbidden(text: str) -> tuple[str, ...]:
    """Name what a message may not say.

    Parameters
    ----------
    text : str
        With Vietnamese marks or without.

    Returns
    -------
    tuple of str
        Without marks, each once, in the order of the text.

    Examples
    --------
    >>> forbidden("Không hỏi OTP, không thu tiền"), forbidden("Không trả lời, gửi mã OTP")
    ((), ('otp',))
    """
    said = " ".join(without_marks(text).lower().split())
    return tuple(dict.fromkeys(WORD.findall(DENIED.sub(" ; ", said))))
