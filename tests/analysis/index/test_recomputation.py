"""A second, tiny implementation must find the same index bit for bit.

It reads nothing of the product: it starts from the same plain numbers and knows only the
definition. percent = 100 × (points + min(bonus, cap) − min(penalty, cap)) / max applicable;
rank by percent, then the ties, 1-2-2-4; half-open bands.
"""

import csv
import io
from fractions import Fraction
from random import Random

import pytest

from analysis.index.ranking import rank
from analysis.index.result import result_csv
from analysis.scoring.reading import read_scheme
from analysis.scoring.scorecard import read_scorecard
from sampling.tabular import read_table

BANDS = [("Xuất sắc", 90), ("Tốt", 80), ("Khá", 70), ("Trung bình", 50)]
POLICIES = ("rebase", "full_points", "zero")


def random_round(random):
    """Maxima by field, caps, a policy, and scores: group -> unit -> criterion -> points."""
    maxima = {
        f"{field}": {f"{field}.{i}": random.randint(1, 12) for i in range(random.randint(1, 4))}
        for field in range(1, random.randint(2, 5))
    }
    criteria = {code: top for own in maxima.values() for code, top in own.items()}
    scores = {}
    for group in ("g1", "g2"):
        scores[group] = {f"{group}-{i:02}": {} for i in range(random.randint(1, 9))}
        for own in scores[group].values():
            for place, (code, top) in enumerate(criteria.items()):
                blank = place > 0 and random.random() < 0.15
                # Few different values, so that ties happen.
                own[code] = None if blank else Fraction(random.randint(0, top * 2), 2)
            for code in ("BONUS", "PENALTY"):
                if random.random() < 0.5:
                    own[code] = Fraction(random.randint(0, 400), 100)
    caps = {"BONUS": random.randint(0, 3), "PENALTY": random.randint(0, 3)}
    return maxima, caps, random.choice(POLICIES), scores


def recompute(maxima, caps, policy, scores):
    """The definition, once more."""
    criteria = {code: top for own in maxima.values() for code, top in own.items()}
    lines = []
    for group, units in scores.items():
        rows = []
        for unit, own in units.items():
            top = sum(criteria[c] for c in criteria if own[c] is not None or policy != "rebase")
            blank = {c: criteria[c] if policy == "full_points" else 0 for c in criteria}
            got = {c: blank[c] if own[c] is None else own[c] for c in criteria}
            total = sum(got.values())
            total += min(own.get("BONUS", 0), caps["BONUS"])
            total -= min(own.get("PENALTY", 0), caps["PENALTY"])
            fields = [sum(got[c] for c in codes) for codes in maxima.values()]
            rows.append((Fraction(total * 100, top), fields[0], unit, total, top, fields))
        for percent, tie, unit, total, top, fields in rows:
            place = 1 + sum((other[0], other[1]) > (percent, tie) for other in rows)
            band = next((name for name, cut in BANDS if percent >= cut), None)
            lines.append((group, place, unit, total, top, percent, band, fields))
    return sorted(lines, key=lambda line: line[:3])


def compute(maxima, caps, policy, scores):
    """The same round through documents and tables, as the product reads them."""
    bands = [{"name": name, "from": cut} for name, cut in BANDS]
    document = {
        "name": "random",
        "groups": {group: {"bands": bands, "ties": ["field:1"]} for group in scores},
        "fields": [
            {"code": code, "criteria": [{"code": c, "max_points": m} for c, m in own.items()]}
            for code, own in maxima.items()
        ],
        "bonus": {"cap": caps["BONUS"]},
        "penalty": {"cap": caps["PENALTY"]},
        "not_applicable": policy,
    }
    lines = ["group;unit;criterion;points;applicable"]
    for group, units in scores.items():
        for unit, own in units.items():
            for code, given in own.items():
                cell = "-;no" if given is None else f"{float(given)};yes".replace(".", ",")
                lines.append(f"{group};{unit};{code};{cell}")
    scheme = read_scheme(document).scheme
    reading = read_scorecard(scheme, read_table("\n".join(lines).encode(), "s.csv"))
    assert reading.faults == ()
    return scheme, rank(scheme, reading.entries)


@pytest.mark.parametrize("seed", range(60))
def test_a_second_implementation_finds_the_same_fractions_ranks_and_bands(seed):
    case = random_round(Random(seed))
    _, standings = compute(*case)
    assert [
        (
            s.totals.group,
            s.rank,
            s.totals.unit,
            s.totals.total,
            s.totals.max_applicable,
            s.totals.percent,
            s.band,
            list(s.totals.fields.values()),
        )
        for s in standings
    ] == recompute(*case)


def test_the_random_rounds_hold_ties_blanks_caps_and_every_band():
    cases = [random_round(Random(seed)) for seed in range(60)]
    lines = [line for case in cases for line in recompute(*case)]
    by_group = [(id(case), *line[:2]) for case in cases for line in recompute(*case)]
    assert len(set(by_group)) < len(by_group)
    assert {line[6] for line in lines} == {None, *(name for name, _ in BANDS)}
    assert {case[2] for case in cases} == set(POLICIES)


@pytest.mark.parametrize("seed", range(10))
def test_the_csv_holds_the_same_numbers_to_fifteen_digits(seed):
    case = random_round(Random(seed))
    scheme, standings = compute(*case)
    rows = list(csv.DictReader(io.StringIO(result_csv(scheme, standings))))
    for row, line in zip(rows, recompute(*case), strict=True):
        assert (row["group"], int(row["rank"]), row["unit"]) == line[:3]
        assert Fraction(row["total"]) == line[3]
        assert Fraction(row["max_applicable"]) == line[4]
        assert abs(Fraction(row["percent"]) - line[5]) <= abs(line[5]) / 10**15
        assert [Fraction(row[code]) for code in case[0]] == line[7]
