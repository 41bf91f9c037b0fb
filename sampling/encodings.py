"""The text of a file whose author did not say how it is encoded."""

import codecs
import io
import unicodedata
from collections.abc import Callable
from typing import TextIO

from sampling.errors import UnreadableFileError

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
PROBE = 4096
PIECE = 1 << 22
# In UTF-16 every second byte of a Latin text is zero, and hardly any of the others.
MANY, FEW = 0.2, 0.02

# Letters of the old national encoding TCVN 3 (fonts named .Vn…), at the place of Latin-1's.
TCVN3 = str.maketrans(
    "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\xadøõö÷ùýúûüþ¡¢§£¤¥¦",
    "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
)

Recognised = Callable[[str], bool]


def decoded(content: bytes, recognised: Recognised | None = None) -> str:
    """Decode UTF-8 or UTF-16, marked or not, and Windows-1258 where the header proves it.

    Parameters
    ----------
    content : bytes
        The file.
    recognised : callable, optional
        Tells whether a text begins with headings it knows, some of them accented; without it
        no other encoding than Unicode is tried.

    Returns
    -------
    str
        Windows-1258, which writes accents as letters of their own, comes out composed (NFC).

    Raises
    ------
    UnreadableFileError
        With code "legacy_encoding" for TCVN 3, whose capitals are lost beyond repair, else
        "unknown_encoding".
    """
    encoding = unicode_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = from_code_page(content, recognised)
        if not text:
            # The line is known only where a line feed is one byte.
            row = content.count(b"\n", 0, error.start) + 1 if encoding == "utf-8-sig" else None
            raise UnreadableFileError("unknown_encoding", row) from error
    if "\0" in text:
        raise UnreadableFileError("unknown_encoding")
    return text


def text_stream(content: bytes, recognised: Recognised | None = None) -> TextIO:
    """Open a text, its ends of lines as they are; UTF-8 is not held decoded as a whole.

    Parameters, errors: as `decoded`.
    """
    if unicode_encoding(content) == "utf-8-sig" and is_utf8(content):
        return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    return io.StringIO(decoded(content, recognised), newline="")


def is_utf8(content: bytes) -> bool:
    """Tell whether a file is UTF-8 from its start to its end, and a text."""
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(content)
    try:
        for start in range(0, len(content), PIECE):
            decoder.decode(view[start : start + PIECE], start + PIECE >= len(content))
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def unicode_encoding(content: bytes) -> str:
    """Tell UTF-16 by its mark or by its zeros; UTF-8 otherwise."""
    if content.startswith(UTF16_MARKS):
        return "utf-16"
    probe = content[:PROBE]
    half = max(len(probe) // 2, 1)
    even, odd = probe[::2].count(0) / half, probe[1::2].count(0) / half
    if odd > MANY and even < FEW:
        return "utf-16-le"
    if even > MANY and odd < FEW:
        return "utf-16-be"
    return "utf-8-sig"


def from_code_page(content: bytes, recognised: Recognised | None) -> str:
    """Decode Windows-1258 if it makes headings out of the first lines, else give ""."""
    if recognised is None:
        return ""
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        text = ""
    if text and recognised(text):
        return text
    if recognised(content.decode("latin-1").translate(TCVN3)):
        raise UnreadableFileError("legacy_encoding")
    return ""
