"""What passes for a recording, and what does not, whatever its name says."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from app.documents.sounds import kind_of
from tests.app import sound_factory
from tests.app.sound_factory import KINDS

PAGE = b"<!doctype html><script>alert(1)</script>" * 20


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x" * 99)
    return file.getvalue()


HOSTILE = {
    "nothing": b"",
    "a page": PAGE,
    "an archive": zipped(),
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' * 9,
    "a program": b"MZ" + bytes(900),
    "a PDF": b"%PDF-1.7\n" + bytes(900),
    "noise": random.Random(1).randbytes(5000),
    "zeros": bytes(5000),
    "a tag alone": b"ID3\x03\x00\x00\0\0\0\x10" + bytes(2000),
    "a tag longer than the file": b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + sound_factory.mp3(),
    "a page in a tag, and nothing after": b"ID3\x03\0\0" + bytes([0, 0, 6, 32]) + PAGE,
    "two frames": sound_factory.mp3(2),
    "a film": sound_factory.m4a(b"vide", b"avc1"),
    "a film with sound": sound_factory.m4a(tracks=2),
    "sound in another coding": sound_factory.m4a(coded=b"alac"),
    "Vorbis": sound_factory.opus().replace(b"OpusHead", b"\x01vorbis\0"),
    "compressed WAV": sound_factory.wav().replace(b"\x01\0\x01\0", b"\x55\0\x01\0", 1),
    "a WAV without sound": sound_factory.wav(0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_of_each_kind_is_known_by_its_content(kind: str):
    assert kind_of(KINDS[kind]) == kind


def test_frames_without_tags_are_known_too():
    assert kind_of(sound_factory.mp3()) == "audio/mpeg"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_recording_is_refused(name: str):
    assert kind_of(HOSTILE[name]) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("added", [PAGE, zipped()], ids=["page", "archive"])
def test_nothing_can_stand_behind_or_before_a_recording(kind: str, added: bytes):
    assert kind_of(KINDS[kind] + added) is None
    assert kind_of(added + KINDS[kind]) is None


@pytest.mark.parametrize("kind", ["audio/wav", "audio/ogg", "audio/mp4"])
def test_a_torn_file_is_refused(kind: str):
    whole = KINDS[kind]
    assert {kind_of(whole[:end]) for end in range(len(whole) - 40, len(whole))} == {None}


def test_the_last_frame_may_be_cut_as_recorders_do_when_they_are_stopped():
    assert kind_of(sound_factory.mp3()[:-50]) == "audio/mpeg"


@given(st.sampled_from(sorted(KINDS)), st.data())
@settings(max_examples=50)
def test_no_change_of_bytes_makes_the_check_fail_or_loop(kind: str, data: st.DataObject):
    changed = bytearray(KINDS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(changed) - 1, 200)))
        changed[at] = data.draw(st.integers(0, 255))
    assert kind_of(bytes(changed)) in {*KINDS, None}
