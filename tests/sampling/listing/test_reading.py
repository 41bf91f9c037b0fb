from datetime import date, datetime

import pytest

from sampling.listing import reading as module
from sampling.listing.reading import Options
from sampling.listing.sheet import described
from sampling.listing.suggesting import suggest
from sampling.values import VIETNAM
from tests.sampling.listing.lists import BOOK, HEADER, added_up, reading, row, table

STEPS = (*HEADER, "Ngày xử lý")


def at(day: int, month: int = 3, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def codes(made) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in made.faults]


def test_a_row_of_an_export_becomes_a_dossier_and_a_contact() -> None:
    made = reading([row("H1", due="07/03/2026", status="Chờ trả kết quả", kind="Hộ kinh doanh")])
    (dossier,), (contact,) = made.dossiers, made.contacts
    assert (dossier.code, dossier.unit, dossier.receiving_unit) == ("H1", "U1", "U1")
    assert (dossier.received, dossier.due, dossier.finished) == (
        at(5, hour=8, minute=30),
        at(7),
        None,
    )
    assert (dossier.status, dossier.respondent_kind) == ("solved", "household_business")
    assert (dossier.phone, dossier.name) == ("", "")
    assert (contact.phone, contact.last_digits, contact.barred) == ("+84901234567", "4567", "")
    assert made.faults == ()


def test_faults_name_row_and_column_and_leave_other_rows_alone() -> None:
    made = reading(
        [
            row("H1", received="05/03/26"),
            row("", received="05/03/2026"),
            row("H3", due="31/02/2026", status="Lạ"),
            row("H4", finished="04/03/2026"),
            row("H5", received=""),
            row("H6"),
        ]
    )
    assert codes(made) == [
        (2, "Ngày tiếp nhận", "two_digit_year"),
        (3, "Số hồ sơ", "missing_value"),
        (4, "Ngày hẹn trả", "impossible_list_date"),
        (4, "Trạng thái", "unknown_list_word"),
        (5, "Ngày trả kết quả", "before_receipt"),
        (6, "Ngày tiếp nhận", "missing_value"),
    ]
    assert [dossier.code for dossier in made.dossiers] == ["H6"]
    assert made.report.faulty == 5
    assert added_up(made)


def test_faults_repeat_nothing_personal() -> None:
    secrets = ("Nguyễn Thị Bích", "0912345678", "075123456789")
    made = reading(
        [row("H1", received=secrets[0], due=secrets[1], finished=secrets[2], status=secrets[0])]
    )
    assert len(made.faults) == 4
    for locale in ("vi", "en"):
        told = " ".join(str(fault.as_dict(locale)) for fault in made.faults)
        assert not [secret for secret in secrets if secret in told]


def test_a_code_with_two_different_rows_is_no_dossier_at_all() -> None:
    made = reading([row("H1"), row("H2"), row("H1", phone="0912345678")], rows="dossier")
    assert codes(made) == [(4, "Số hồ sơ", "duplicate_code")]
    assert [dossier.code for dossier in made.dossiers] == ["H2"]
    assert made.report.faulty == 2
    assert added_up(made)


def test_a_row_repeated_whole_is_one_dossier() -> None:
    made = reading([row("H1"), row("H1"), row("H1")])
    assert (made.report.dossiers, made.report.merged, made.faults) == (1, 2, ())


def steps() -> list[tuple[str, ...]]:
    return [
        (*row("H1", status="Đã tiếp nhận"), "05/03/2026 08:30"),
        (*row("H1", status="Đang xử lý", received="06/03/2026"), "06/03/2026"),
        (*row("H1", status="Đã trả kết quả", finished="09/03/2026", phone=""), "09/03/2026"),
    ]


def test_steps_of_a_dossier_become_one_with_the_latest_status() -> None:
    made = reading(steps(), header=STEPS, rows="step")
    (dossier,), (contact,) = made.dossiers, made.contacts
    assert (dossier.status, dossier.received, dossier.finished) == (
        "returned",
        at(5, hour=8, minute=30),
        at(9),
    )
    assert contact.phone == "+84901234567"
    assert (made.report.merged, made.faults) == (2, ())
    assert added_up(made)


def test_the_first_step_received_and_the_latest_resolves() -> None:
    header = (*STEPS, "Cơ quan giải quyết")
    rows = [
        (*row("H1", unit="Phường Trảng Dài"), "05/03/2026", "Phường Trảng Dài"),
        (*row("H1", unit="Phường Long Bình"), "07/03/2026", "Sở Tài chính"),
    ]
    for order in (rows, rows[::-1]):
        (dossier,) = reading(order, header=header, rows="step").dossiers
        assert (dossier.unit, dossier.receiving_unit, dossier.resolving_unit) == ("U1", "U1", "STC")
        (rated,) = reading(order, header=header, rows="step", unit_from="resolving").dossiers
        assert rated.unit == "STC"


def test_steps_that_contradict_each_other_are_faults() -> None:
    rows = [(*row("H1"), "05/03/2026"), (*row("H1", procedure="Khác"), "06/03/2026")]
    made = reading(rows, header=STEPS, rows="step")
    assert codes(made) == [(3, "Tên TTHC", "conflicting_steps")]
    assert (made.dossiers, made.report.faulty) == ((), 2)


def test_one_faulty_step_makes_the_whole_dossier_faulty() -> None:
    rows = [*steps(), (*row("H1", due="x"), "10/03/2026"), (*row("H2"), "05/03/2026")]
    made = reading(rows, header=STEPS, rows="step")
    assert [dossier.code for dossier in made.dossiers] == ["H2"]
    assert made.report.faulty == 4
    assert added_up(made)


def test_units_not_resolved_are_counted_and_named() -> None:
    made = reading(
        [
            row("H1", unit="Xã Xuân Tâm"),
            row("H2", unit="Xã Xuân Tâm"),
            row("H3", unit="VPĐK"),
            row("H4"),
        ]
    )
    names = [(name.name, name.rows, name.reason) for name in made.report.unresolved_names]
    assert names == [("Xã Xuân Tâm", 2, "partial"), ("VPĐK", 1, "unknown")]
    assert made.report.unresolved_names[0].candidates == ("U3", "U4")
    assert (made.report.unresolved, made.report.dossiers, made.faults) == (3, 1, ())
    assert added_up(made)


def test_the_mapping_settles_names_of_units() -> None:
    made = reading([row("H1", unit="VP ĐKĐĐ")], unit_names={"vp dkdd": "U2"})
    assert made.dossiers[0].unit == "U2"


def test_a_name_among_the_units_is_covered_in_the_report() -> None:
    made = reading([row("H1", unit="Nguyễn Thị Bích")])
    assert made.report.unresolved_names[0].name == "xxxxxx xxx xxxx"


def test_a_column_of_people_is_not_taken_for_units() -> None:
    made = reading([row(f"H{n}", unit=f"Người {n}") for n in range(150)])
    assert codes(made) == [(1, "Cơ quan tiếp nhận", "not_unit_names")]
    assert made.report.unresolved_names == ()


def test_old_units_of_old_dossiers_are_those_of_their_day() -> None:
    rows = [
        row("H1", unit="Phường Long Bình", received="05/03/2025"),
        row("H2", unit="Phường Long Bình"),
    ]
    assert [dossier.unit for dossier in reading(rows).dossiers] == ["U1", "U2"]


@pytest.mark.parametrize(
    "others",
    [
        {"owner": "TEST"},
        {"owner": "Nguyễn Văn Test"},
        {"owner": "Thử nghiệm"},
        {"owner": "test nộp hồ sơ"},
        {"code": "TEST01"},
        {"procedure": "Thủ tục chạy máy"},
    ],
)
def test_dossiers_of_tests_are_left_out_and_counted(others: dict[str, str]) -> None:
    code = others.pop("code", "H1")
    made = reading([row(code, **others), row("H2")], test_words=("chạy máy",))
    assert [dossier.code for dossier in made.dossiers] == ["H2"]
    assert made.report.excluded == {"test": 1, "own_applicant": 0, "staff": 0}
    assert added_up(made)


@pytest.mark.parametrize("owner", ["Công ty TNHH Thử nghiệm An Phát", "Trần Thị Testa", "Contest"])
def test_names_that_only_contain_such_letters_stay(owner: str) -> None:
    assert reading([row("H1", owner=owner)]).report.dossiers == 1


def test_a_unit_that_is_its_own_applicant_is_left_out() -> None:
    made = reading(
        [row("H1", owner="UBND Phường Trảng Dài"), row("H2", owner="UBND phường Long Bình")]
    )
    assert made.report.excluded["own_applicant"] == 1
    assert [dossier.code for dossier in made.dossiers] == ["H2"]


@pytest.mark.parametrize(
    "procedure",
    [
        "Đăng ký khai tử",
        "Giải quyết tố cáo tại cấp xã",
        "Xác định mức độ khuyết tật",
        "Cấp Phiếu lý lịch tư pháp",
        "Đăng ký giám hộ",
    ],
)
def test_sensitive_procedures_stay_in_the_frame_without_a_message(procedure: str) -> None:
    made = reading([row("H1", procedure=procedure), row("H2")])
    assert [contact.barred for contact in made.contacts] == ["sensitive_procedure", ""]
    assert made.report.dossiers == 2


def test_an_office_names_sensitive_procedures_of_its_own() -> None:
    made = reading([row("H1", procedure="Trợ cấp một lần")], sensitive_words=("trợ cấp",))
    assert made.contacts[0].barred == "sensitive_procedure"


def test_a_phone_on_many_dossiers_is_for_review() -> None:
    rows = [row(f"H{n}") for n in range(6)]
    made = reading([*rows, row("H9", phone="0912345678")])
    assert {contact.barred for contact in made.contacts[:6]} == {"shared_phone"}
    assert made.contacts[6].barred == ""
    assert [(s.phone, s.dossiers, s.units) for s in made.shared_phones] == [
        ("+84901234567", 6, ("U1",))
    ]
    assert reading(rows[:5]).shared_phones == ()
    assert reading(rows, shared_above=6).shared_phones == ()


def test_only_one_contact_of_a_business_is_asked() -> None:
    rows = [
        row(code, kind="Doanh nghiệp", tax="3600000001", phone=f"090123456{code[-1]}")
        for code in ("H3", "H1", "H2")
    ]
    for order in (rows, rows[::-1]):
        made = reading([*order, row("H4", tax="3600000001", phone="0901234599")])
        barred = {contact.code: contact.barred for contact in made.contacts}
        assert barred == {"H1": "", "H2": "same_business", "H3": "same_business", "H4": ""}


@pytest.mark.parametrize(
    ("kind", "owner", "expected"),
    [
        ("Doanh nghiệp", "Hộ kinh doanh Trần Thị B", "household_business"),
        ("", "Công ty TNHH An Phát", "business"),
        ("", "Trần Thị B", ""),
        ("Công dân", "Công ty TNHH An Phát", "citizen"),
    ],
)
def test_names_tell_household_businesses_apart(kind: str, owner: str, expected: str) -> None:
    assert reading([row("H1", kind=kind, owner=owner)]).dossiers[0].respondent_kind == expected


ROLES = ("Số hồ sơ", "Đơn vị", "Ngày tiếp nhận", "SĐT chủ hồ sơ", "SĐT người nộp")


@pytest.mark.parametrize(
    ("owner", "submitter", "expected"),
    [
        ("0901234567", "0912345678", ("+84901234567", "owner", "")),
        ("", "0912345678", ("+84912345678", "submitter", "")),
        ("09xx***1111", "0912345678", ("+84912345678", "submitter", "")),
        ("0911111111", "0912345678", ("+84912345678", "submitter", "")),
        ("0911111111", "", ("", "owner", "staff_phone")),
        ("02513822222", "", ("+842513822222", "owner", "landline")),
        ("09xx***1111", "x", ("", "owner", "no_phone")),
        ("", "", ("", "", "no_phone")),
    ],
)
def test_the_owner_is_asked_before_the_submitter(
    owner: str, submitter: str, expected: tuple[str, str, str]
) -> None:
    rows = [("H1", "U1", "05/03/2026", owner, submitter)]
    made = reading(rows, Options(staff_phones=frozenset({"+84911111111"})), header=ROLES)
    (contact,) = made.contacts
    assert (contact.phone, contact.person_role, contact.barred) == expected


def test_dossiers_of_staff_leave_the_frame_only_when_asked() -> None:
    staff = frozenset({"+84901234567"})
    assert reading([row("H1")], Options(staff)).report.dossiers == 1
    made = reading([row("H1"), row("H2", phone="0912345678")], Options(staff, exclude_staff=True))
    assert made.report.excluded["staff"] == 1
    assert added_up(made)


def test_phones_are_counted_by_what_they_are() -> None:
    phones = ["0901234567", "0901***4567", "", "12", "02513822222"]
    made = reading([row(f"H{n}", phone=phone) for n, phone in enumerate(phones)])
    told = {"ok": 1, "masked": 1, "none": 1, "invalid": 1, "landline": 1, "staff": 0, "grouped": 0}
    assert made.report.phones == told
    assert [contact.last_digits for contact in made.contacts] == ["4567", "4567", "", "", "2222"]


def test_a_year_in_the_code_that_differs_is_counted_not_refused() -> None:
    codes = ["H19-251231-0001", "H19.2026.1", "H19.2025.1", "H7"]
    assert reading([row(code) for code in codes]).report.code_years == 2


def test_units_and_weeks_without_dossiers_are_told() -> None:
    rows = [
        row("H1", received="05/01/2026"),
        row("H2", received="02/03/2026"),
        row("H3", unit="Phường Long Bình", received="20/02/2026"),
    ]
    report = reading(rows, Options(period=(date(2026, 1, 1), date(2026, 3, 31)))).report
    assert report.units["U1"] == 2
    assert set(report.units_without) == {"U3", "U4", "U5", "STC"}
    assert report.gaps == {"U1": ("2026-02",), "U2": ("2026-01", "2026-03")}
    assert "2026-01-12" in report.empty_weeks
    assert "2026-02-16" not in report.empty_weeks
    assert report.period == ("2026-01-01", "2026-03-31")


def test_totals_signatures_and_repeated_headers_are_passed_over() -> None:
    empty = ("",) * (len(HEADER) - 1)
    total, signed = ("Tổng cộng: 1 hồ sơ", *empty), ("", "Người lập biểu", *empty[1:])
    made = reading([row("H1"), total, HEADER, signed, row("H2")])
    assert (made.report.notes, made.report.dossiers, made.faults) == (3, 2, ())
    assert added_up(made)
    lonely = reading([row("H1"), ("H2", *empty)])
    assert codes(lonely) == [(3, "Ngày tiếp nhận", "missing_value")]


def test_several_columns_of_a_target_fill_each_other() -> None:
    header = ("Số hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Điện thoại bàn", "Di động")
    rows = [
        ("H1", "U1", "05/03/2026", "", "0901234567"),
        ("H2", "U1", "05/03/2026", "0912345678", "x"),
    ]
    columns = {
        name: (head,) for name, head in zip(("code", "unit", "received"), header, strict=False)
    }
    columns["phone"] = ("Điện thoại bàn", "Di động")
    made = reading(rows, header=header, columns=columns)
    assert [contact.phone for contact in made.contacts] == ["+84901234567", "+84912345678"]


def test_long_procedures_are_cut_and_counted_and_long_codes_refused() -> None:
    made = reading([row("H1", procedure="x" * 400), row("H" * 65)])
    assert (len(made.dossiers[0].procedure), made.report.shortened) == (300, 1)
    assert codes(made) == [(3, "Số hồ sơ", "too_long")]


def test_a_list_without_rows_is_a_fault() -> None:
    assert [fault.code for fault in reading([]).faults] == ["no_rows"]


def test_a_report_comes_back_from_its_document() -> None:
    report = reading([row("H1"), row("H2", unit="Xã Xuân Tâm"), row("H3", unit="?")]).report
    assert type(report).from_document(report.to_document()) == report
    assert "901234567" not in str(report.to_document())


def test_progress_reaches_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRESS_EVERY", 2)
    told: list[tuple[int, int]] = []
    found = table([row(f"H{n}") for n in range(5)])
    module.read_list(found, suggest(described(found, "a")), BOOK, None, lambda *at: told.append(at))
    assert told == [(2, 5), (4, 5), (5, 5)]
