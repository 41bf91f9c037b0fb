"""Some sentences, with line breaks."""

from surveys.kinds.text import TextKind

# 1,500 Vietnamese characters are at most 4.5 KB, which leaves room in a box of 8 KB.
LONG_TEXT = TextKind("long_text", limit=1500, lines=True)
