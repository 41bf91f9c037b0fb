"""Factors that the dates of the dossiers tell: nobody is asked, and nothing is estimated.

Indicators 1 and 2 of counter ratings give 2 points for a result before the promised day, 1 on
that day and 0 afterwards (Decree 61/2018/NĐ-CP and its circular). They are counted over all
dossiers of the list that have both days, so that their standard error is 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from app.queries import frames, handling_times as rows
from app.queries.estimation_results import Figure, FigureState, Part, PartLevel, Quantity
from app.queries.handling_times import TimeCount
from app.services import audiences
from app.services.figures import count_class, frozen
from app.thresholds import present
from surveys.questionnaire import Questionnaire

MOST_POINTS = 2

Counts = Mapping[str, Sequence[TimeCount]]


def counted(round_id: int, questionnaire: Questionnaire) -> dict[str, list[TimeCount]]:
    """Count the dossiers of a round for each factor that is worked out from them."""
    frame = frames.of_round(round_id)
    respondents = audiences.respondents(questionnaire.code)
    return {
        factor.code: rows.counts(frame.id, factor.filled_from, respondents) if frame else []
        for factor in questionnaire.factors
        if factor.filled_from
    }


def added(parts: Sequence[Part], counts: Counts) -> tuple[Part, ...]:
    """Put the figures of these factors before those that people gave."""
    return tuple(
        replace(
            part,
            figures=(
                *(_figure(factor, _of(part, found)) for factor, found in counts.items()),
                *part.figures,
            ),
        )
        for part in parts
    )


def document(counts: Counts) -> dict[str, list[list[str | int]]]:
    """Write what was counted, for the hash of what estimates rest on."""
    return {
        factor: [[count.unit_code, count.before, count.on, count.after] for count in found]
        for factor, found in counts.items()
    }


def _of(part: Part, counts: Sequence[TimeCount]) -> list[TimeCount]:
    match part.level:
        case PartLevel.UNIT:
            return [count for count in counts if count.unit_code == part.code]
        case PartLevel.GROUP:
            return [count for count in counts if count.group == part.code]
        case PartLevel.ROUND:
            return list(counts)


def _figure(factor: str, counts: Sequence[TimeCount]) -> Figure:
    before, on = sum(count.before for count in counts), sum(count.on for count in counts)
    n = before + on + sum(count.after for count in counts)
    if n < present.disclosure_n:
        return Figure(factor, FigureState.WITHHELD, count_class(n))
    in_time = Fraction(before + on, n)
    points = Fraction(MOST_POINTS * before + on, MOST_POINTS * n)
    return Figure(factor, FigureState.SHOWN, str(n), frozen(n), _known(in_time), _known(points))


def _known(share: Fraction) -> Quantity:
    """Write a share that is known: the interval is a point."""
    text = frozen(float(share))
    return Quantity(text, frozen(0), 0, text, text)
