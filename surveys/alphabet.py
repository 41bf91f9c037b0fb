"""The characters that a short message holds in seven bits: GSM 03.38, and the fold towards it."""

# In the order of the standard; place 27 is the escape that leads to the extension.
ESCAPE_PLACE = 27
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# Each costs two septets: the escape, and its place in the extension.
EXTENSION = "\f^{}\\[~]|€"
SEPTETS: dict[str, int] = {
    **{character: 1 for place, character in enumerate(BASIC) if place != ESCAPE_PLACE},
    **dict.fromkeys(EXTENSION, 2),
}

# What editors put for plain characters, and letters that no mark can be taken from.
PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•·", "-"),
        **dict.fromkeys(
            "\t\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
            "\u200a\u202f\u205f\u3000",
            " ",
        ),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff"),
        **dict.fromkeys("\r\x85\u2028\u2029", "\n"),
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "₫": "d",
        "…": "...",
        "×": "x",
        "²": "2",
        "³": "3",
        "№": "No",
    }
)
# Marks of Latin letters. Overlays (U+0334 to U+0338) are none: without its stroke ≠ says =.
MARKS = frozenset(map(chr, (*range(0x300, 0x334), *range(0x339, 0x370))))
