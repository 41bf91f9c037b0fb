import hashlib
import hmac
import unicodedata
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.arriving import drawn_among, exact_rate, is_drawn
from sampling.draw_errors import DrawError

SEED = bytes(range(32))
RATES = st.fractions(0, 1, max_denominator=1000)
CODES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(CODES, RATES)
def test_a_dossier_is_drawn_when_its_keyed_hash_lies_below_the_rate(
    code: str, rate: Fraction
) -> None:
    tidy = unicodedata.normalize("NFC", code.strip())
    digest = hmac.new(SEED, tidy.encode(), hashlib.sha256).digest()
    share = Fraction(int.from_bytes(digest, "big"), 2**256)
    assert is_drawn(SEED, code, rate) == (share < rate)


@given(CODES, RATES, RATES)
def test_who_is_drawn_at_a_rate_is_drawn_at_every_higher_one(
    code: str, one: Fraction, other: Fraction
) -> None:
    low, high = sorted((one, other))
    assert is_drawn(SEED, code, high) or not is_drawn(SEED, code, low)


@given(CODES)
def test_rates_of_nothing_and_of_everything_are_certain(code: str) -> None:
    assert not is_drawn(SEED, code, 0)
    assert is_drawn(SEED, code, "1")


@given(st.lists(st.tuples(CODES, st.sampled_from("AB")), min_size=1, max_size=30), st.randoms())
@settings(max_examples=50)
def test_neither_order_nor_repetition_changes_a_decision(
    pairs: list[tuple[str, str]], chance: Random
) -> None:
    rates: dict[str, Fraction | int | str] = {"A": Fraction(1, 3), "B": "0.6"}
    expected = [is_drawn(SEED, code, rates[stratum]) for code, stratum in pairs]
    shuffled = [*range(len(pairs)), *range(len(pairs))]
    chance.shuffle(shuffled)
    codes, strata = [pairs[at][0] for at in shuffled], [pairs[at][1] for at in shuffled]
    assert drawn_among(SEED, codes, strata, rates).tolist() == [expected[at] for at in shuffled]


def test_a_code_typed_in_decomposed_letters_gets_the_same_decision() -> None:
    for number in range(50):
        code = f"Số-ế-{number}"
        decomposed = unicodedata.normalize("NFD", code)
        assert code != decomposed
        assert is_drawn(SEED, code, "1/2") == is_drawn(SEED, decomposed, "1/2")


def test_about_a_rate_of_all_dossiers_is_drawn() -> None:
    codes = [f"H{number}" for number in range(20_000)]
    drawn = drawn_among(SEED, codes, ["A"] * len(codes), {"A": "1/20"})
    assert drawn.dtype == np.bool_
    spread = (20_000 * 0.05 * 0.95) ** 0.5
    assert abs(int(drawn.sum()) - 1000) < 3.5 * spread


@pytest.mark.parametrize("rate", [0.1, "1.5", -1, "một phần hai", "1/0", "0." + "1" * 90])
def test_a_rate_must_be_exact_and_a_share(rate: object) -> None:
    with pytest.raises(DrawError, match="exact rate"):
        exact_rate(rate)  # type: ignore[arg-type]  # that is the point


def test_a_stratum_without_a_rate_and_uneven_columns_are_refused() -> None:
    with pytest.raises(DrawError, match="stratum 'B'"):
        drawn_among(SEED, ["H1"], ["B"], {"A": 1})
    with pytest.raises(DrawError, match="one length"):
        drawn_among(SEED, ["H1"], [], {"A": 1})
