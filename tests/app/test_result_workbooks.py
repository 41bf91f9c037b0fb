"""Workbooks of results: typed numbers, live sums, and no text taken for a formula."""

import hashlib
import io
import re
import zipfile
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st
from python_calamine import CalamineWorkbook

from app.documents.workbook import (
    LONGEST_NAME,
    Book,
    Column,
    Formula,
    Number,
    Remark,
    Sheet,
    render,
    sheet_names,
)
from app.queries import estimations, rounds
from app.services import estimating, publishing, result_workbooks
from app.services.recording import SYSTEM
from app.services.result_workbooks import TOO_FEW
from app.vocabulary import Role
from app.web.templating import number
from tests.app.index_factory import answered_round, merged, people, the_result
from tests.factories import actor

ADDRESS = "https://khaosat.example"
NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
TRIAL = "THỬ NGHIỆM"


def opened(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def cells(content: bytes, sheet: str) -> list[list[object]]:
    return opened(content).get_sheet_by_name(sheet).to_python()


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def formulas(content: bytes, sheet: int) -> dict[str, tuple[str, float]]:
    """Formulas of a sheet with the values they carry, by cell."""
    tree = part(content, f"xl/worksheets/sheet{sheet}.xml")
    return {
        cell.get("r"): (cell.find("m:f", NAMESPACE).text, float(cell.find("m:v", NAMESPACE).text))
        for cell in tree.iterfind(".//m:c", NAMESPACE)
        if cell.find("m:f", NAMESPACE) is not None
    }


def one_cell(value: object, **details: object) -> bytes:
    sheet = Sheet("S", "Bảng", (Column("A", 20),), [[value]], **details)
    return render(Book("Sổ", [sheet]))


@pytest.fixture
def published(app):
    """A published index of two units."""
    persons = people()
    view = merged(persons.merger)
    publishing.check(persons.other, view.head.id)
    publishing.approve(actor(Role.APPROVER), view.head.id)
    publishing.publish(persons.merger, view.head.id)
    result_workbooks._published.cache_clear()
    return the_result(view.head.id)


@given(
    text=st.one_of(
        st.sampled_from(['=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)", "=1+1", "12"]),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1),
    )
)
def test_text_stays_text(text: str):
    content = one_cell(text)
    assert formulas(content, 1) == {}
    read = cells(content, "S")[-1][0]
    assert isinstance(read, str)
    if text == text.strip():
        assert read == text


@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 4))
def test_a_number_stays_a_number(value: float, decimals: int):
    read = cells(one_cell(Number(value, decimals)), "S")[-1][0]
    assert isinstance(read, int | float)
    assert read == pytest.approx(value, rel=1e-15)


def test_the_same_values_make_the_same_bytes():
    assert one_cell("x") == one_cell("x")
    assert one_cell("x") != one_cell("y")


@given(names=st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_sheet_names_are_what_spreadsheets_accept(names: list[str]):
    made = sheet_names([Sheet(name, "", (), []) for name in names])
    assert all(0 < len(name) <= LONGEST_NAME for name in made)
    assert len({name.casefold() for name in made}) == len(made)
    assert not re.search(r"[\[\]:*?/\\]", "".join(made))


def test_a_sheet_prints_on_a4_landscape_with_its_head_on_every_page():
    content = one_cell("x", fixed=1)
    tree = part(content, "xl/worksheets/sheet1.xml")
    page = tree.find("m:pageSetup", NAMESPACE)
    assert (page.get("paperSize"), page.get("orientation")) == ("9", "landscape")
    assert page.get("fitToHeight") == "0"
    pane = tree.find(".//m:pane", NAMESPACE)
    assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", "2", "1")
    names = part(content, "xl/workbook.xml").iterfind(".//m:definedName", NAMESPACE)
    assert {name.get("name"): name.text for name in names}["_xlnm.Print_Titles"] == "S!$2:$2"


def test_a_formula_knows_its_rows_and_carries_its_value():
    rows = [[Number(2), Formula("=2*A{row}", 4.0)], [Number(3), Formula("=2*A{row}", 6.0)]]
    foot = [[None, Formula("=SUM(B{first}:B{last})", 10.0)]]
    sheet = Sheet("S", "T", (Column("A", 9), Column("B", 9)), rows, foot=foot)
    found = formulas(render(Book("T", [sheet])), 1)
    assert found == {"B3": ("2*A3", 4.0), "B4": ("2*A4", 6.0), "B5": ("SUM(B3:B4)", 10.0)}


def test_a_published_index_has_its_sheets_in_order(published):
    content = result_workbooks.published(published.head, ADDRESS)
    assert opened(content).sheet_names == [
        "Xếp hạng - Xã, phường",
        "Điểm theo lĩnh vực",
        "Khảo sát - người dân",
        "Nguồn",
    ]


def test_the_ranking_sheet_shows_the_published_numbers(published):
    content = result_workbooks.published(published.head, ADDRESS)
    rows = cells(content, "Xếp hạng - Xã, phường")
    head = next(place for place, row in enumerate(rows) if row[0] == "Hạng")
    for row, unit in zip(rows[head + 1 :], published.document.ranking("communes"), strict=False):
        assert row[:3] == [unit.rank, unit.code, unit.name]
        values = (unit.percent, unit.total, unit.max_applicable, unit.direct, unit.survey)
        given_values = (row[3], *row[5:9])
        # Equal to the digits that the pages show, and far beyond.
        for shown, exact in zip(given_values, values, strict=True):
            assert number(Fraction(shown).limit_denominator(10**9), 2) == number(exact, 2)
            assert shown == pytest.approx(float(exact), rel=1e-14)


def test_sums_are_live_and_say_what_they_come_to(published):
    content = result_workbooks.published(published.head, ADDRESS)
    ranking = cells(content, "Xếp hạng - Xã, phường")
    by_place = {
        f"{letter}{line}": value
        for line, row in enumerate(ranking, start=1)
        for letter, value in zip("ABCDEFGHIJK", row, strict=False)
    }
    found = formulas(content, 1)
    assert len(found) == 2 * len(published.document.units) + 1
    for place, (formula, carried) in found.items():
        if formula.startswith("AVERAGE"):
            means = [value for (text, value) in found.values() if text.startswith("100*")]
            assert carried == pytest.approx(sum(means) / len(means))
            continue
        expression = re.sub(r"[A-K]\d+", lambda cell: repr(by_place[cell[0]]), formula)
        assert eval(expression) == pytest.approx(carried, rel=1e-12), place


def test_a_figure_of_few_answers_is_said_in_words(app):
    made = answered_round({"A": {"land": (30, 10)}, "B": {"land": (4, 2)}, "C": {"land": (12, 3)}})
    estimating.estimate_round(SYSTEM, made.id)
    content = result_workbooks.estimates(rounds.one(made.id), estimations.newest(made.id))
    by_code = {row[1]: row for row in cells(content, "Khảo sát")}
    assert isinstance(by_code["A"][6], float)
    for few in ("B", "C"):
        assert by_code[few][6] == TOO_FEW
        assert not any(isinstance(cell, float) for cell in by_code[few][6:])
    assert by_code["B"][5] == "< 10"
    assert by_code["C"][5] == 15


def test_the_workbook_names_hashes_and_no_person(published):
    content = result_workbooks.published(published.head, ADDRESS)
    said = dict(row[:2] for row in cells(content, "Nguồn") if len(row) > 1)
    assert said["Kết quả, tệp JSON (SHA-256)"] == published.head.hash
    assert f"{ADDRESS}/public/{published.head.id}/index.json" in said["Cách kiểm tra"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert published.head.merged_by_name not in everything
    assert "<dc:creator></dc:creator>" in everything


def test_the_page_tells_the_hash_of_the_file_it_gives(published, client):
    reply = client.get(f"/public/{published.head.id}/results.xlsx")
    assert reply.status_code == 200
    assert "spreadsheetml" in reply.content_type
    again = client.get(f"/public/{published.head.id}/results.xlsx")
    assert again.data == reply.data
    page = client.get(f"/public/{published.head.id}").text
    assert hashlib.sha256(reply.data).hexdigest() in page


def test_only_what_is_published_is_given(app, client):
    view = merged(people().merger)
    assert client.get(f"/public/{view.head.id}/results.xlsx").status_code == 404


def test_a_dry_run_is_marked_in_its_name_and_on_every_sheet(app, signed_in):
    made = answered_round(dry_run=True)
    estimating.estimate_round(SYSTEM, made.id)
    browser = signed_in(Role.COORDINATOR)
    reply = browser.get(f"/rounds/{made.id}/estimates/results.xlsx")
    assert "THU-NGHIEM" in reply.headers["Content-Disposition"]
    for name in opened(reply.data).sheet_names:
        assert TRIAL in str(cells(reply.data, name)[0][0])


def test_a_real_round_is_not_marked(app, signed_in):
    made = answered_round()
    estimating.estimate_round(SYSTEM, made.id)
    reply = signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}/estimates/results.xlsx")
    assert "THU-NGHIEM" not in reply.headers["Content-Disposition"]
    assert TRIAL not in str(cells(reply.data, "Khảo sát"))


def test_estimates_are_for_staff(app, client):
    made = answered_round()
    estimating.estimate_round(SYSTEM, made.id)
    assert client.get(f"/rounds/{made.id}/estimates/results.xlsx").status_code == 302


def test_a_remark_is_text():
    assert cells(one_cell(Remark("=x")), "S")[-1] == ["=x"]
