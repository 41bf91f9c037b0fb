import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from analysis.estimate import mean, total
from analysis.specification import read_specification
from sampling.columns import Columns
from sampling.design import Lonely, multistage
from sampling.errors import InclusionError, UnknownColumnError
from sampling.multistage import draw_stages
from sampling.multistage_sample import MultistageSample
from sampling.selection import keyed_starts
from sampling.stage_plans import Fixed, Rate, SeededChance, SelfWeighting, StagePlan, taken
from sampling.systematic import pps_systematic

SIZES = {"A": [5, 9, 12, 6, 40], "B": [7, 7, 10, 8]}


def country() -> dict[str, np.ndarray]:
    """Two regions of communes, each of villages of some households."""
    rows = []
    for region, communes in SIZES.items():
        for at, households in enumerate(communes):
            rows += [
                (region, f"{region}{at}", f"v{house % 3}", f"h{house:02d}", households)
                for house in range(households)
            ]
    names = ("region", "commune", "village", "household", "size")
    frame = {
        name: np.array(cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    }
    frame["y"] = np.array([len(row[1]) * 7 + row[4] % 5 + int(row[3][1:]) % 4 for row in rows])
    return frame


FRAME = country()
TWO = [
    StagePlan("commune", Fixed(2), stratum="region", measure="size", method="pps_systematic"),
    StagePlan("household", Fixed(3)),
]
THREE = [
    StagePlan("commune", Fixed({"A": 3, "B": 2}), stratum="region", measure="size", method="tille"),
    StagePlan("village", Rate(0.6)),
    StagePlan("household", SelfWeighting(0.15)),
]


def drawn(plans: list[StagePlan], seed: int = 1) -> MultistageSample:
    return draw_stages(FRAME, plans, SeededChance(seed.to_bytes(8)))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from(["one", "two", "three"]))
def test_overall_probabilities_are_products_of_conditional_ones(seed: int, depth: str) -> None:
    plans = {"one": THREE[:1], "two": TWO, "three": THREE}[depth]
    if depth == "one":
        plans = [StagePlan("household", Rate(0.2), stratum="region")]
        frame = {**FRAME, "household": np.char.add(FRAME["commune"], FRAME["household"])}
        sample = draw_stages(frame, plans, SeededChance(seed.to_bytes(8)))
    else:
        sample = drawn(plans, seed)
    columns = sample.columns()
    product = np.ones(sample.row.size)
    for number in range(1, len(plans) + 1):
        product = product * columns[f"probability_{number}"].astype(float)
    assert sample.overall == pytest.approx(product, rel=1e-12)
    assert sample.weight == pytest.approx(1 / product)
    for stage in sample.stages:
        assert ((stage.conditional > 0) & (stage.conditional <= 1)).all()


def test_each_stage_tells_its_lists() -> None:
    columns = drawn(TWO).columns()
    rows = drawn(TWO).row
    assert (columns["unit_1"] == FRAME["commune"][rows]).all()
    assert (columns["unit_2"] == FRAME["household"][rows]).all()
    assert (columns["population_2"] == FRAME["size"][rows]).all()
    regions = {"A": 5, "B": 4}
    assert columns["population_1"].tolist() == [regions[one] for one in FRAME["region"][rows]]
    assert columns["probability_2"] == pytest.approx(3 / FRAME["size"][rows])


def test_a_certain_commune_is_a_stratum_of_its_own() -> None:
    columns = drawn(TWO).columns()
    certain = columns["unit_1"] == "A4"  # 40 of 72 households, two communes to draw
    assert certain.any()
    assert set(columns["probability_1"][certain].tolist()) == {1.0}
    assert set(columns["stratum_1"][certain].tolist()) == {"A/A4"}
    assert set(columns["fpc_1"][certain].tolist()) == {1.0}
    # Its households vary; those of the others are part of what varies between communes.
    assert set(columns["fpc_2"][certain].tolist()) == {40.0}
    assert np.isinf(columns["fpc_1"][~certain].astype(float)).all()
    assert set(columns["cluster_2"][~certain].tolist()) == {"-"}


@pytest.mark.parametrize("plans", [TWO, THREE])
def test_the_mean_of_many_draws_is_the_population(plans: list[StagePlan]) -> None:
    counts, sums = [], []
    for at in range(120):
        sample = drawn(plans, at)
        counts.append(sample.weight.sum())
        sums.append(sample.weight @ FRAME["y"][sample.row])
    for found, truth in ((counts, FRAME["y"].size), (sums, FRAME["y"].sum())):
        z = (np.mean(found) - truth) / max(np.std(found) / np.sqrt(120), 1e-9 * truth)
        assert abs(z) < 4


def test_the_same_take_after_draws_by_size_gives_equal_weights() -> None:
    sample = drawn(TWO)
    inside = FRAME["region"][sample.row] == "B"  # nothing is certain there
    assert sample.weight[inside] == pytest.approx(sum(SIZES["B"]) / (2 * 3))


def test_self_weighting_is_off_by_the_rounding_only() -> None:
    sample = drawn(THREE)
    last = sample.stages[2]
    n = last.conditional * last.population
    assert n == pytest.approx(np.round(n))
    aimed = 0.15 / sample.stages[1].overall[last.parent] * last.population
    inside = (aimed >= 0.5) & (aimed <= last.population)
    assert (np.abs(n - aimed)[inside] <= 0.5 + 1e-9).all()


def test_the_order_of_the_frame_does_not_matter() -> None:
    mixed = np.random.default_rng(1).permutation(FRAME["y"].size)
    turned = {name: values[mixed] for name, values in FRAME.items()}
    for plans in (TWO, THREE):
        here = draw_stages(FRAME, plans, SeededChance(b"seed"))
        there = draw_stages(turned, plans, SeededChance(b"seed"))
        assert here.stages[-1].path == there.stages[-1].path
        assert here.overall == pytest.approx(there.overall)


def test_seeds_and_purposes_give_other_samples() -> None:
    first = drawn(TWO, 1).stages[-1].path
    assert first == drawn(TWO, 1).stages[-1].path
    assert first != drawn(TWO, 2).stages[-1].path
    recheck = draw_stages(FRAME, TWO, SeededChance((1).to_bytes(8), "recheck"))
    assert first != recheck.stages[-1].path


def test_a_public_draw_can_be_repeated_from_its_uniforms() -> None:
    chance = SeededChance(b"published")
    sample = draw_stages(FRAME, TWO, chance)
    for region, sizes in SIZES.items():
        start = keyed_starts(b"published", "main", 1, [region])[region]
        places = pps_systematic(np.array(sizes), 2, start)
        here = [path[0] for path in sample.stages[0].path if path[0].startswith(region)]
        assert here == [f"{region}{at}" for at in places.tolist()]
    commune = sample.stages[0].path[0][0]
    codes = FRAME["household"][FRAME["commune"] == commune].tolist()
    numbers = chance.uniforms(2, commune, "", codes)
    expected = {codes[at] for at in np.argsort(numbers)[:3].tolist()}
    assert {path[1] for path in sample.stages[1].path if path[0] == commune} == expected


def test_later_lists_may_hold_the_drawn_clusters_alone() -> None:
    whole = drawn(TWO)
    communes, first = np.unique(FRAME["commune"], return_index=True)
    listing = {name: FRAME[name][first] for name in ("region", "commune", "size")}
    inside = np.isin(FRAME["commune"], [path[0] for path in whole.stages[0].path])
    households = {name: values[inside] for name, values in FRAME.items()}
    sample = draw_stages([listing, households], TWO, SeededChance((1).to_bytes(8)))
    assert sample.stages[-1].path == whole.stages[-1].path
    households["commune"] = np.where(
        households["commune"] == whole.stages[0].path[0][0], "elsewhere", households["commune"]
    )
    with pytest.raises(InclusionError, match="the list has no unit of it"):
        draw_stages([listing, households], TWO, SeededChance((1).to_bytes(8)))
    assert communes.size == 9


def test_estimates_need_nothing_but_the_draw() -> None:
    plans = [
        StagePlan("commune", Fixed(3), stratum="region"),
        StagePlan("household", Rate(0.5)),
    ]
    sample = drawn(plans)
    y = FRAME["y"][sample.row].astype(float)
    ours = mean(y, sample.design())
    columns = sample.columns()
    by_hand = multistage(
        sample.weight,
        [FRAME["region"][sample.row]],
        [FRAME["commune"][sample.row]],
        [
            np.where(FRAME["region"][sample.row] == "A", 5.0, 4.0),
            FRAME["size"][sample.row].astype(float),
        ],
    )
    assert ours.se == pytest.approx(mean(y, by_hand).se, rel=1e-12)
    assert int(ours.df) == 4
    assert total(np.ones(y.size), sample.design()).value == pytest.approx(columns["weight"].sum())


@pytest.mark.parametrize("plans", [TWO, THREE])
def test_a_file_of_text_gives_the_same_estimate(plans: list[StagePlan]) -> None:
    sample = drawn(plans)
    columns = sample.columns(without_limit=1e308)
    cells = {name: [str(cell) for cell in values.tolist()] for name, values in columns.items()}
    table = Columns(cells, range(2, sample.row.size + 2))
    lines = [
        f"  {key}: {value!r}".replace("False", "false")
        for key, value in sample.specification().items()
    ]
    content = "design:\n" + "\n".join(lines) + "\nestimates: [{name: a, stat: mean, of: [y]}]\n"
    specification, faults = read_specification(content.encode())
    assert not faults
    assert specification is not None
    described = specification.design
    design = multistage(
        table.numbers(described.weights),
        [table.labels(name) for name in described.strata],
        [table.labels(name) for name in described.clusters],
        [table.numbers(name) for name in described.populations],
        nest=described.nest,
        lonely=Lonely.REMOVE,
    )
    y = FRAME["y"][sample.row].astype(float)
    expected = mean(y, sample.design(Lonely.REMOVE))
    assert mean(y, design).se == pytest.approx(expected.se, rel=1e-12)
    assert (expected.se > 0).all()
    assert all("" not in values for values in cells.values())


@pytest.mark.parametrize("method", ["pivotal_local", "cube"])
def test_methods_with_columns_of_their_own_keep_their_size(method: str) -> None:
    plan = StagePlan(
        "commune", Fixed(2), stratum="region", measure="size", method=method, auxiliary=("size",)
    )
    sample = drawn([plan, TWO[1]])
    assert sample.stages[0].row.size == 4
    with pytest.raises(InclusionError, match="auxiliary columns"):
        drawn([StagePlan("commune", Fixed(2), method=method), TWO[1]])


def test_sizes_follow_their_rules() -> None:
    assert taken(Fixed(7), 1, "", 5, 1.0) == 5
    assert taken(Fixed({"a": 2, "b": 0}), 1, "b", 5, 1.0) == 0
    assert [taken(Rate(0.1), 2, "", units, 0.5) for units in (1, 4, 14, 15, 20)] == [1, 1, 1, 2, 2]
    assert [taken(SelfWeighting(0.1), 2, "", 20, above) for above in (1.0, 0.5, 0.05)] == [2, 4, 20]


@pytest.mark.parametrize(
    ("plans", "code"),
    [
        ([], "bad_stages"),
        ([*THREE, TWO[1]], "bad_stages"),
        ([StagePlan("commune", SelfWeighting(0.1)), TWO[1]], "self_weighting_first"),
        ([StagePlan("commune", Fixed({"A": 1}), stratum="region"), TWO[1]], "unplanned_take"),
        ([StagePlan("commune", Rate(1.5)), TWO[1]], "bad_take"),
        ([StagePlan("commune", Fixed(-1)), TWO[1]], "bad_take"),
        ([StagePlan("commune", Fixed(2), method="poisson"), TWO[1]], "random_take"),
        ([StagePlan("commune", Fixed(2), measure="size"), TWO[1]], "random_take"),
        ([StagePlan("commune", Fixed(2), stratum="village"), TWO[1]], "lost_parent"),
        ([StagePlan("commune", Fixed(2))], "repeated_unit"),
        ([StagePlan("commune", Fixed(2), method="nobody"), TWO[1]], "unknown_method"),
    ],
)
def test_plans_that_cannot_be_followed_are_refused(plans: list[StagePlan], code: str) -> None:
    with pytest.raises(InclusionError) as caught:
        drawn(plans)
    assert caught.value.code == code
    assert caught.value.message("vi")


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownColumnError, match="'ward'"):
        drawn([StagePlan("ward", Fixed(1))])
