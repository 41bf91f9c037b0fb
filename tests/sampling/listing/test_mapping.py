import json

import pytest
from hypothesis import given, strategies as st

from sampling.listing.errors import MappingError
from sampling.listing.mapping import CANONICAL, TARGETS, Mapping
from sampling.listing.sheet import described
from sampling.listing.suggesting import meaning, suggest
from tests.sampling.listing.lists import HEADER, row, table

WORDS = st.text(min_size=1, max_size=20)
MAPPINGS = st.builds(
    Mapping,
    columns=st.dictionaries(st.sampled_from(TARGETS), st.lists(WORDS).map(tuple)),
    words=st.fixed_dictionaries(
        {},
        optional={
            target: st.dictionaries(WORDS, st.sampled_from(words))
            for target, words in CANONICAL.items()
        },
    ),
    unit_names=st.dictionaries(WORDS, WORDS),
    unit_from=st.sampled_from(("unit", "receiving", "resolving")),
    rows=st.sampled_from(("dossier", "step")),
    date_order=st.sampled_from(("day_first", "month_first")),
    test_words=st.lists(WORDS).map(tuple),
    sensitive_words=st.lists(WORDS).map(tuple),
    shared_above=st.integers(1, 50),
)


def mapped(columns: dict[str, tuple[str, ...]], **others: object) -> list[tuple[str, str, str]]:
    sheet = described(table([row("H1"), row("H2", status="Lạ lùng")]), "a.csv")
    mapping = Mapping(columns, **others)  # type: ignore[arg-type]  # any keyword
    return [(fault.code, fault.column, fault.value) for fault in mapping.faults(sheet)]


@given(MAPPINGS)
def test_a_mapping_comes_back_from_its_document(mapping: Mapping) -> None:
    assert Mapping.from_document(json.loads(json.dumps(mapping.to_document()))) == mapping


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        {"colums": {}},
        {"columns": []},
        {"columns": {"codes": ["a"]}},
        {"columns": {"code": "a"}},
        {"columns": {"code": [1]}},
        {"columns": {"code": ["x" * 1000]}},
        {"words": {"status": {"x": "gone"}}},
        {"words": {"field": {}}},
        {"unit_names": {"x": None}},
        {"unit_from": "both"},
        {"rows": None},
        {"date_order": "guess"},
        {"shared_above": 0},
        {"shared_above": True},
        {"shared_above": "5"},
        {"test_words": "x"},
    ],
)
def test_a_document_that_is_no_mapping_is_refused(document: object) -> None:
    with pytest.raises(MappingError) as caught:
        Mapping.from_document(document)
    assert caught.value.message("vi")


def test_an_empty_document_is_the_empty_mapping() -> None:
    assert Mapping.from_document({}) == Mapping({})


def test_what_is_missing_is_told() -> None:
    assert mapped({}) == [
        ("missing_target", "", "code"),
        ("missing_target", "", "received"),
        ("missing_unit_target", "", "unit"),
    ]


def test_absent_and_doubled_columns_are_told() -> None:
    columns = {
        "code": ("Số hồ sơ",),
        "received": ("Ngày tiếp nhận",),
        "receiving_unit": ("Cơ quan tiếp nhận",),
        "due": ("Ngày tiếp nhận", "Không có"),
    }
    assert mapped(columns, unit_from="receiving") == [
        ("column_used_twice", "Ngày tiếp nhận", ""),
        ("absent_column", "Không có", ""),
    ]


def test_words_without_a_meaning_are_told_until_the_mapping_has_one() -> None:
    columns = {"code": ("Số hồ sơ",), "received": ("Ngày tiếp nhận",), "status": ("Trạng thái",)}
    columns["unit"] = ("Cơ quan tiếp nhận",)
    assert mapped(columns) == [("unknown_list_word", "Trạng thái", "Lạ lùng")]
    assert mapped(columns, words={"status": {"la lung": "received"}}) == []


def test_the_words_of_an_export_are_suggested_their_targets() -> None:
    suggested = suggest(described(table([row("H1")]), "a.csv"))
    assert {target: names[0] for target, names in suggested.columns.items()} == {
        "code": "Số hồ sơ",
        "receiving_unit": "Cơ quan tiếp nhận",
        "received": "Ngày tiếp nhận",
        "due": "Ngày hẹn trả",
        "finished": "Ngày trả kết quả",
        "status": "Trạng thái",
        "owner_name": "Chủ hồ sơ",
        "phone": "Số điện thoại",
        "procedure": "Tên TTHC",
        "respondent_kind": "Đối tượng",
        "tax_code": "Mã số thuế",
    }
    assert suggested.unit_from == "receiving"
    assert suggested.faults(described(table([row("H1")]), "a.csv")) == ()


def test_few_codes_for_many_rows_suggest_a_row_for_each_step() -> None:
    steps = [row(f"H{place % 3}", status="Đang xử lý") for place in range(9)]
    assert suggest(described(table(steps), "a.csv")).rows == "step"
    assert suggest(described(table([row("H1"), row("H2")]), "a.csv")).rows == "dossier"


def test_words_learned_elsewhere_are_taken_over() -> None:
    sheet = described(table([row("H1", status="Lạ lùng")]), "a.csv")
    known = {"status": {"Lạ lùng": "stopped"}}
    assert suggest(sheet, known).meaning("status", "LẠ LÙNG") == "stopped"
    assert [fault.code for fault in suggest(sheet).faults(sheet)] == ["unknown_list_word"]


@pytest.mark.parametrize(
    ("target", "word", "code"),
    [
        ("status", "Đã trả kết quả", "returned"),
        ("status", "HOÀN THÀNH", "returned"),
        ("status", "Chờ trả kết quả", "solved"),
        ("status", "Đã giải quyết đúng hạn", "solved"),
        ("status", "Mới đăng ký", "received"),
        ("status", "Chưa giải quyết quá hạn", "received"),
        ("status", "Yêu cầu bổ sung giấy tờ", "supplement"),
        ("status", "Công dân yêu cầu rút hồ sơ", "withdrawn"),
        ("status", "Từ chối tiếp nhận", "refused"),
        ("status", "Dừng xử lý", "stopped"),
        ("channel", "Cổng DVC quốc gia", None),
        ("channel", "Cổng dịch vụ công quốc gia", "online"),
        ("channel", "Qua BCCI", "post"),
        ("respondent_kind", "Hộ kinh doanh", "household_business"),
        ("person_role", "Được ủy quyền", "authorised"),
    ],
)
def test_words_of_vendors_are_known(target: str, word: str, code: str | None) -> None:
    assert meaning(target, word) == code


def test_every_known_word_means_a_canonical_one() -> None:
    sheet = described(table([row("H1")], HEADER), "a.csv")
    for target, words in CANONICAL.items():
        for word in words:
            assert suggest(sheet).meaning(target, word) == word
