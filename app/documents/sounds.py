"""What kind of recording a file is, told by its content from the first byte to the last.

Nothing is decoded. Every part says how long it is, and the parts must follow one another to the
end, so that no other kind of file can pass for a recording, nor carry one behind it.
"""

from collections.abc import Callable, Iterator

MP3, AAC, M4A = "audio/mpeg", "audio/aac", "audio/mp4"
OGG, WAV = "audio/ogg", "audio/wav"
# Kilobits a second of layer III, by the index in the frame's head: MPEG 1, and MPEG 2 and 2.5.
FAST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SLOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# Samples a second by version; 1 is reserved.
RATES = {0: (11025, 12000, 8000), 2: (22050, 24000, 16000), 3: (44100, 48000, 32000)}
FEWEST_FRAMES = 3
ID3V1 = 128
PCM, EXTENSIBLE = 1, 0xFFFE
Length = Callable[[bytes, int], int]


def kind_of(content: bytes) -> str | None:
    """Tell the media type of a recording; None for whatever is none.

    Parameters
    ----------
    content : bytes
        The whole file.
    """
    tests = ((WAV, is_wav), (OGG, is_opus), (M4A, is_m4a), (MP3, is_mp3), (AAC, is_aac))
    return next((name for name, test in tests if test(content)), None)


def is_wav(content: bytes) -> bool:
    """Whether it is uncompressed sound (RIFF, WAVE)."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return False
    if int.from_bytes(content[4:8], "little") + 8 != len(content):
        return False
    chunks = dict(_chunks(content))
    head = chunks.get(b"fmt ", b"")
    encoding = int.from_bytes(head[:2], "little")
    return len(head) >= 16 and encoding in (PCM, EXTENSIBLE) and bool(chunks.get(b"data"))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + size]
        if len(body) < size:
            return
        yield content[at : at + 4], body
        at += 8 + size + size % 2


def is_opus(content: bytes) -> bool:
    """Whether it is Opus in Ogg: pages of one stream to the end (RFC 3533, RFC 7845)."""
    at, pages, stream = 0, 0, content[14:18]
    if content[28:36] != b"OpusHead" or content[5:6] != b"\x02":
        return False
    while at + 27 <= len(content):
        if content[at : at + 5] != b"OggS\x00" or content[at + 14 : at + 18] != stream:
            return False
        segments = content[at + 26]
        sizes = content[at + 27 : at + 27 + segments]
        at += 27 + segments + sum(sizes)
        pages += 1
    return at == len(content) and pages >= FEWEST_FRAMES


def is_m4a(content: bytes) -> bool:
    """Whether it is MPEG-4 with a track of AAC and none of anything else (ISO 14496-12)."""
    boxes = _boxes(content, 0, len(content))
    if not boxes or boxes[0][0] != b"ftyp":
        return False
    if not {b"moov", b"mdat"} <= {name for name, _, _ in boxes}:
        return False
    kinds = [
        content[start + 8 : start + 12]
        for start, _ in _within(content, boxes, (b"moov", b"trak", b"mdia", b"hdlr"))
    ]
    tables = _within(content, boxes, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"))
    coded = [content[start + 12 : start + 16] for start, _ in tables]
    return kinds == [b"soun"] and coded == [b"mp4a"]


def _boxes(content: bytes, start: int, end: int) -> list[tuple[bytes, int, int]]:
    """List the boxes from `start` to `end`: name, where its body begins and ends; none if torn."""
    found = []
    while start < end:
        size, name = (
            int.from_bytes(content[start : start + 4], "big"),
            content[start + 4 : start + 8],
        )
        head = 8
        if size == 1:
            size, head = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            return []
        found.append((name, start + head, start + size))
        start += size
    return found


def _within(
    content: bytes, boxes: list[tuple[bytes, int, int]], way: tuple[bytes, ...]
) -> list[tuple[int, int]]:
    here = [(start, end) for name, start, end in boxes if name == way[0]]
    if len(way) == 1:
        return here
    return [
        found
        for start, end in here
        for found in _within(content, _boxes(content, start, end), way[1:])
    ]


def is_mp3(content: bytes) -> bool:
    """Whether it is frames of MPEG audio, layer III, between tags at most."""
    end = len(content) - (ID3V1 if content[-ID3V1:][:3] == b"TAG" else 0)
    return _frames(content[:end], _after_tag(content), _mp3_length)


def is_aac(content: bytes) -> bool:
    """Whether it is frames of AAC (ADTS, ISO 13818-7)."""
    return _frames(content, _after_tag(content), _aac_length)


def _after_tag(content: bytes) -> int:
    """Pass over a tag in front (ID3v2), and the zeros that leave room for more of it."""
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    size = 0
    for part in content[6:10]:
        size = size << 7 | part & 0x7F
    at = 10 + size
    while content[at : at + 1] == b"\0":
        at += 1
    return at


def _frames(content: bytes, at: int, length: Length) -> bool:
    """Whether frames follow one another to the end; the last one may be cut short."""
    count = 0
    while at < len(content):
        size = length(content, at)
        if size == 0:
            return False
        at, count = at + size, count + 1
    return count >= FEWEST_FRAMES


def _mp3_length(content: bytes, at: int) -> int:
    """Give the bytes of a frame; 0 if none begins here, or its rate is told nowhere."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] & 0xE6 != 0xE2:
        return 0
    version, rate = content[at + 1] >> 3 & 3, content[at + 2] >> 2 & 3
    speed = content[at + 2] >> 4
    if version not in RATES or rate == 3 or speed in (0, 15):
        return 0
    samples, speeds = (144, FAST) if version == 3 else (72, SLOW)
    return samples * speeds[speed] * 1000 // RATES[version][rate] + (content[at + 2] >> 1 & 1)


def _aac_length(content: bytes, at: int) -> int:
    """Give the bytes of a frame; 0 if none begins here."""
    if at + 7 > len(content) or content[at] != 0xFF or content[at + 1] & 0xF6 != 0xF0:
        return 0
    size = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
    return size if size >= 7 else 0
