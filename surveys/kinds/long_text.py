"""Some sentences, with line breaks."""

from surveys.kinds.text import TextKind

# At most 6 KB as UTF-8 (JSON must not escape it), which leaves room in a box of 8 KB.
LONG_TEXT = TextKind("long_text", limit=1500, lines=True)
