"""Recordings made by hand: the smallest files of each kind that a browser would take for one."""

import io
import math
import struct
import wave


def wav(seconds: float = 0.3, rate: int = 8000) -> bytes:
    """A tone, which browsers can really play."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        steps = range(int(seconds * rate))
        sound.writeframes(bytes(128 + round(60 * math.sin(at * 0.35)) for at in steps))
    return file.getvalue()


def mp3(frames: int = 4, *, tagged: bool = False) -> bytes:
    """Silence: MPEG 1, layer III, 32 kbit/s at 32 kHz, so that a frame has 144 bytes."""
    sound = (b"\xff\xfb\x18\xc0" + bytes(140)) * frames
    if not tagged:
        return sound
    return b"ID3\x03\x00\x00" + b"\0\0\0\x10" + b"T" * 16 + bytes(9) + sound + b"TAG" + bytes(125)


def aac(frames: int = 4, size: int = 40) -> bytes:
    head = bytes(
        [0xFF, 0xF1, 0x6C, 0x40 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 31, 0xFC]
    )
    return (head + bytes(size - 7)) * frames


def opus(pages: int = 4) -> bytes:
    packets = [b"OpusHead" + bytes(11), b"OpusTags" + bytes(8), *[bytes(30)] * (pages - 2)]
    return b"".join(
        b"OggS\0"
        + bytes([2 if at == 0 else 0])
        + struct.pack("<QIII", 0, 7, at, 0)
        + bytes([1, len(packet)])
        + packet
        for at, packet in enumerate(packets)
    )


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def m4a(handler: bytes = b"soun", coded: bytes = b"mp4a", *, tracks: int = 1) -> bytes:
    described = bytes(8) + struct.pack(">I", 20) + coded + bytes(12)
    media = box(
        b"mdia",
        box(b"hdlr", bytes(8) + handler + bytes(12)),
        box(b"minf", box(b"stbl", box(b"stsd", described))),
    )
    track = box(b"trak", media)
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", *[track] * tracks) + box(b"mdat", bytes(40))


KINDS = {
    "audio/wav": wav(),
    "audio/mpeg": mp3(tagged=True),
    "audio/aac": aac(),
    "audio/ogg": opus(),
    "audio/mp4": m4a(),
}
