from datetime import date

import pytest

from sampling.listing.units import CrosswalkLine, UnitBook, UnitLine
from tests.sampling.listing.lists import BOOK, CROSSWALK, NEW, UNITS

BEFORE = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("U1", "U1"),
        ("Phường Trảng Dài", "U1"),
        ("PHƯỜNG TRẢNG DÀI", "U1"),
        ("phuong trang dai", "U1"),
        ("P. Trảng Dài", "U1"),
        ("P.Trảng Dài", "U1"),
        ("Trảng Dài", "U1"),
        ("UBND phường Trảng Dài", "U1"),
        ("Ủy ban nhân dân phường Trảng Dài, tỉnh Đồng Nai", "U1"),
        ("Trung tâm Phục vụ hành chính công phường Trảng Dài", "U1"),
        ("Bộ phận Một cửa P. Trảng Dài", "U1"),
        ("Phòng Văn hóa - Xã hội, UBND phường Long Bình", "U2"),
        ("X. Xuân Hoà", "U4"),
        ("Sở Tài chính", "STC"),
        ("Sở Tài chính tỉnh Đồng Nai", "STC"),
    ],
)
def test_a_present_unit_is_known_by_any_of_its_spellings(written: str, code: str) -> None:
    assert BOOK.resolve(written).code == code
    assert BOOK.resolve(written).how in ("code", "name")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1", "U1"),
        ("UBND xã Thiện Tân", "U1"),
        ("Xã Thiện Tân, huyện Vĩnh Cửu, tỉnh Đồng Nai", "U1"),
        ("Xã Thiện Tân huyện Vĩnh Cửu", "U1"),
        ("Xã Tân Thành, huyện Bù Đốp", "U3"),
        ("xã Tân Thành (TP Đồng Xoài)", "U4"),
        ("Xã Trảng Dài", "U2"),
    ],
)
def test_a_former_unit_leads_to_the_one_that_took_it_in(written: str, code: str) -> None:
    assert (BOOK.resolve(written).code, BOOK.resolve(written).how) == (code, "crosswalk")


@pytest.mark.parametrize(
    ("written", "how", "candidates"),
    [
        ("Xã Xuân Tâm", "partial", ("U3", "U4")),
        ("2", "partial", ("U3", "U4")),
        ("Xã Tân Thành", "ambiguous", ("U3", "U4")),
        ("Phường Xuân Hòa", "unknown", ("U4",)),
        ("Chi nhánh Văn phòng đăng ký đất đai", "unknown", ()),
        ("UBND phường Trảng Dài, UBND phường Long Bình", "ambiguous", ("U1", "U2")),
        ("", "unknown", ()),
        ("UBND", "unknown", ()),
    ],
)
def test_what_is_not_sure_is_not_guessed(
    written: str, how: str, candidates: tuple[str, ...]
) -> None:
    resolution = BOOK.resolve(written)
    assert (resolution.code, resolution.how, resolution.candidates) == ("", how, candidates)


def test_a_name_means_the_former_unit_before_the_present_one_began() -> None:
    assert BOOK.resolve("Phường Long Bình", BEFORE).code == "U1"
    assert BOOK.resolve("Phường Long Bình", NEW).code == "U2"
    assert BOOK.resolve("Phường Trảng Dài", BEFORE).code == "U1"


def test_lines_of_other_days_do_not_count() -> None:
    ended = CrosswalkLine("9", "Xã Cũ", "", "", "U1", False, NEW, date(2026, 1, 1))
    later = CrosswalkLine("8", "Xã Mới", "", "", "U1", False, date(2027, 1, 1))
    book = UnitBook(UNITS, [ended, later], on=date(2026, 3, 1))
    assert book.resolve("Xã Cũ").how == book.resolve("Xã Mới").how == "unknown"
    assert UnitBook(UNITS, [ended], on=date(2025, 12, 1)).resolve("Xã Cũ").code == "U1"


def test_a_part_alone_does_not_tell_even_when_the_other_part_is_unknown() -> None:
    book = UnitBook(UNITS[:3], CROSSWALK)
    found = book.resolve("Xã Xuân Tâm")
    assert (found.code, found.how, found.candidates) == ("", "partial", ("U3",))


def test_lines_to_units_outside_the_book_do_not_count() -> None:
    book = UnitBook(UNITS[:1], CROSSWALK)
    assert book.codes == {"U1"}
    assert book.resolve("Xã Tân Thành").how == "unknown"


def test_a_name_settled_by_hand_goes_before_all_else() -> None:
    book = BOOK.settled({"xa xuan tam": "U3", "vp dkdd": "U2", "phuong trang dai": "absent"})
    assert (book.resolve("Xã Xuân Tâm").code, book.resolve("Xã Xuân Tâm").how) == ("U3", "mapping")
    assert book.resolve("VP ĐKĐĐ").code == "U2"
    assert book.resolve("Phường Trảng Dài").how == "name"
    assert BOOK.resolve("VP ĐKĐĐ").how == "unknown"


def test_accents_tell_apart_names_of_the_same_letters() -> None:
    book = UnitBook([UnitLine("A", "Xã Bình Lộc"), UnitLine("B", "Xã Bình Lốc")])
    assert book.resolve("UBND xã Bình Lộc").code == "A"
    assert book.resolve("Xã Bình Lốc").code == "B"
    assert book.resolve("xa binh loc").how == "ambiguous"
