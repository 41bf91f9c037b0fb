"""Standings as CSV and JSON."""

import json
from fractions import Fraction

import pytest

from analysis.index.ranking import rank
from analysis.index.result import harmless, result_csv, result_values
from analysis.scoring.reading import read_scheme_file
from analysis.scoring.score_row import Entry, Provenance

SCHEME = read_scheme_file(
    b"""
name: n
groups: {a: {bands: [{name: "=1+1", from: 50}]}}
fields:
  - {code: "1", criteria: [{code: "1.1", max_points: 3}]}
  - {code: "-2", criteria: [{code: "2.1", max_points: 3, source: survey}]}
penalty: {cap: 5}
"""
).scheme


def standings():
    rows = [("=HYPERLINK()", "2", None), ("Sở A, B", "0.5", "0")]
    entries = [
        Entry("a", name, code, None if p is None else Fraction(p), Provenance.POINTS)
        for name, first, second in rows
        for code, p in [("1.1", first), ("2.1", second), ("PENALTY", "0.75" if second else "0")]
    ]
    return rank(SCHEME, entries)


def test_the_table_has_exact_numbers_and_no_formulas():
    assert result_csv(SCHEME, standings()) == (
        "group,rank,unit,total,max_applicable,percent,band,1,'-2\n"
        "a,1,'=HYPERLINK(),2,3,66.666666666666666667,'=1+1,2,0\n"
        'a,2,"Sở A, B",-0.25,6,-4.1666666666666666667,chưa xếp nhóm,0.5,0\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_start_gets_an_apostrophe(start):
    assert harmless(f"{start}x") == f"'{start}x"
    assert harmless(f"x{start}") == f"x{start}"


def test_values_for_json_hold_exact_fractions_beside_numbers():
    values = json.loads(json.dumps(result_values(SCHEME, standings())))
    first, second = values["results"]
    assert values["scheme"] == "n"
    assert first["exact"] == {"total": "2", "max_applicable": "3", "percent": "200/3"}
    assert first["percent"] == 200 / 3
    assert (second["band"], second["penalty"], second["direct"]) == (None, 0.75, 0.5)
    assert second["provenance"]["2.1"] == "points"
    assert second["fields"] == {"1": 0.5, "-2": 0.0}
