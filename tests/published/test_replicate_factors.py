"""Replicates that we make ourselves against those that the R package survey 4.1.1 made.

Factors are compared with published replicate weights over weights, to the 15 digits these have.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sampling.bootstrap import population_bootstrap, rescaled_bootstrap
from sampling.design import Design, Replicates
from sampling.margins import margins_of
from sampling.raking import rake
from sampling.replicate_weights import reweighted
from sampling.replicates import balanced_half_samples, jackknife, successive_differences
from sampling.stages import Floats
from tests.published.cases import read_case
from tests.published.designs import of_stages
from tests.published.setting import Setting

FOLDER = Path(__file__).parent / "reference" / "expected"
Make = Callable[[Design], Replicates]


def setting_of(case: str) -> Setting:
    return Setting(read_case(FOLDER / f"{case}.json"))


def design_of(setting: Setting, *, fpc: bool) -> Design:
    told = dict(setting.case.design)
    return of_stages(told if fpc else {**told, "fpc": None}, setting.columns)


def published(setting: Setting) -> Floats:
    """Weights of the rows in each replicate, in an order of the replicates that is theirs."""
    file = setting.table(setting.case.design["replicates"]["file"])
    return in_order(np.column_stack([file.numbers(name) for name in file.cells]))


def in_order(columns: Floats) -> Floats:
    """Sort replicates by their weights, first row first."""
    return columns[:, np.lexsort(np.round(columns, 9)[::-1])]


@pytest.mark.parametrize(
    ("case", "fpc", "make"),
    [
        ("rep_jk1", False, jackknife),
        ("rep_jk1_fpc", True, jackknife),
        ("rep_jkn", False, jackknife),
        ("rep_jkn_fpc", True, jackknife),
        ("sat_rep_jkn", False, jackknife),
        ("sat_rep_brr", False, balanced_half_samples),
        ("sat_rep_fay3", False, partial(balanced_half_samples, rho=0.3)),
        ("sat_rep_fay5", False, partial(balanced_half_samples, rho=0.5)),
    ],
)
def test_replicates_without_chance_are_the_published_ones(case: str, fpc: bool, make: Make) -> None:
    setting = setting_of(case)
    design = design_of(setting, fpc=fpc)
    found, told = make(design), setting.case.design["replicates"]
    ours = design.weight[:, None] * found.factor[found.cluster]
    assert in_order(ours) == pytest.approx(published(setting), rel=1e-13, abs=1e-12)
    assert found.scale == pytest.approx(told["scale"], rel=1e-13)
    assert np.sort(found.rscales) == pytest.approx(np.sort(told["rscales"]), rel=1e-13)
    assert found.df == told["degf"]


def test_successive_differences_are_the_published_ones_but_for_the_last_cluster() -> None:
    # The published ones leave the list open; ours compare the last cluster with the first.
    setting = setting_of("sat_rep_sdr")
    design = design_of(setting, fpc=False)
    found, told = successive_differences(design), setting.case.design["replicates"]
    rows = design.first_stage.cluster != design.first_stage.cluster[-1]
    ours = (design.weight[:, None] * found.factor[found.cluster])[rows]
    assert in_order(ours) == pytest.approx(in_order(published(setting)[rows]), rel=1e-13)
    assert (found.scale, found.df) == (told["scale"], told["degf"])


@pytest.mark.parametrize(
    ("case", "make"),
    [
        ("rep_bootstrap_cd", population_bootstrap),
        ("rep_bootstrap_raowu", rescaled_bootstrap),
        ("rep_bootstrap_raowu_strat", rescaled_bootstrap),
        ("sat_rep_raowu", rescaled_bootstrap),
    ],
)
def test_bootstraps_have_the_published_scale_and_multiples(case: str, make: Callable) -> None:
    setting = setting_of(case)
    design, told = design_of(setting, fpc=False), setting.case.design["replicates"]
    found = make(design, len(told["rscales"]), np.random.default_rng(1))
    assert found.scale == pytest.approx(told["scale"], rel=1e-13)
    assert found.df == told["degf"]
    theirs = published(setting) / design.weight[:, None]
    assert set(np.unique(theirs.round(9))) <= set(
        np.unique(make(design, 4_000, np.random.default_rng(1)).factor.round(9))
    )


def test_raking_every_replicate_gives_the_published_weights() -> None:
    setting = setting_of("rep_jk1_raked")
    plain = design_of(setting, fpc=False)
    cells = {name: setting.columns.labels(name) for name in ("stype", "sch.wide")}
    known = {
        "stype": {"E": 4421.0, "H": 755.0, "M": 1018.0},
        "sch.wide": {"No": 1072.0, "Yes": 5122.0},
    }
    margins = margins_of(cells, known)
    alike = np.char.add(cells["stype"].astype(str), cells["sch.wide"].astype(str))
    design = reweighted(
        Design(plain.weight, jackknife(plain)),
        lambda weight: rake(weight, margins, tolerance=1e-12).weight,
        alike,
    )
    assert isinstance(design.scheme, Replicates)
    assert design.scheme.factor.shape[0] < plain.weight.size
    ours = design.weight[:, None] * design.scheme.factor[design.scheme.cluster]
    # They stopped raking when totals were 2e-8 off.
    assert in_order(ours) == pytest.approx(published(setting), rel=1e-6)
