import json

from hypothesis import given, strategies as st

from sampling.listing.errors import looks_personal, shape
from sampling.listing.sheet import Sheet, described, look
from tests.sampling.listing.lists import row, table

SECRETS = ("Nguyễn Thị Bích", "Lê Văn Cường", "0912345678", "075123456789", "an@example.org")


def sheet(rows: int = 40) -> Sheet:
    people = [SECRETS[place % 2] for place in range(rows)]
    header = ("Mã hồ sơ", "Trạng thái", "Chủ hồ sơ", "SĐT", "Thụ lý", "Ghi chú", "Loại")
    cells = [
        (f"H{place}", "Đã trả", person, SECRETS[2], person, SECRETS[3], "A" if place % 2 else "B")
        for place, person in enumerate(people)
    ]
    return described(table(cells, header), "a.csv")


def test_no_person_is_shown_whatever_the_heading_says() -> None:
    written = json.dumps(sheet().to_document(), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in written]


def test_words_of_the_office_are_shown_with_their_counts() -> None:
    found = sheet()
    status, kind = found.column("Trạng thái"), found.column("Loại")
    assert status is not None
    assert kind is not None
    assert status.values == (("Đã trả", 40),)
    assert dict(kind.values) == {"A": 20, "B": 20}


def test_other_columns_show_the_shape_of_their_values() -> None:
    found = sheet().column("SĐT")
    assert found is not None
    assert (found.values, found.samples, found.distinct) == ((), ("9999999999",), 1)


def test_a_known_heading_does_not_uncover_people() -> None:
    names = described(
        table([("H1", "Nguyễn Thị Bích"), ("H2", "x")], ("Mã hồ sơ", "Trạng thái")), "a"
    )
    status = names.column("Trạng thái")
    assert status is not None
    assert status.values == ()


def test_columns_that_name_people_stay_covered_however_they_are_written() -> None:
    header = ("Mã hồ sơ", "Trạng thái", "Người nộp", "Cán bộ thụ lý", "Địa chỉ")
    rows = [(f"H{n}", "Đã trả", "bích", "cường", "ấp 3") for n in range(40)]
    shown = [column.name for column in described(table(rows, header), "a").columns if column.values]
    assert shown == ["Trạng thái"]


def test_few_rows_of_an_unknown_column_stay_covered() -> None:
    found = described(table([("H1", "Alpha"), ("H2", "Beta")], ("Mã hồ sơ", "Gì đó")), "a")
    column = found.column("Gì đó")
    assert column is not None
    assert column.values == ()


def test_shares_and_counts_tell_how_a_column_is_filled() -> None:
    found = described(table([row("H1"), row("H2", due="06/03/2026"), row("H3")]), "a.csv")
    due = found.column("Ngày hẹn trả")
    assert due is not None
    assert (due.filled, due.distinct, found.rows) == (0.3333, 1, 3)


def test_a_sheet_comes_back_from_its_document() -> None:
    found = sheet()
    assert Sheet.from_document(json.loads(json.dumps(found.to_document()))) == found


def test_a_file_that_cannot_be_read_has_faults_and_no_columns() -> None:
    found = look(b"\x89PNG\r\n\x1a\n", "a.xlsx")
    assert (found.columns, [fault.code for fault in found.faults]) == ((), ["wrong_kind"])


@given(st.text(max_size=60))
def test_a_shape_keeps_no_letter_and_no_digit(text: str) -> None:
    assert not {c for c in shape(text) if c.isalnum()} - {"x", "9"}


@given(st.from_regex(r"[0-9 .+-]{0,6}[0-9]{9,12}", fullmatch=True))
def test_a_long_number_looks_personal(text: str) -> None:
    assert looks_personal(text)
