"""A few words on one line."""

from surveys.kinds.text import TextKind

SHORT_TEXT = TextKind("short_text", limit=200, lines=False)
