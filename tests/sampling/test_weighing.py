from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.columns import Columns
from sampling.design import Design, Replicates, multistage
from sampling.errors import SchemeError
from sampling.recipe import read_recipe
from sampling.reweighing import reweighed
from sampling.tabular import read_table
from sampling.weighing import Weighed, report, weigh

REFERENCE = Path(__file__).parents[1] / "published" / "reference" / "data"
SERVICES = "{land: 17830, civil: 19527, business: 9093, construction: 5950, social: 7096}"


def satisfaction() -> Columns:
    path = REFERENCE / "satisfaction.csv"
    return Columns.of(read_table(path.read_bytes(), path.name))


def made(steps: str, columns: Columns, base: str = "w_design") -> Weighed:
    recipe, faults = read_recipe(f"base: {base}\nsteps:\n{steps}".encode())
    assert recipe is not None, [fault.line("en") for fault in faults]
    found, faults = weigh(recipe, columns)
    assert found is not None, [fault.line("en") for fault in faults]
    return found


def refused(steps: str, columns: Columns, base: str = "w") -> list[tuple[int | None, str, str]]:
    recipe, faults = read_recipe(f"base: {base}\nsteps:\n{steps}".encode())
    assert recipe is not None, [fault.line("en") for fault in faults]
    found, faults = weigh(recipe, columns)
    assert found is None
    return [(fault.row, fault.column, fault.line("en")) for fault in faults]


def few(rows: Sequence[str], header: str = "w,answered,group,status") -> Columns:
    content = "\n".join([header, *rows]).encode()
    return Columns.of(read_table(content, "few.csv"))


def test_classes_agree_with_the_published_weights() -> None:
    columns = satisfaction()
    steps = "  - nonresponse: {method: classes, by: [channel_submit, age], respondent: responded}"
    path = REFERENCE / "satisfaction_nonresponse_weights.csv"
    published = Columns.of(read_table(path.read_bytes(), path.name))
    answered = columns.numbers("responded") == 1
    ours = made(steps, columns).weight
    theirs = next(
        published.numbers(name)
        for name in published.names
        if "class" in name and published.rows in (columns.rows, answered.sum())
    )
    assert ours[~answered].max() == 0
    assert ours[answered] == pytest.approx(
        theirs[answered] if theirs.size == ours.size else theirs, rel=1e-12
    )


@pytest.mark.parametrize("method", ["classes", "propensity", "quintiles"])
def test_after_all_steps_the_known_totals_hold(method: str) -> None:
    columns = satisfaction()
    found = made(
        f"""
  - nonresponse: {{method: {method}, by: [channel_submit, age], respondent: responded}}
  - calibrate:
      method: rake
      margins: {{service: {SERVICES}, channel_submit: {{counter: 34170, online: 25326}}}}
  - trim: {{upper: 2.5×median, keep: [service, channel_submit]}}""",
        columns,
    )
    services = columns.labels("service")
    for name, total in (("land", 17830), ("social", 7096)):
        assert found.weight[services == name].sum() == pytest.approx(total, rel=1e-8)
    steps = [step.step for step in found.reports]
    assert steps == ["base", f"nonresponse {method}", "calibrate rake", "trim"]
    last = found.reports[-1]
    middle = np.median(made_before_trim(method, columns))
    assert last.greatest <= 2.5 * middle * (1 + 1e-9)
    assert last.kish_deff < found.reports[-2].kish_deff
    assert len(found.calibration) == 2


def made_before_trim(method: str, columns: Columns) -> np.ndarray:
    found = made(
        f"""
  - nonresponse: {{method: {method}, by: [channel_submit, age], respondent: responded}}
  - calibrate:
      margins: {{service: {SERVICES}, channel_submit: {{counter: 34170, online: 25326}}}}""",
        columns,
    )
    return found.weight[found.weight > 0]


def test_the_ineligible_go_and_the_unheard_give_their_weight_away() -> None:
    columns = few(["10,1,a,in", "10,1,a,out", "20,0,a,unheard", "5,1,b,in"])
    steps = "  - eligibility: {column: status, values: [in], unknown: [unheard], by: [group]}"
    assert made(steps, columns, "w").weight.tolist() == [20, 0, 0, 5]
    plain = "  - eligibility: {column: status, values: in}"
    assert made(plain, columns, "w").weight.tolist() == [10, 0, 0, 5]


def test_a_cut_weight_is_spread_over_the_others_where_no_total_is_kept() -> None:
    columns = few(["1,1,a,in", "1,1,a,in", "1,1,b,in", "9,1,b,in"])
    found = made("  - trim: {upper: 3}", columns, "w")
    assert found.weight.tolist() == [3, 3, 3, 3]
    assert found.calibration == ()


def test_what_calibration_explains_varies_no_more() -> None:
    columns = satisfaction()
    steps = f"  - calibrate: {{method: poststratify, margins: {{service: {SERVICES}}}}}"
    found = made(steps, columns)
    services = columns.labels("service")
    [credit] = found.calibration
    explained = found.weight[:, None] * (services == "land")[:, None]
    assert np.abs(credit.residuals(explained)).max() < 1e-9
    half = few([f"1,{at % 2},a,in" for at in range(8)])
    part = made(
        "  - nonresponse: {by: [group], respondent: answered}\n"
        "  - calibrate: {margins: {group: {a: 80}}}",
        half,
        "w",
    )
    assert part.weight.tolist() == [0, 20] * 4
    contributions = np.arange(8.0)[:, None]
    kept = part.calibration[0].residuals(contributions)
    assert kept[::2] == pytest.approx(contributions[::2])
    assert kept[1::2].sum() == pytest.approx(0)


@pytest.mark.parametrize(
    ("steps", "rows", "where", "words"),
    [
        ("  - trim: {upper: 2}", ["x,1,a,in", "-1,1,a,in"], (2, "w"), "number"),
        ("  - trim: {upper: 2}", [",1,a,in"], (2, "w"), "weight"),
        (
            "  - eligibility: {column: state, values: [in]}",
            ["1,1,a,in"],
            (None, "state"),
            "missing",
        ),
        (
            "  - eligibility: {column: status, values: [gone]}\n  - trim: {upper: 2}",
            ["1,1,a,in"],
            (None, "steps[1].trim"),
            "no row has a weight",
        ),
        (
            "  - nonresponse: {by: [group], respondent: answered}",
            ["1,2,a,in"],
            (None, "steps[0].nonresponse"),
            "'answered' must be 1",
        ),
        (
            "  - nonresponse: {by: [group], respondent: answered}",
            ["1,1,a,in", "1,0,b,in"],
            (None, "steps[0].nonresponse"),
            "b",
        ),
        (
            "  - calibrate: {margins: {group: {a: 5, b: 5}}}",
            ["1,1,a,in", "1,1,a,in"],
            (None, "steps[0].calibrate"),
            "'b'",
        ),
        (
            "  - calibrate: {margins: {group: {a: 5}}}",
            ["1,1,a,in", "1,1,,in"],
            (None, "steps[0].calibrate"),
            "group",
        ),
        (
            "  - calibrate: {margins: {group: {a: 5, b: 5}, status: {in: 11}}}",
            ["1,1,a,in", "1,1,b,in"],
            (None, "steps[0].calibrate"),
            "status",
        ),
    ],
)
def test_what_cannot_be_weighed_says_where_and_why(
    steps: str, rows: list[str], where: tuple[int | None, str], words: str
) -> None:
    first = refused(steps, few(rows))[0]
    assert first[:2] == where
    assert words in first[2]


@given(st.lists(st.floats(1e-3, 1e6) | st.just(0.0), min_size=1, max_size=30))
def test_a_report_measures_the_weights_that_count(weights: list[float]) -> None:
    weight = np.array(weights)
    found = report("base", weight)
    positive = weight[weight > 0]
    assert found.n == positive.size
    if positive.size:
        kish = positive.size * (positive**2).sum() / positive.sum() ** 2
        assert found.kish_deff == pytest.approx(kish, rel=1e-9)
        assert found.least <= found.sum / found.n * (1 + 1e-12)


def test_every_replicate_goes_through_the_whole_recipe() -> None:
    rows = [f"{1 + at % 3},{int(at % 4 > 0)},{'ab'[at // 6 % 2]},in" for at in range(24)]
    columns = few(rows)
    recipe, _ = read_recipe(
        b"base: w\nsteps:\n"
        b"  - nonresponse: {by: [group], respondent: answered}\n"
        b"  - calibrate: {margins: {group: {a: 60, b: 40}}}"
    )
    assert recipe is not None
    generator = np.random.default_rng(1)
    factor = generator.uniform(0.5, 1.5, (24, 7))
    base = columns.numbers("w")
    scheme = Replicates(np.arange(24), factor, 1.0, np.ones(7), df=6)
    design, faults = reweighed(recipe, columns, Design(base, scheme))
    assert design is not None, faults
    assert isinstance(design.scheme, Replicates)
    weights = design.weight[:, None] * design.scheme.factor[design.scheme.cluster]
    groups = columns.labels("group")
    assert weights[groups == "a"].sum(axis=0) == pytest.approx(np.full(7, 60))
    assert weights[groups == "b"].sum(axis=0) == pytest.approx(np.full(7, 40))
    assert np.ptp(weights, axis=1).max() > 0
    with pytest.raises(SchemeError):
        reweighed(recipe, columns, multistage(base))


def test_a_replicate_in_which_a_level_has_nobody_is_a_fault() -> None:
    columns = few(["1,1,a,in", "1,1,b,in"])
    recipe, _ = read_recipe(b"base: w\nsteps:\n  - calibrate: {margins: {group: {a: 6, b: 4}}}")
    assert recipe is not None
    factor = np.array([[1.0, 2.0], [1.0, 0.0]])
    scheme = Replicates(np.arange(2), factor, 1.0, np.ones(2), df=1)
    base = np.ones(2)
    design, faults = reweighed(recipe, columns, Design(base, scheme))
    assert design is None
    assert "'b'" in faults[0].line("en")
