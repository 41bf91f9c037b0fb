"""Every layout in which scoring software writes its points gives the same points."""

from dataclasses import replace

import pytest

from analysis.scoring.score_mapping import Layout, Role
from tests.analysis.scoring.score_books import (
    CRITERIA,
    POINTS,
    TITLES,
    book,
    both,
    exactly,
    long_rows,
    name_of,
    numbers,
    read,
    scheme,
    seen,
    sheet_of,
    units_of,
    write,
)

PAIRED = [
    ["STT", "Đơn vị", "1.1", "", "1.2", "", "1.10", "", "2.1", ""],
    ["", "", *["Tự chấm", "Thẩm định"] * 4],
]


def paired(workbook):
    """Units down, criteria across, self and verified under each; merged header of two lines."""
    rows = [
        ["SỞ NỘI VỤ TỈNH ĐỒNG NAI", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["BẢNG TỔNG HỢP ĐIỂM CHỈ SỐ CCHC NĂM 2026"],
        [],
        *PAIRED,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
    ]
    for number, unit in enumerate(units_of(POINTS), start=1):
        cells = [cell for code in CRITERIA for cell in POINTS[unit, code]]
        rows.append([number, f"UBND {name_of(unit)}" if unit.isdigit() else name_of(unit), *cells])
    rows.append(["", "Tổng cộng", *range(8)])
    rows.append([])
    rows.append(["", "Người lập biểu"])
    sheet = write(workbook, "Tổng hợp", rows)
    shape = workbook.add_format({"bold": True})
    sheet.merge_range(1, 0, 1, 9, rows[1][0], shape)
    sheet.merge_range(3, 0, 4, 0, "STT", shape)
    sheet.merge_range(3, 1, 4, 1, "Đơn vị", shape)
    for place, code in enumerate(CRITERIA):
        sheet.merge_range(3, 2 + 2 * place, 3, 3 + 2 * place, f"TC {code}", shape)


def criteria_down(workbook):
    """Criteria down, units across, with headings of fields and a sum."""
    units = units_of(POINTS)
    rows = [
        ["Mã", "Nội dung tiêu chí", "Điểm tối đa", *[name_of(unit) for unit in units]],
        ["I", "Chỉ đạo, điều hành", 9, 5, 6],
        *[
            [code, TITLES[code], top, *[POINTS[unit, code][1] for unit in units]]
            for code, top in (("1.1", 2), ("1.2", 3), ("1.10", 4))
        ],
        ["II", "Thủ tục hành chính", 5, 5, 6],
        ["2.1", TITLES["2.1"], 5, *[POINTS[unit, "2.1"][1] for unit in units]],
        ["", "TỔNG ĐIỂM", 14, 1, 2],
    ]
    write(workbook, "Điểm thẩm định", rows)


def by_kind(workbook):
    """One sheet of self points, one of verified points."""
    for place, name in enumerate(("Tự chấm", "Thẩm định")):
        rows = [["TT", "Cơ quan, đơn vị", *(f"Tiêu chí {code}" for code in CRITERIA)]]
        rows += [
            [number, name_of(unit), *[POINTS[unit, code][place] for code in CRITERIA]]
            for number, unit in enumerate(units_of(POINTS), start=1)
        ]
        write(workbook, name, rows)


def by_unit(workbook):
    """One sheet for each unit, named by code or by a line above the header."""
    for unit in units_of(POINTS):
        rows = [
            ["PHIẾU TỰ CHẤM ĐIỂM VÀ THẨM ĐỊNH"],
            [f"Đơn vị: {name_of(unit)}"],
            ["STT", "Tiêu chí/Tiêu chí thành phần", "Điểm chuẩn", "Tự chấm", "Thẩm định"],
            ["1", "Chỉ đạo, điều hành"],
            *[[code, f"{code}. {TITLES[code]}", "", *POINTS[unit, code]] for code in CRITERIA],
            ["", "Cộng", "", 1, 1],
        ]
        write(workbook, f"Phiếu {unit}", rows)


def by_group(workbook):
    """One long sheet for each group of units, units by code."""
    for name, unit in (("Sở, ngành", "STP"), ("Xã, phường", "26068")):
        rows = [["Mã đơn vị", "Tên tiêu chí", "Điểm tự đánh giá", "Điểm sau thẩm định"]]
        rows += [[unit, TITLES[code], *POINTS[unit, code]] for code in CRITERIA]
        write(workbook, name, rows)


def merged_units(workbook):
    """Unit cells merged over the rows of their criteria."""
    rows = [["Đơn vị", "Mã TC", "Tự chấm", "Thẩm định"]]
    rows += [["", code, *points] for (_, code), points in POINTS.items()]
    sheet = write(workbook, "Sheet1", rows)
    for place, unit in enumerate(units_of(POINTS)):
        sheet.merge_range(1 + 4 * place, 0, 4 + 4 * place, 0, name_of(unit))


def units_above(workbook):
    """A unit stands once, above the rows of its criteria."""
    rows = [["Đơn vị", "Mã TC", "Tự chấm", "Thẩm định"]]
    for unit in units_of(POINTS):
        rows.append([name_of(unit), "", "", ""])
        rows += [["", code, *POINTS[unit, code]] for code in CRITERIA]
    write(workbook, "Sheet1", rows)


@pytest.mark.parametrize("fill", [paired, by_kind, by_unit, by_group, merged_units, units_above])
def test_a_layout_is_recognised_and_read(fill):
    mapping, reading = read(book(fill))
    assert reading.faults == ()
    assert both(reading) == exactly(POINTS)
    assert all(scored.group for scored in reading.scored.values())
    assert mapping.sheets


def test_criteria_as_rows_and_units_as_columns_are_read():
    mapping, reading = read(book(criteria_down))
    assert mapping.sheets[0].layout is Layout.CRITERIA_DOWN
    assert numbers(reading, "verified_points") == {
        key: verified for key, (_, verified) in exactly(POINTS).items()
    }
    assert numbers(reading, "max_points")["STP", "2.1"] == 5
    assert {left.reason for left in reading.left_out} == {"heading", "total"}


def test_sums_numbering_and_remarks_are_left_out_and_told():
    _, reading = read(book(paired))
    told = [(left.text, left.row, left.reason) for left in reading.left_out]
    assert told == [("Tổng cộng", 9, "total")]


def test_the_layouts_are_told_apart():
    found = {
        fill.__name__: read(book(fill))[0].sheets[0].layout for fill in (paired, by_kind, by_unit)
    }
    assert found == {
        "paired": Layout.UNITS_DOWN,
        "by_kind": Layout.UNITS_DOWN,
        "by_unit": Layout.LONG,
    }


def test_a_csv_file_of_other_headers_is_read():
    lines = [";".join(str(cell).replace(".", ",") for cell in row) for row in long_rows()]
    # The codes went through a program that writes a decimal comma: TC 1,10 is still 1.10.
    text = "\n".join(lines).replace("TC 1,", "TC 1.").replace("TC 2,", "TC 2.")
    _, reading = read(text.encode(), name="diem.csv")
    assert both(reading) == exactly(POINTS)


def test_hidden_sheets_are_left_alone():
    def fill(workbook):
        write(workbook, "Điểm", long_rows())
        old = write(workbook, "Bản cũ", long_rows(dict.fromkeys(POINTS, (0, 0))))
        old.hide()

    content = book(fill)
    mapping, reading = read(content)
    assert [sheet.name for sheet in mapping.sheets] == ["Điểm"]
    assert both(reading) == exactly(POINTS)
    assert [sheet.hidden for sheet in seen(content).sheets] == [False, True]


def test_a_sheet_of_instructions_is_not_read():
    def fill(workbook):
        write(workbook, "Hướng dẫn", [["Cách ghi điểm"], ["Mỗi đơn vị một dòng"]])
        write(workbook, "Điểm", long_rows())

    mapping, reading = read(book(fill))
    assert [sheet.name for sheet in mapping.sheets] == ["Điểm"]
    assert both(reading) == exactly(POINTS)


def test_two_rounds_of_verification_count_the_second():
    rows = [["Đơn vị", "Mã TC", "Tự chấm", "Thẩm định lần 1", "Thẩm định lần 2"]]
    rows += [[u, c, own, 0, verified] for (u, c), (own, verified) in POINTS.items()]
    _, reading = read(sheet_of(rows))
    assert both(reading) == exactly(POINTS)


def test_titles_of_any_height_do_not_matter():
    for above in ([], [["Sở Nội vụ"]], [["a"], [], ["BẢNG ĐIỂM"], ["(Kèm theo Tờ trình)"]]):
        _, reading = read(sheet_of([*above, *long_rows()]))
        assert both(reading) == exactly(POINTS)


def test_a_remembered_mapping_follows_a_header_that_moved_down():
    mapping, _ = read(sheet_of(long_rows()))
    moved = seen(sheet_of([["BẢNG ĐIỂM THÁNG 10"], [], *long_rows()], "Tháng 10"))
    assert moved.signature() == seen(sheet_of(long_rows())).signature()
    fitted = mapping.fitted(moved)
    _, reading = read(sheet_of([["BẢNG ĐIỂM THÁNG 10"], [], *long_rows()], "Tháng 10"), fitted)
    assert both(reading) == exactly(POINTS)


def test_another_column_makes_another_signature_and_another_year_does_not():
    rows = long_rows()
    first = seen(sheet_of(rows)).signature()
    rows[0][4] = "Điểm tự chấm năm 2025"
    year = seen(sheet_of(rows)).signature()
    rows[0][4] = "Điểm tự chấm năm 2026"
    assert seen(sheet_of(rows)).signature() == year != first


def test_sheets_that_change_places_are_not_taken_for_each_other():
    def placed(*names):
        def fill(workbook):
            for name in names:
                write(workbook, name, [["TT", "Đơn vị", *CRITERIA], [1, "STP", 1, 1, 1, 1]])

        return seen(book(fill)).signature()

    assert placed("Tự chấm", "Thẩm định") != placed("Thẩm định", "Tự chấm")
    assert placed("Tháng 9") == placed("Tháng 10")


def test_a_column_that_changed_its_header_is_a_fault_of_the_mapping():
    mapping, _ = read(sheet_of(long_rows()))
    rows = long_rows()
    rows[0][4], rows[0][5] = rows[0][5], rows[0][4]
    faults = mapping.faults(seen(sheet_of(rows)), scheme())
    assert [(fault.code, fault.letter) for fault in faults] == [
        ("column_moved", "E"),
        ("column_moved", "F"),
    ]


def test_two_columns_may_not_be_read_as_the_same():
    mapping, _ = read(sheet_of(long_rows()))
    found = seen(sheet_of(long_rows()))
    own = mapping.sheets[0]
    for role in (Role.UNIT, Role.SELF):
        columns = tuple(
            replace(column, role=role, key="1.2") if column.place == 5 else column
            for column in own.columns
        )
        broken = replace(mapping, sheets=(replace(own, columns=columns),))
        faults = broken.faults(found, scheme())
        assert [(fault.code, fault.letter) for fault in faults] == [("doubled_column", "F")]


def test_what_a_mapping_lacks_is_named():
    mapping, _ = read(sheet_of(long_rows()))
    found = seen(sheet_of(long_rows()))
    own = mapping.sheets[0]
    for role, code in (
        (Role.UNIT, "no_unit_column"),
        (Role.CRITERION, "no_criterion_column"),
    ):
        kept = tuple(column for column in own.columns if column.role is not role)
        broken = replace(mapping, sheets=(replace(own, columns=kept),))
        assert [fault.code for fault in broken.faults(found, scheme())] == [code]
    assert [f.code for f in replace(mapping, sheets=()).faults(found, scheme())] == ["no_sheet"]
    other = replace(mapping, sheets=(replace(own, name="Khác"),))
    assert [f.code for f in other.faults(found, scheme())] == ["unknown_sheet"]
