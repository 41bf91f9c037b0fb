"""A secret can be read out and typed again, in digits or in words."""

import pytest
from hypothesis import given, strategies as st

from sampling.draw_errors import DrawError
from sampling.spoken_secrets import secret_of, words_of

SECRET = bytes(range(32))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        # Published in Wilkerson (2009), arXiv:0901.4016, as IPv4 addresses.
        ((127, 0, 0, 1), "lusab babad"),
        ((63, 84, 220, 193), "gutih tugad"),
        ((147, 67, 119, 2), "natag lisaf"),
        ((212, 58, 253, 68), "tibup zujah"),
        ((216, 35, 68, 215), "tobog higil"),
        ((198, 81, 129, 136), "sinid makam"),
    ],
)
def test_words_are_those_of_the_paper(number: tuple[int, ...], words: str):
    assert words_of(bytes(number)) == words


@given(st.binary(min_size=32, max_size=32))
def test_what_is_read_out_is_read_again(secret: bytes):
    words = words_of(secret)
    assert len(words.split()) == 16
    for text in (words, words.upper(), words.replace(" ", "-"), f" {words}.\n"):
        assert secret_of(text) == secret
    digits = secret.hex()
    assert secret_of(digits.upper()) == secret
    assert secret_of(" ".join(digits[at : at + 8] for at in range(0, 64, 8))) == secret


@pytest.mark.parametrize(
    "text",
    [
        *("", SECRET.hex()[:-1], SECRET.hex() + "0", SECRET.hex()[:-1] + "g"),
        *(words_of(SECRET)[:-6], words_of(SECRET) + " babab", words_of(SECRET)[:-1] + "x"),
        *("٣" * 64, "½" * 64, words_of(SECRET)[:-5] + "bébab"),
    ],
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(DrawError) as error:
        secret_of(text)
    assert error.value.code == "bad_secret"
