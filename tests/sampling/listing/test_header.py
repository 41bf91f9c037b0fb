import pytest

from sampling.listing.header import opened
from sampling.listing.sheet import look


def header(*lines: str) -> tuple[int, int, tuple[str, ...]]:
    table = opened("\n".join(lines).encode(), "a.csv")
    return table.header_row, table.title_rows, table.header


def test_the_header_is_found_under_titles_and_signs_of_an_office() -> None:
    found = header(
        "UBND TỈNH ĐỒNG NAI\t\t\t",
        "\t\t\t",
        "DANH SÁCH HỒ SƠ TIẾP NHẬN\t\t\t",
        "Từ ngày 01/01/2026 đến 31/03/2026\t\t\t",
        "STT\tSố hồ sơ\tNgày tiếp nhận\tCơ quan tiếp nhận",
        "1\tH1\t05/03/2026\tPhường A",
    )
    assert found == (5, 4, ("STT", "Số hồ sơ", "Ngày tiếp nhận", "Cơ quan tiếp nhận"))


def test_two_lines_of_a_merged_header_become_one() -> None:
    table = opened(
        "\n".join(
            [
                "DANH SÁCH\t\t\t\t\t\t",
                "STT\tMã hồ sơ\tNgày\t\tChủ hồ sơ\t\tTrạng thái",
                "\t\ttiếp nhận\thẹn trả\tHọ tên\tSố điện thoại\t",
                "(1)\t(2)\t(3)\t(4)\t(5)\t(6)\t(7)",
                "1\tH1\t05/03/2026\t06/03/2026\tAn\t0901234567\tĐã trả",
            ]
        ).encode(),
        "a.csv",
    )
    assert table.header == (
        *("STT", "Mã hồ sơ", "Ngày / tiếp nhận", "Ngày / hẹn trả", "Chủ hồ sơ / Họ tên"),
        *("Chủ hồ sơ / Số điện thoại", "Trạng thái"),
    )
    assert (table.header_row, table.title_rows, table.numbers) == (3, 1, (5,))


def test_the_first_row_of_data_is_not_taken_for_a_second_line() -> None:
    rows = ["Mã hồ sơ\tTrạng thái\tNgày tiếp nhận\t", "H1\t\t05/03/2026\tghi chú"]
    assert header(*rows) == (1, 0, ("Mã hồ sơ", "Trạng thái", "Ngày tiếp nhận", "(cột 4)"))


def test_names_that_stand_twice_and_columns_without_one_are_told_apart() -> None:
    rows = ["Mã hồ sơ,Ghi chú,,Ghi chú,Trạng thái", "H1,a,b,c,d"]
    assert header(*rows)[2] == ("Mã hồ sơ", "Ghi chú", "(cột 3)", "Ghi chú (2)", "Trạng thái")


def test_headings_that_nobody_knows_are_the_first_wide_row() -> None:
    assert header("Tiêu đề,,", "A1,B1,C1", "1,2,3")[:2] == (2, 1)


def test_a_surplus_cell_is_a_fault_that_does_not_repeat_it() -> None:
    text = "Mã hồ sơ,Chủ hồ sơ,Trạng thái\nH1,An,x\nH2,x,Nguyễn Văn An, 0901234567\n"
    table = opened(text.encode(), "a.csv")
    assert [(fault.row, fault.code) for fault in table.faults] == [(3, "extra_cells")]
    assert table.rows == (("H1", "An", "x"),)
    assert "0901234567" not in table.faults[0].message("vi")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    text = "Mã hồ sơ;Trạng thái\nH1;Đã trả kết quả\n"
    assert opened(text.encode(encoding), "a.csv").header == ("Mã hồ sơ", "Trạng thái")


def test_windows_1258_is_read_where_headings_prove_it() -> None:
    # Windows-1258 writes ê as one letter, but ạ as a and a mark.
    text = "Ma\u0303 hô\u0300 sơ;Tra\u0323ng tha\u0301i\nH1;Đa\u0303 tra\u0309\n"
    table = opened(text.encode("cp1258"), "a.csv")
    assert table.header == ("Mã hồ sơ", "Trạng thái")
    assert table.rows == (("H1", "Đã trả"),)
    headless = opened("ma;ten\nH1;Đa\u0303 tra\u0309\n".encode("cp1258"), "a.csv")
    assert [fault.code for fault in headless.faults] == ["unknown_encoding"]


def test_equal_headers_share_a_signature_whatever_stands_below() -> None:
    first = look("Mã hồ sơ,Trạng thái\nH1,x\n".encode(), "a.csv")
    titled = look("Danh sách\nMÃ HỒ SƠ;Trạng  thái\nH2;y\n".encode(), "b.csv")
    other = look("Trạng thái,Mã hồ sơ\nx,H1\n".encode(), "a.csv")
    assert first.signature == titled.signature != other.signature
