"""Whatever the points: layouts agree, mappings survive storage, and cells stay apart."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings, strategies as st

from analysis.scoring.score_mapping import (
    ColumnMapping,
    Layout,
    Meaning,
    Policy,
    Role,
    ScoreMapping,
    SheetMapping,
    from_document,
)
from analysis.scoring.score_mapping_headers import Header
from analysis.scoring.score_mapping_table import PresentScore, as_table, laid_over
from tests.analysis.scoring.score_books import CRITERIA, both, long_rows, name_of, read, sheet_of

TOPS = {"1.1": 2, "1.2": 3, "1.10": 4, "2.1": 5}
UNIT_CODES = ("STP", "SYT", "26068")


@st.composite
def points(draw):
    """Points of two or three units for all criteria, in hundredths up to the maximum."""
    units = UNIT_CODES[: draw(st.integers(2, 3))]
    return {
        (unit, code): tuple(draw(st.integers(0, TOPS[code] * 100)) / 100 for _ in range(2))
        for unit, code in product(units, CRITERIA)
    }


def wide_rows(given_points):
    units = [*dict.fromkeys(unit for unit, _ in given_points)]
    head = ["TT", "Đơn vị"]
    for code in CRITERIA:
        head += [f"TC {code} - điểm tự chấm", f"TC {code} - điểm thẩm định"]
    rows = [
        [at, name_of(unit), *[cell for code in CRITERIA for cell in given_points[unit, code]]]
        for at, unit in enumerate(units, start=1)
    ]
    return [head, *rows]


def down_rows(given_points, place):
    units = [*dict.fromkeys(unit for unit, _ in given_points)]
    rows = [[f"TC {code}", *[given_points[u, code][place] for u in units]] for code in CRITERIA]
    return [["Mã tiêu chí", *[f"{name_of(unit)}" for unit in units]], *rows]


@settings(max_examples=25)
@given(points())
def test_wide_and_long_tables_say_the_same(given_points):
    expected = {
        key: tuple(Fraction(str(number)) for number in pair) for key, pair in given_points.items()
    }
    _, long = read(sheet_of(long_rows(given_points)))
    _, wide = read(sheet_of(wide_rows(given_points)))
    assert both(long) == both(wide) == expected
    assert [*long.scored] == [*wide.scored]
    for place, column in enumerate(("self_points", "verified_points")):
        name = ("Tự chấm", "Thẩm định")[place]
        _, down = read(sheet_of(down_rows(given_points, place), name))
        cells = {key: scored.cells[column] for key, scored in down.scored.items()}
        assert {key: Fraction(cell) for key, cell in cells.items()} == {
            key: pair[place] for key, pair in expected.items()
        }


@settings(max_examples=25)
@given(points(), st.data())
def test_cells_laid_over_a_table_change_only_themselves(given_points, data):
    _, reading = read(sheet_of(long_rows(given_points)))
    whole = as_table(reading)
    present = [
        PresentScore(scored.group, unit, code, dict(scored.cells))
        for (unit, code), scored in reading.scored.items()
    ]
    chosen = data.draw(st.sets(st.sampled_from(sorted(reading.scored)), min_size=1))
    part = {key: scored for key, scored in reading.scored.items() if key in chosen}
    for scored in part.values():
        scored.cells = {"verified_points": "0"}
    laid = laid_over(as_table(type(reading)(part, (), ())), present)
    cells = {(row["unit"], row["criterion"]): row for _, row in laid.table.records()}
    assert cells.keys() == {(row["unit"], row["criterion"]) for _, row in whole.table.records()}
    for _, row in whole.table.records():
        key = row["unit"], row["criterion"]
        verified = "0" if key in chosen else row["verified_points"]
        assert cells[key]["verified_points"] == verified
        assert cells[key]["self_points"] == row["self_points"]


text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
columns = st.builds(
    ColumnMapping,
    place=st.integers(0, 600),
    header=text,
    role=st.sampled_from([role for role in Role if role is not Role.IGNORE]),
    key=text,
)
sheets = st.builds(
    SheetMapping,
    name=text,
    layout=st.sampled_from(Layout),
    header=st.builds(Header, st.integers(0, 40), st.integers(0, 40)),
    found=st.integers(0, 40),
    columns=st.lists(columns, max_size=5).map(tuple),
    unit=text,
    group=text,
    carry=st.booleans(),
)
mappings = st.builds(
    ScoreMapping,
    sheets=st.lists(sheets, max_size=3).map(tuple),
    not_applicable=st.lists(text, max_size=3).map(tuple),
    dash=st.sampled_from(Meaning),
    blank=st.sampled_from(Meaning),
    policy=st.sampled_from(Policy),
)


@given(mappings)
def test_a_mapping_survives_storage(mapping):
    assert from_document(mapping.to_document()) == mapping
