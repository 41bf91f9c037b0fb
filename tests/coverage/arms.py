"""Designs whose intervals must hold the truth, and wrong analyses whose intervals must not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.domains import crossed
from analysis.estimate import Estimate, mean, mean_by
from sampling.calibration import Calibrated, calibrate
from sampling.design import Design, multistage, stratified
from sampling.margins import margins_of
from sampling.raking import rake
from sampling.stages import Codes, Floats
from tests.coverage.drawing import some, whole
from tests.coverage.populations import DISTRICTS, Population, Shape

ANSWERS = ("score", "satisfied")


@dataclass(frozen=True)
class Arm:
    """One way to draw and to estimate.

    Attributes
    ----------
    name : str
        Of the design, or of what is wrong with it.
    shape : Shape
        Of the populations.
    each : int
        Clusters drawn of every stratum.
    estimate : callable
        Gives the estimate from the drawn clusters of one run.
    truth : callable
        Gives what it estimates, in the shape of its values.
    quantities : tuple of str
        Names of the values, read row by row.
    wrong : bool
        Whether its intervals must miss their level.
    """

    name: str
    shape: Shape
    each: int
    estimate: Callable[[Population, Codes, np.random.Generator], Estimate]
    truth: Callable[[Population], Floats] = Population.truth
    quantities: tuple[str, ...] = ANSWERS
    wrong: bool = False


# Whole clusters of three or four, a hundred drawn: some 350 rows.
CLUSTERS = Shape(strata=4, clusters=100, smallest=3, largest=4, between=1.5)
# Clusters alike enough that what is known of people is most of what tells them apart.
KNOWN = Shape(strata=4, clusters=100, smallest=3, largest=4, between=0.4, explained=2.5)
EACH = 25
# Four people in each of eighty larger clusters, of which most are drawn: the second stage counts.
STAGES = Shape(strata=5, clusters=20, smallest=20, largest=30, between=0.4)
MOST = 16
PEOPLE = 4


def of_whole_clusters(people: Population, clusters: Codes) -> tuple[Codes, Design]:
    """Rows and design of a stratified sample of whole clusters."""
    rows = whole(people, clusters)
    frame = np.full(rows.size, people.shape.clusters)
    weight = frame * people.shape.strata / clusters.size
    return rows, stratified(weight, people.stratum[rows], people.cluster[rows], frame)


def of_mean(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    rows, design = of_whole_clusters(people, clusters)
    return mean(people.answers[rows], design)


def of_domains(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    rows, design = of_whole_clusters(people, clusters)
    return mean_by(people.answers[rows], crossed([people.district[rows]]), design)


def true_domains(people: Population) -> Floats:
    return np.stack([people.truth(people.district == name) for name in DISTRICTS])


def linear(people: Population, rows: Codes, base: Floats) -> Calibrated:
    """Calibrate to what is known of service and days."""
    columns = {"service": people.service[rows], "days": people.days[rows]}
    totals = {"days": float(people.days.sum())}
    margins = margins_of(columns, {"service": people.counts(people.service)}, totals)
    return calibrate(base, margins)


def raked(people: Population, rows: Codes, base: Floats) -> Calibrated:
    """Rake to what is known of service and channel."""
    columns = {"service": people.service, "channel": people.channel}
    margins = margins_of(
        {name: column[rows] for name, column in columns.items()},
        {name: people.counts(column) for name, column in columns.items()},
    )
    return rake(base, margins)


def of_linear(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    rows, design = of_whole_clusters(people, clusters)
    found = linear(people, rows, design.weight)
    return mean(people.answers[rows], Design(found.weight, design.scheme, (found,)))


def of_raked(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    rows, design = of_whole_clusters(people, clusters)
    found = raked(people, rows, design.weight)
    return mean(people.answers[rows], Design(found.weight, design.scheme, (found,)))


def drawn_in_two_stages(
    people: Population, clusters: Codes, rng: np.random.Generator
) -> tuple[Codes, Floats, list[Floats]]:
    """Rows, weights and frame sizes of clusters and of people within them."""
    rows = some(people, clusters, PEOPLE, rng)
    inside = people.sizes[people.cluster[rows]].astype(float)
    frame = np.full(rows.size, float(people.shape.clusters))
    weight = frame * people.shape.strata / clusters.size * inside / PEOPLE
    return rows, weight, [frame, inside]


def of_two_stages(people: Population, clusters: Codes, rng: np.random.Generator) -> Estimate:
    rows, weight, frames = drawn_in_two_stages(people, clusters, rng)
    design = multistage(weight, [people.stratum[rows]], [people.cluster[rows], rows], frames)
    return mean(people.answers[rows], design)


def without_clusters(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    """Take people of whole clusters for people drawn one by one."""
    rows, design = of_whole_clusters(people, clusters)
    frame = np.bincount(people.stratum)[people.stratum[rows]]
    return mean(people.answers[rows], stratified(design.weight, people.stratum[rows], None, frame))


def without_calibration(people: Population, clusters: Codes, _rng: np.random.Generator) -> Estimate:
    """Forget that the weights were calibrated: for the score, which they tell most of."""
    rows, design = of_whole_clusters(people, clusters)
    found = linear(people, rows, design.weight)
    return mean(people.answers[rows, 0], Design(found.weight, design.scheme))


def true_score(people: Population) -> Floats:
    return people.truth()[:1]


def without_second_stage(people: Population, clusters: Codes, rng: np.random.Generator) -> Estimate:
    """Take the people drawn for all people of their clusters."""
    rows, weight, frames = drawn_in_two_stages(people, clusters, rng)
    design = stratified(weight, people.stratum[rows], people.cluster[rows], frames[0])
    return mean(people.answers[rows], design)


BY_DISTRICT = tuple(f"{answer}, {district}" for district in DISTRICTS for answer in ANSWERS)

ARMS = (
    Arm("mean", CLUSTERS, EACH, of_mean),
    Arm("domains", CLUSTERS, EACH, of_domains, true_domains, BY_DISTRICT),
    Arm("linear calibration", KNOWN, EACH, of_linear),
    Arm("raked", KNOWN, EACH, of_raked),
    Arm("two stages", STAGES, MOST, of_two_stages),
    Arm("clusters ignored", CLUSTERS, EACH, without_clusters, wrong=True),
    Arm(
        "calibration forgotten",
        KNOWN,
        EACH,
        without_calibration,
        true_score,
        ANSWERS[:1],
        wrong=True,
    ),
    Arm("second stage forgotten", STAGES, MOST, without_second_stage, wrong=True),
)
