"""The list of Đồng Nai's units: counts, dates, links and the text itself."""

import csv
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "app" / "data" / "units" / "dong_nai.csv"
COLUMNS = "code,name,name_en,level,kind,group,parent,valid_from,valid_to,predecessors,source"
SOURCE_ROOM = 500  # characters of the column that takes it
TWO_TIER_DAY = date(2025, 7, 1)
DEPARTMENTS = "VPUBND SNV STC SXD SNNMT SCT SKHCN SGDDT SYT STP SVHTTDL SDTTG SNGV TTT BQLKCN"
KINDS = {
    "province": {"province"},
    "district": {"district"},
    "commune": {"commune", "ward", "special_zone"},
    "department": {"department", "central_agency"},
}

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def current(rows: list[Row], level: str) -> list[Row]:
    return [row for row in rows if row["level"] == level and not row["valid_to"]]


def by_code(rows: list[Row]) -> dict[str, Row]:
    return {row["code"]: row for row in rows}


def test_the_columns_are_the_documented_ones(rows: list[Row]) -> None:
    assert ",".join(rows[0]) == COLUMNS
    assert all(None not in row and None not in row.values() for row in rows)


def test_there_are_95_communes_of_which_23_are_wards(rows: list[Row]) -> None:
    kinds = Counter(row["kind"] for row in current(rows, "commune"))
    assert kinds == {"ward": 23, "commune": 72}


def test_every_current_commune_begins_with_two_tier_government(rows: list[Row]) -> None:
    assert {row["valid_from"] for row in current(rows, "commune")} == {TWO_TIER_DAY.isoformat()}


def test_one_province_is_current_and_holds_every_current_unit(rows: list[Row]) -> None:
    [province] = current(rows, "province")
    assert province["code"] == "75"
    for level in ("commune", "department"):
        assert {row["parent"] for row in current(rows, level)} == {"75"}


def test_the_short_codes_of_departments_stay_as_they_are(rows: list[Row]) -> None:
    assert {row["code"] for row in current(rows, "department")} == set(DEPARTMENTS.split())


def test_codes_are_unique_and_plain(rows: list[Row]) -> None:
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    assert all(code.isascii() and code == code.strip() and code for code in codes)
    assert all(len(row["code"]) == 5 and row["code"].isdigit() for row in current(rows, "commune"))


def test_kind_fits_level_and_name(rows: list[Row]) -> None:
    for row in rows:
        assert row["kind"] in KINDS[row["level"]]
    for row in current(rows, "commune"):
        assert row["name"].split()[0] == {"ward": "Phường", "commune": "Xã"}[row["kind"]]


def test_only_current_communes_and_departments_are_in_a_ranking_group(rows: list[Row]) -> None:
    groups = {"commune": "communes", "department": "departments"}
    for row in rows:
        assert row["group"] == ("" if row["valid_to"] else groups.get(row["level"], ""))


def test_names_of_current_units_are_not_shared(rows: list[Row]) -> None:
    names = Counter(row["name"].casefold() for row in rows if not row["valid_to"])
    assert names.most_common(1)[0][1] == 1


def test_every_parent_is_a_row_whose_life_covers_the_child(rows: list[Row]) -> None:
    units = by_code(rows)
    for row in rows:
        if not row["parent"]:
            assert row["level"] == "province"
            continue
        parent = units[row["parent"]]
        assert parent["valid_from"] <= row["valid_from"]
        assert (row["valid_to"] or "9999-12-31") <= (parent["valid_to"] or "9999-12-31")


def test_every_predecessor_closes_the_day_before_its_successor_opens(rows: list[Row]) -> None:
    units = by_code(rows)
    links = [(row, code) for row in rows for code in row["predecessors"].split("|") if code]
    assert links
    for row, code in links:
        last_day = date.fromisoformat(units[code]["valid_to"])
        assert last_day + timedelta(days=1) == date.fromisoformat(row["valid_from"])


def test_the_merged_province_follows_dong_nai_and_binh_phuoc(rows: list[Row]) -> None:
    assert by_code(rows)["75"]["predecessors"].split("|") == ["70", "75-1976"]


def test_the_town_of_chon_thanh_has_its_three_known_successors(rows: list[Row]) -> None:
    names = {row["name"] for row in rows if "697" in row["predecessors"].split("|")}
    assert names == {"Phường Chơn Thành", "Phường Minh Hưng", "Xã Nha Bích"}


def test_closed_units_are_there_only_because_something_refers_to_them(rows: list[Row]) -> None:
    used = {code for row in rows for code in [row["parent"], *row["predecessors"].split("|")]}
    assert all(row["code"] in used for row in rows if row["valid_to"])


def test_dates_are_iso_and_in_order(rows: list[Row]) -> None:
    unknown_start = [row["code"] for row in rows if not row["valid_from"]]
    assert unknown_start == ["75-1976"]
    for row in rows:
        days = [date.fromisoformat(row[end]) for end in ("valid_from", "valid_to") if row[end]]
        assert days == sorted(set(days))
        assert days


def test_the_text_is_nfc_without_stray_spaces_or_carriage_returns(rows: list[Row]) -> None:
    text = PATH.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not {"\r", "\ufeff", "\u00a0", "\t"} & set(text)
    assert all(cell == " ".join(cell.split()) for row in rows for cell in row.values())


def test_every_row_names_a_source_and_an_unsupported_one_asks_to_be_confirmed(
    rows: list[Row],
) -> None:
    assert all(10 < len(row["source"]) <= SOURCE_ROOM for row in rows)
    doubtful = [
        row["source"]
        for row in rows
        if "general knowledge" in row["source"] or "before the merger" in row["source"]
    ]
    assert doubtful
    assert all("to be confirmed by the office" in source for source in doubtful)
