import string

from hypothesis import given, strategies as st

from sampling.listing.typed_codes import bare, forms_of

LIST = ["000.00.26.H19-260105-0001", "000.00.26.H19-260105-0002", "BNĐ/2026/17", "hs_0001"]
PARTS = st.text(string.ascii_uppercase + string.digits + "Đ", min_size=1, max_size=8)
CODES = st.builds(
    lambda parts, marks: "".join(a + b for a, b in zip(parts, [*marks, ""], strict=False)),
    st.lists(PARTS, min_size=1, max_size=5),
    st.lists(st.sampled_from(".-/_ "), min_size=5, max_size=5),
)


@given(st.lists(CODES, min_size=1, max_size=20), st.data())
def test_every_code_of_a_list_is_found_without_its_marks(codes: list[str], data) -> None:
    forms = forms_of(codes)
    code = data.draw(st.sampled_from(codes))
    for typed in (code, code.lower(), bare(code), f" {code} ", " ".join(code)):
        assert code.strip() in [found.strip() for found in forms.spellings(typed)]


@given(st.lists(CODES, min_size=1, max_size=20), st.text(max_size=30))
def test_what_is_spelled_has_the_same_letters_and_digits(codes: list[str], typed: str) -> None:
    for spelled in forms_of(codes).spellings(typed):
        assert bare(spelled) == bare(typed)


def test_a_code_that_the_list_does_not_hold_is_spelled_as_the_list_would() -> None:
    forms = forms_of(LIST)
    assert forms.spellings("0000026h19 260711 0815") == ["000.00.26.H19-260711-0815"]
    assert forms.spellings("BND 2026 99") == ["BNĐ/2026/99"]
    assert forms.spellings("hs0007") == ["hs_0007"]


def test_a_code_of_another_form_is_none_of_the_list() -> None:
    forms = forms_of(LIST)
    for typed in ("", "0000026h19 260711 081", "0000026h19 260711 O815", "BNX/2026/99", "🙂" * 9):
        assert forms.spellings(typed) == []
    assert forms_of([]).spellings("H19") == []


def test_what_was_typed_comes_first_then_the_most_frequent_form() -> None:
    forms = forms_of(["1-23", "2-34", "12-3"])
    assert forms.spellings("99-9") == ["99-9", "9-99"]
    assert forms.spellings("999") == ["9-99", "99-9"]


def test_endless_texts_cost_no_more_than_long_ones() -> None:
    assert len(bare("9" * 10_000_000)) <= 256
