"""Typed codes: every slip shows, and what people usually write is read."""

import pytest
from hypothesis import given, strategies as st

from surveys.short_codes import (
    ALPHABET,
    RANDOM_BITS,
    check_character,
    new_short_code,
    printed,
    read_short_code,
    short_code,
)

codes = st.builds(short_code, st.integers(0, 32**6 - 1), st.integers(0, 2**RANDOM_BITS - 1))


@given(codes)
def test_a_printed_code_is_read(code: str) -> None:
    assert read_short_code(printed(code)) == code


@given(codes, st.integers(0, 40), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, at: int, wrong: str) -> None:
    whole = code + check_character(code)
    at %= len(whole)
    changed = whole[:at] + wrong + whole[at + 1 :]
    assert read_short_code(changed) == (code if changed == whole else None)


@given(codes)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    whole = code + check_character(code)
    for at in range(len(whole) - 1):
        changed = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
        assert changed == whole or read_short_code(changed) is None


def test_all_wrong_characters_and_swaps_of_one_code_are_caught() -> None:
    code = new_short_code(111)
    whole = code + check_character(code)
    wrong = {
        whole[:at] + letter + whole[at + 1 :] for at in range(len(whole)) for letter in ALPHABET
    } - {whole}
    assert len(wrong) == 31 * len(whole)
    assert {read_short_code(each) for each in wrong} == {None}


@given(codes, st.lists(st.sampled_from(" -–.\t\N{NO-BREAK SPACE}"), max_size=20), st.randoms())
def test_case_blanks_and_hyphens_do_not_matter(code: str, between: list[str], chance) -> None:
    characters = list(printed(code).swapcase())
    for mark in between:
        characters.insert(chance.randrange(len(characters) + 1), mark)
    assert read_short_code("".join(characters)) == code


@given(codes, st.data())
def test_letters_written_for_digits_are_read(code: str, data: st.DataObject) -> None:
    likely = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(data.draw(st.sampled_from(likely.get(each, each))) for each in printed(code))
    assert read_short_code(typed) == code


@given(st.text(max_size=80))
def test_anything_else_is_no_code_and_no_error(text: str) -> None:
    found = read_short_code(text)
    assert found is None or printed(found)


@given(codes, st.integers(1, 5))
def test_a_missing_character_shows_nearly_always(code: str, count: int) -> None:
    """What is missing moves the rest; the code's length alone catches codes of two characters."""
    whole = code + check_character(code)
    if len(code) == 14:
        assert read_short_code(whole[:-count]) is None


def test_codes_have_sixty_random_bits() -> None:
    made = [new_short_code(5) for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {len(code) for code in made} == {14}
    for at in range(2, 14):
        assert {code[at] for code in made} == set(ALPHABET)


def test_the_unit_is_part_of_the_code() -> None:
    assert short_code(1, 7)[2:] == short_code(2, 7)[2:]
    assert check_character(short_code(1, 7)) != check_character(short_code(2, 7))


@pytest.mark.parametrize(("unit", "number"), [(-1, 0), (32**6, 0), (0, -1), (0, 2**60)])
def test_what_does_not_fit_is_refused(unit: int, number: int) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        short_code(unit, number)
