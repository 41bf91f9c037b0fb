"""The crosswalk that is shipped agrees with the units that are shipped."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from sampling.listing.units import CrosswalkLine, UnitBook, UnitLine

DATA = Path(__file__).parents[3] / "app" / "data" / "units"


def lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def book() -> UnitBook:
    present = [line for line in lines("dong_nai.csv") if not line["valid_to"]]
    units = [UnitLine(line["code"], line["name"], date(2025, 7, 1)) for line in present]
    return UnitBook(
        units,
        (
            CrosswalkLine(
                *(line[name] for name in ("old_code", "old_name", "old_parent", "old_province")),
                line["unit_code"],
                line["partial"] == "1",
                date.fromisoformat(line["valid_from"]),
            )
            for line in lines("crosswalk.csv")
        ),
        on=date(2026, 1, 1),
    )


def test_every_line_leads_to_a_commune_or_ward_and_says_where_it_is_from() -> None:
    communes = {line["code"] for line in lines("dong_nai.csv") if line["level"] == "commune"}
    crosswalk = lines("crosswalk.csv")
    assert {line["unit_code"] for line in crosswalk} == communes
    assert all(len(line["source"]) > 20 for line in crosswalk)
    assert all(line["valid_from"] == "2025-07-01" for line in crosswalk)


def test_the_number_of_former_communes_is_that_of_the_two_provinces() -> None:
    former = {
        (line["old_code"], line["old_province"])
        for line in lines("crosswalk.csv")
        if line["old_parent"]
    }
    provinces = [province for _, province in former]
    # 159 of Đồng Nai is the figure of the press reports before the merger.
    assert provinces.count("Tỉnh Đồng Nai") == 159
    assert provinces.count("Tỉnh Bình Phước") == 111


def test_partial_means_more_than_one_successor() -> None:
    successors: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    partial: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for line in lines("crosswalk.csv"):
        key = (line["old_name"], line["old_parent"], line["old_province"])
        successors[key].add(line["unit_code"])
        partial[key].add(line["partial"])
    assert all(
        partial[key] == ({"1"} if len(codes) > 1 else {"0"}) for key, codes in successors.items()
    )
    communes = {key: codes for key, codes in successors.items() if key[1]}
    assert {key[0] for key, codes in communes.items() if len(codes) > 1} == {"Xã Xuân Tâm"}


def test_the_seven_units_left_as_they_were_lead_to_themselves() -> None:
    names = book()
    for name, parent in (
        ("Phường Phước Tân", "Thành phố Biên Hòa"),
        ("Phường Tam Phước", "Thành phố Biên Hòa"),
        ("Xã Thanh Sơn", "Huyện Định Quán"),
        ("Xã Đak Lua", "Huyện Tân Phú"),
        ("Xã Phú Lý", "Huyện Vĩnh Cửu"),
        ("Xã Bù Gia Mập", "Huyện Bù Gia Mập"),
        ("Xã Đăk Ơ", "Huyện Bù Gia Mập"),
    ):
        found = names.resolve(f"{name}, {parent}", date(2025, 1, 1))
        assert names.name(found.code) == name


def test_every_former_commune_is_found_under_its_district() -> None:
    names = book()
    for line in lines("crosswalk.csv"):
        if line["old_parent"] and line["partial"] == "0":
            written = f"{line['old_name']}, {line['old_parent']}, {line['old_province']}"
            assert names.resolve(written).code == line["unit_code"], written


def test_every_present_unit_is_found_by_its_own_name() -> None:
    names = book()
    for line in lines("dong_nai.csv"):
        if not line["valid_to"]:
            assert names.resolve(line["name"]).code == line["code"], line["name"]
            assert names.resolve(f"UBND {line['name']}").code == line["code"] or line["level"] in (
                "department",
                "province",
            )


def test_a_former_district_is_in_many_hands() -> None:
    found = book().resolve("UBND huyện Trảng Bom")
    assert (found.code, found.how) == ("", "partial")
    assert len(found.candidates) == 6
