import unicodedata

import pytest
from hypothesis import given, strategies as st

from surveys.alphabet import BASIC, ESCAPE_PLACE, EXTENSION, SEPTETS
from surveys.texts import Encoding, parts, without_marks

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)
ORDINARY = "0123456789 .,:;!?/()'\"+-%\n"
vietnamese = st.text(VIETNAMESE + VIETNAMESE.upper() + ORDINARY + "“”‘’–—…\u00a0₫")
gsm = st.text(sorted(SEPTETS))
anything = st.text(max_size=400)


@pytest.mark.parametrize(
    # 3GPP TS 23.038, section 6.2.1.
    ("place", "characters"),
    [(0x00, "@£$"), (0x09, "Ç\n"), (0x0D, "\r"), (0x10, "Δ_Φ"), (0x1A, "Ξ"), (0x1C, "ÆæßÉ !")],
)
def test_signs_and_capitals_of_greece_stand_where_the_standard_has_them(place, characters):
    assert BASIC[place : place + len(characters)] == characters


@pytest.mark.parametrize(
    ("place", "character"),
    [(0x24, "¤"), (0x40, "¡"), (0x41, "A"), (0x5F, "§"), (0x60, "¿"), (0x7A, "z"), (0x7F, "à")],
)
def test_characters_stand_where_the_standard_has_them(place: int, character: str):
    assert BASIC[place] == character


def test_the_alphabet_has_127_characters_and_10_escaped_ones():
    assert len(BASIC) == len(set(BASIC)) == 128
    assert BASIC[ESCAPE_PLACE] == "\x1b"
    assert set(EXTENSION) == set("\f^{}\\[~]|€")
    assert len(SEPTETS) == 137


@pytest.mark.parametrize(
    ("text", "encoding", "count", "units", "left"),
    [
        ("", "gsm7", 1, 0, 160),
        ("a" * 160, "gsm7", 1, 160, 0),
        ("a" * 161, "gsm7", 2, 161, 145),
        ("a" * 306, "gsm7", 2, 306, 0),
        ("a" * 307, "gsm7", 3, 307, 152),
        ("€" * 80, "gsm7", 1, 160, 0),
        ("€" * 81, "gsm7", 2, 162, 153 - 10),  # 76 in the first part: one septet stays free
        ("a" + "[" * 152, "gsm7", 2, 305, 1),
        ("ư" * 70, "ucs2", 1, 70, 0),
        ("ư" * 71, "ucs2", 2, 71, 63),
        ("ư" * 134, "ucs2", 2, 134, 0),
        ("ư" * 135, "ucs2", 3, 135, 66),
        ("😀" * 35, "ucs2", 1, 70, 0),
        ("😀" * 36, "ucs2", 2, 72, 61),  # 33 in the first part
        ("Cám ơn", "ucs2", 1, 6, 64),
        ("à è é ì ò ù", "gsm7", 1, 11, 149),  # letters of other languages too
    ],
)
def test_messages_are_as_long_as_the_standard_says(text, encoding, count, units, left):
    cut = parts(text)
    assert (cut.encoding, cut.count, cut.units, cut.left) == (encoding, count, units, left)


def test_an_escaped_pair_and_a_surrogate_pair_stay_in_one_part():
    assert parts("a" * 152 + "{" + "b" * 20).texts == ("a" * 152, "{" + "b" * 20)
    assert parts("ư" * 66 + "😀" + "ư" * 9).texts == ("ư" * 66, "😀" + "ư" * 9)


def test_offenders_are_named_once_in_their_order():
    assert parts("Mời Ông/Bà, mời").offenders == ("ờ", "Ô")
    assert parts("`x` “y”").offenders == ("`", "“", "”")
    assert parts("\x1b").encoding is Encoding.UCS2


@given(st.one_of(anything, gsm))
def test_the_parts_together_are_the_text_and_none_is_too_long(text: str):
    cut = parts(text)
    assert "".join(cut.texts) == text
    limits = {("gsm7", 1): 160, ("ucs2", 1): 70}
    limit = limits.get((cut.encoding, cut.count), 153 if cut.encoding == "gsm7" else 67)
    sizes = [
        sum(2 if letter in EXTENSION else 1 for letter in part)
        if cut.encoding == "gsm7"
        else len(part.encode("utf-16-be", "surrogatepass")) // 2
        for part in cut.texts
    ]
    assert max(sizes) <= limit
    assert cut.units == sum(sizes)
    assert cut.left == limit - sizes[-1]


@given(st.one_of(anything, gsm), st.text(min_size=1, max_size=3))
def test_more_words_never_make_fewer_parts(text: str, more: str):
    assert parts(text + more).count >= parts(text).count


def test_words_are_written_without_marks():
    text = "Đơn vị: “Sở Nội vụ” – Ông/Bà được mời… phí\u00a010.000₫, m²"
    plain = 'Don vi: "So Noi vu" - Ong/Ba duoc moi... phi 10.000d, m2'
    assert without_marks(text) == without_marks(unicodedata.normalize("NFD", text)) == plain
    assert without_marks("ĐẶNG ỷ ươ Ưỡ") == "DANG y uo Uo"
    assert without_marks("dòng\r\nhai") == "dong\nhai"


def test_folding_leaves_what_would_mean_something_else():
    assert without_marks("3 ≠ 4") == "3 ≠ 4"
    khmer = "សូមឆ្លើយ"
    assert without_marks(khmer) == khmer
    assert parts(without_marks(khmer)).encoding is Encoding.UCS2


@given(anything)
def test_folding_twice_is_folding_once(text: str):
    assert without_marks(without_marks(text)) == without_marks(text)


@given(vietnamese, st.sampled_from(["NFC", "NFD"]))
def test_vietnamese_is_inside_the_alphabet_however_it_is_composed(text: str, form: str):
    folded = without_marks(unicodedata.normalize(form, text))
    assert parts(folded).encoding is Encoding.GSM7
    assert folded == without_marks(text)
