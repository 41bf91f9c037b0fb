import hashlib
from datetime import datetime

import pytest
from hypothesis import given, strategies as st

from sampling.dossier import Dossier
from sampling.frame import FrameReading, canonical_frame, frame_hash, read_frame, strata
from sampling.tabular import read_table
from sampling.values import VIETNAM

DAY = datetime(2026, 1, 2, tzinfo=VIETNAM)


def reading(text: str, units: set[str] | None = None) -> FrameReading:
    return read_frame(read_table(text.encode(), "frame.csv"), units)


def faults(text: str, units: set[str] | None = None) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in reading(text, units).faults]


def test_a_whole_row_becomes_a_dossier() -> None:
    text = (
        "code,unit,field,procedure,respondent_kind,channel,status,received,due,finished,"
        "receiving_unit,resolving_unit,phone,name,language\n"
        "H1,X01,Đất đai,TT1,Hộ kinh doanh,Trực tuyến,returned,01/03/2026 08:00,2026-03-09,"
        "05/03/2026,X01,VPDK,0901,An,vi\n"
    )
    result = reading(text, {"X01"})
    assert result.faults == ()
    assert result.dossiers == (
        Dossier(
            code="H1",
            unit="X01",
            received=datetime(2026, 3, 1, 8, tzinfo=VIETNAM),
            field="Đất đai",
            procedure="TT1",
            respondent_kind="household_business",
            channel="online",
            status="returned",
            due=datetime(2026, 3, 9, tzinfo=VIETNAM),
            finished=datetime(2026, 3, 5, tzinfo=VIETNAM),
            receiving_unit="X01",
            resolving_unit="VPDK",
            phone="0901",
            name="An",
            language="vi",
        ),
    )


@pytest.mark.parametrize(
    ("column", "word", "code"),
    [
        ("respondent_kind", "Người dân", "citizen"),
        ("respondent_kind", "DOANH NGHIỆP", "business"),
        ("respondent_kind", "citizen", "citizen"),
        ("channel", "tại  quầy", "counter"),
        ("channel", "bưu chính", "post"),
        ("status", "Đã trả kết quả", "returned"),
    ],
)
def test_common_words_are_understood(column: str, word: str, code: str) -> None:
    result = reading(f"code,unit,received,{column}\n1,A,2026-01-02,{word}\n")
    assert getattr(result.dossiers[0], column) == code


def test_three_columns_are_enough_and_unknown_ones_are_only_noted() -> None:
    result = reading("Code,UNIT,received,ghi chú\n1,A,2026-01-02,x\n")
    assert result.faults == ()
    assert result.dossiers == (Dossier("1", "A", DAY),)
    assert result.ignored_columns == ("ghi chú",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code,field\n1,x\n", [(1, "unit", "missing_column"), (1, "received", "missing_column")]),
        ("code,unit,received\n", [(None, "", "no_rows")]),
        ("", [(None, "", "empty_table")]),
        (
            "code,unit,received\n,A,\n",
            [(2, "code", "missing_value"), (2, "received", "missing_value")],
        ),
        ("code,unit,received\n1,A,31/02/2026\n", [(2, "received", "impossible_date")]),
        ("code,unit,received,due\n1,A,2026-01-02,soon\n", [(2, "due", "bad_date")]),
        ("code,unit,received,due\n1,A,2026-01-02,2026-01-01\n", [(2, "due", "before_received")]),
        (
            "code,unit,received,finished\n1,A,2026-01-02 10:00,2026-01-02 09:00\n",
            [(2, "finished", "before_received")],
        ),
        ("code,unit,received,channel\n1,A,2026-01-02,fax\n", [(2, "channel", "unknown_word")]),
        ("code,unit,received\n1,B,2026-01-02\n", [(2, "unit", "unknown_unit")]),
        ("code,unit,received,Code\n1,A,2026-01-02,2\n", [(1, "code", "duplicate_column")]),
        ("code,unit,received\n1,A,2026-01-02,x\n", [(2, "", "extra_cells")]),
    ],
)
def test_each_fault_is_told_with_its_place(
    text: str, expected: list[tuple[int | None, str, str]]
) -> None:
    assert faults(text, {"A"}) == expected


def test_the_same_day_without_a_time_is_not_too_early() -> None:
    assert faults("code,unit,received,due\n1,A,2026-01-02 10:00,02/01/2026\n") == []


def test_a_second_code_names_the_row_of_the_first() -> None:
    result = reading("code,unit,received\n1,A,2026-01-02\n\n2,A,2026-01-02\n1,A,2026-01-02\n")
    assert [(fault.row, fault.params) for fault in result.faults] == [(5, {"first": 2})]
    assert [dossier.code for dossier in result.dossiers] == ["1", "2"]


def test_faults_come_in_the_order_of_the_file_and_good_rows_remain() -> None:
    text = "code,unit,received\n1,Z,2026-01-02\n2,A,2026-01-02,x\n3,A,2026-01-02\n4,A,x\n"
    assert [row for row, _, _ in faults(text, {"A"})] == [2, 3, 5]
    assert [dossier.code for dossier in reading(text, {"A"}).dossiers] == ["3"]


def test_the_canonical_frame_is_a_fixed_text() -> None:
    dossiers = [Dossier("b", "Y", DAY, field='a,"b'), Dossier("a", "Hoa\u0300", DAY, phone="09")]
    expected = 'code,unit,field\na,Hoà,\nb,Y,"a,""b"\n'.encode()
    assert canonical_frame(dossiers) == expected
    assert frame_hash(dossiers) == hashlib.sha256(expected).hexdigest()


@given(st.permutations([Dossier(str(code), "A", DAY) for code in range(6)]))
def test_the_hash_does_not_depend_on_the_order(dossiers: list[Dossier]) -> None:
    assert frame_hash(dossiers) == frame_hash(sorted(dossiers, key=lambda each: each.code))


def test_the_hash_changes_with_any_hashed_cell() -> None:
    base = Dossier("1", "A", DAY, field="x")
    others = [Dossier("2", "A", DAY, field="x"), Dossier("1", "B", DAY, field="x")]
    others += [Dossier("1", "A", DAY, field="y")]
    assert len({frame_hash([each]) for each in [base, *others]}) == 4


def test_strata_join_attributes_without_confusion() -> None:
    dossiers = [Dossier("1", "a|b", DAY, field="c"), Dossier("2", "a", DAY, field="b|c")]
    assert strata(dossiers, ["unit"]).tolist() == ["a\\|b", "a"]
    assert len({*strata(dossiers, ["unit", "field"]).tolist()}) == 2
    assert strata(dossiers, []).tolist() == ["", ""]
