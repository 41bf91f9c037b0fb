import base64
import hashlib

import pytest
from hypothesis import given, strategies as st

from surveys.links import (
    is_well_formed,
    new_token,
    read_receipt,
    receipt,
    receipt_hash,
    token_hash,
)

ZEROS = "AAAAAAAAAAAAAAAAAAAAAA"


def test_a_token_is_128_bits_in_22_characters_of_base64url():
    token = new_token()
    assert len(token) == 22
    assert len(base64.urlsafe_b64decode(token + "==")) == 16


def test_ten_thousand_tokens_differ_and_are_well_formed():
    tokens = {new_token() for _ in range(10_000)}
    assert len(tokens) == 10_000
    assert all(is_well_formed(token) for token in tokens)


def test_every_bit_of_a_token_is_sometimes_set_and_sometimes_not():
    numbers = [
        int.from_bytes(base64.urlsafe_b64decode(new_token() + "=="), "big") for _ in range(200)
    ]
    ever = seldom = numbers[0]
    for number in numbers:
        ever |= number
        seldom &= number
    assert ever == 2**128 - 1
    assert seldom == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 21,
        "A" * 23,
        "A" * 21 + "B",  # the last character carries two bits only
        "A" * 21 + "=",
        "A" * 10 + "+" + "A" * 11,
        "A" * 10 + "/" + "A" * 11,
        "A" * 22 + "\n",
        "А" * 22,  # Cyrillic
        "A" * 10 + " " + "A" * 11,
    ],
)
def test_another_form_is_refused(text):
    assert not is_well_formed(text)


@given(st.binary(min_size=16, max_size=16))
def test_exactly_one_text_stands_for_16_bytes(value):
    token = base64.urlsafe_b64encode(value).decode().rstrip("=")
    assert is_well_formed(token)


@given(st.text(st.sampled_from("AQgwBCxyz09-_"), min_size=22, max_size=22))
def test_a_well_formed_text_is_the_only_one_for_its_bytes(text):
    back = base64.urlsafe_b64encode(base64.urlsafe_b64decode(text + "==")).decode().rstrip("=")
    assert is_well_formed(text) == (back == text)


def test_a_token_is_hashed_as_its_text():
    # printf AAAAAAAAAAAAAAAAAAAAAA | sha256sum
    assert token_hash(ZEROS).hex().startswith("8a5bdb4cc1516412")
    assert token_hash(ZEROS) == hashlib.sha256(b"A" * 22).digest()


@given(st.text())
def test_any_text_can_be_hashed_and_equals_no_token_unless_it_is_one(text):
    assert len(token_hash(text)) == 32
    assert (token_hash(text) == token_hash(ZEROS)) == (text == ZEROS)


def test_a_receipt_is_that_of_the_definition():
    # printf rAAAAAAAAAAAAAAAAAAAAAA | sha256sum | xxd -r -p | base32 | cut -c1-12
    assert receipt(ZEROS) == "WUGT4KCSCWPY"


def test_the_same_nonce_gets_the_same_receipt_and_another_another():
    nonces = [new_token() for _ in range(1000)]
    assert [receipt(nonce) for nonce in nonces] == [receipt(nonce) for nonce in nonces]
    assert len({receipt(nonce) for nonce in nonces}) == 1000


@given(st.text(st.characters(codec="utf-8")))
def test_a_receipt_can_be_typed_in_any_usual_way(nonce):
    given_receipt = receipt(nonce)
    grouped = "-".join(given_receipt[start : start + 4] for start in (0, 4, 8))
    for typed in (given_receipt, grouped, grouped.lower(), f" {grouped.replace('-', ' ')}\n"):
        assert read_receipt(typed) == given_receipt
    assert read_receipt(given_receipt.replace("O", "0").replace("B", "8")) == given_receipt


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCDEFGHIJKL2", "ABCDEFGHIJK1", "ABCDEFGHIJK!", "ế" * 12]
)
def test_what_is_no_receipt_reads_as_none(typed):
    assert read_receipt(typed) is None


def test_the_published_hash_is_that_of_the_receipt_text():
    assert receipt_hash("WUGT4KCSCWPY") == hashlib.sha256(b"WUGT4KCSCWPY").digest()
