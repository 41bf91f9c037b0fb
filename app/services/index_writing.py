"""Standings with all that led to them -> the document that is frozen."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib.metadata import version

from analysis.index.ranking import Standing, Totals, rank
from analysis.scoring.scheme import BONUS, PENALTY, Group, Link, Scheme, Tie
from analysis.scoring.score_row import Entry, Provenance
from app import exact
from app.queries import index_document as frozen
from app.queries.cycles import CycleView
from app.queries.estimation_results import to_json
from app.queries.estimations import EstimationView
from app.queries.index_document import FORMAT, IndexDocument, Pins, SurveyPin

Shares = Mapping[tuple[str, str], Fraction | None]


def compose(
    cycle: CycleView,
    scheme: Scheme,
    entries: Sequence[Entry],
    shares: Mapping[str, Shares],
    names: Mapping[str, str],
    scores_hash: str,
    surveys: Mapping[str, EstimationView],
) -> IndexDocument:
    """Rank the units and write down every number with its origin.

    Parameters
    ----------
    entries
        Merged: one for each unit and criterion.
    shares
        Frozen survey shares of each unit.
    names
        Name of each unit at the time of the merge.
    surveys
        Runs of estimates by the audience that was asked.
    """
    standings = rank(scheme, entries)
    by_unit = {unit: [entry for entry in entries if entry.unit == unit] for unit in names}
    decision = scheme.decision
    return IndexDocument(
        format=FORMAT,
        year=cycle.year,
        name=cycle.name,
        criteria_name=scheme.name,
        decision=f"{decision.number}, {decision.date}" if decision else "",
        not_applicable=scheme.not_applicable.value,
        bonus_cap=scheme.bonus_cap,
        penalty_cap=scheme.penalty_cap,
        groups=tuple(group(found, standings) for found in scheme.groups),
        fields=fields(scheme),
        units=tuple(
            unit(standing, names, scheme, by_unit[standing.totals.unit], shares)
            for standing in standings
        ),
        pins=pins(cycle, scores_hash, surveys),
    )


def group(found: Group, standings: Sequence[Standing]) -> frozen.Group:
    """Write down a group, its rules and its mean."""
    percents = [
        standing.totals.percent for standing in standings if standing.totals.group == found.code
    ]
    return frozen.Group(
        found.code,
        found.title,
        found.decimals,
        tuple(tie_text(tie) for tie in found.ties),
        tuple(frozen.Band(band.name, band.lowest) for band in found.bands),
        sum(percents, Fraction(0)) / len(percents) if percents else None,
    )


def tie_text(tie: Tie) -> str:
    """Write a tie-break as criteria sets do: "survey", "field:3"."""
    return f"{tie.kind.value}:{tie.code}" if tie.code else tie.kind.value


def fields(scheme: Scheme) -> tuple[frozen.Field, ...]:
    """Write down the fields and criteria."""
    return tuple(
        frozen.Field(
            field.code,
            field.title,
            tuple(
                frozen.Criterion(
                    criterion.code,
                    criterion.title,
                    criterion.max_points,
                    criterion.source.value,
                    criterion.rule.kind,
                    None if criterion.groups is None else tuple(sorted(criterion.groups)),
                )
                for criterion in field.criteria
            ),
        )
        for field in scheme.fields
    )


def unit(
    standing: Standing,
    names: Mapping[str, str],
    scheme: Scheme,
    entries: Sequence[Entry],
    shares: Mapping[str, Shares],
) -> frozen.Unit:
    """Write down a unit's standing and its scores."""
    totals = standing.totals
    own = shares.get(totals.unit, {})
    return frozen.Unit(
        group=totals.group,
        code=totals.unit,
        name=names[totals.unit],
        rank=standing.rank,
        band=standing.band,
        percent=totals.percent,
        total=totals.total,
        max_applicable=totals.max_applicable,
        direct=totals.direct,
        survey=totals.survey,
        bonus=totals.bonus,
        penalty=totals.penalty,
        fields=dict(totals.fields),
        scores=tuple(score(entry, totals, scheme, own) for entry in entries),
    )


def score(entry: Entry, totals: Totals, scheme: Scheme, shares: Shares) -> frozen.Score:
    """Write down one score; a survey score with the shares that it was made of."""
    links = [link for link in scheme.matrix if link.criterion == entry.criterion]
    surveyed = entry.provenance is Provenance.SURVEY
    return frozen.Score(
        entry.criterion,
        entry.points,
        counted(entry, totals),
        entry.provenance.value,
        entry.stated_source,
        tuple(share(link, shares) for link in links) if surveyed else (),
    )


def counted(entry: Entry, totals: Totals) -> Fraction:
    """Give what entered the total."""
    if entry.criterion == BONUS:
        return totals.bonus
    if entry.criterion == PENALTY:
        return totals.penalty
    return totals.criteria[entry.criterion]


def share(link: Link, shares: Shares) -> frozen.Share:
    """Write down one share; merging made sure that it is there."""
    value = shares[(link.item, link.audience)]
    assert value is not None
    return frozen.Share(link.item, link.audience, link.weight, value)


def pins(cycle: CycleView, scores_hash: str, surveys: Mapping[str, EstimationView]) -> Pins:
    """Name the versions of everything that the index was made from."""
    return Pins(
        program=version("khaosat"),
        criteria_hash=cycle.criteria_hash,
        scores_hash=scores_hash,
        surveys=tuple(survey_pin(asked, found) for asked, found in sorted(surveys.items())),
    )


def survey_pin(audience: str, estimation: EstimationView) -> SurveyPin:
    """Name the run of estimates that an audience's shares were taken from."""
    return SurveyPin(
        audience=audience,
        round_id=estimation.round_id,
        estimation_id=estimation.id,
        inputs_hash=estimation.inputs_hash,
        results_hash=exact.canonical_hash(to_json(estimation.results)),
        questionnaire_hash=estimation.results.questionnaire_hash,
    )
