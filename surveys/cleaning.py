"""Text made safe to store and compare: NFC, without control or hidden direction characters."""

import unicodedata

# They can make a text read otherwise than it is stored. Joiners stay: Khmer needs them.
DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NEWLINES = ("\r\n", "\r", "\x85", "\u2028", "\u2029")
REFUSED = frozenset({"Cc", "Cs"})


def is_hidden(character: str) -> bool:
    """Tell whether a character other than a newline has no place in a text."""
    return character != "\n" and (
        unicodedata.category(character) in REFUSED or character in DIRECTION
    )


def is_seen(character: str) -> bool:
    """Tell whether a character is more than a blank or a joiner."""
    return unicodedata.category(character)[0] not in "CZ"


def visible(text: str) -> str:
    """Unify newlines, turn tabs into spaces, drop hidden characters and outer blanks.

    What has nothing to see, such as a lone zero-width space, becomes empty.

    The result is not normalised yet, so that its length can be judged first: normalising
    takes quadratic time on a long run of combining marks.
    """
    if text.isprintable():  # most texts: no newline, nothing hidden, no blank but the space
        return text.strip()
    for newline in NEWLINES:
        text = text.replace(newline, "\n")
    kept = (character for character in text.replace("\t", " ") if not is_hidden(character))
    cleaned = "".join(kept).strip()
    return cleaned if any(map(is_seen, cleaned)) else ""


def normalised(text: str) -> str:
    """Give the composed form (NFC), in which equal words are equal strings."""
    return unicodedata.normalize("NFC", text)
