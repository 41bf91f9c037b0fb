"""A page that is the same for everybody but for a few words, compressed once.

Deflate lets a stream be flushed to a byte boundary with its window forgotten. The fixed
pieces are compressed like that in advance, the words go between them as stored blocks, and
the whole is one gzip member (RFC 1951, RFC 1952).
"""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
END = b"\x03\x00"  # an empty last block
LEVEL = 9


class Spliced:
    """A text cut at its marks.

    Examples
    --------
    >>> page = Spliced("Hello *, this is *.", ("*",))
    >>> page.plain({"*": "you"})
    b'Hello you, this is you.'
    >>> zlib.decompress(page.gzipped({"*": "you"}), wbits=31)
    b'Hello you, this is you.'
    """

    def __init__(self, text: str, marks: Sequence[str]) -> None:
        cut = re.split("(" + "|".join(map(re.escape, marks)) + ")", text)
        self.fixed = [piece.encode() for piece in cut[0::2]]
        self.marks = cut[1::2]
        self.packed = [_deflated(piece) for piece in self.fixed]

    def plain(self, words: Mapping[str, str]) -> bytes:
        """Fill in the words."""
        filled = [words[mark].encode() for mark in self.marks]
        return b"".join(_interleaved(self.fixed, filled))

    def gzipped(self, words: Mapping[str, str]) -> bytes:
        """Fill in the words of a compressed page."""
        stored = [_stored(words[mark].encode()) for mark in self.marks]
        plain = self.plain(words)
        trailer = struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
        return b"".join((HEADER, *_interleaved(self.packed, stored), END, trailer))


def _interleaved(fixed: Sequence[bytes], between: Sequence[bytes]) -> list[bytes]:
    pieces = [fixed[0]]
    for word, piece in zip(between, fixed[1:], strict=True):
        pieces += (word, piece)
    return pieces


def _deflated(piece: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(word: bytes) -> bytes:
    """Make a stored block; words are far below its limit of 65,535 bytes."""
    return b"\x00" + struct.pack("<HH", len(word), len(word) ^ 0xFFFF) + word
