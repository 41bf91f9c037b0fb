"""Weights of a large file, made by the product: the work of `benchmarks.limits`.

Margins are coded once, outside the clock, as the limits' are.
"""

from benchmarks.limits import Work
from benchmarks.statistics_data import Survey
from sampling.calibration import calibrate
from sampling.margins import Margins, margins_of
from sampling.raking import rake


def raking(survey: Survey) -> Work:
    """Rake."""
    margins = known(survey)
    return lambda: [rake(survey.weight, margins).weight]


def linear(survey: Survey) -> Work:
    """Calibrate, whatever the sign of the weights, which the limit does not look at either."""
    margins = known(survey)
    return lambda: [calibrate(survey.weight, margins, negative="keep").weight]


def known(survey: Survey) -> Margins:
    """Margins as one states them: totals by level."""
    return margins_of(
        {f"margin{at}": column for at, column in enumerate(survey.margins)},
        {
            f"margin{at}": {str(level): float(total) for level, total in enumerate(totals)}
            for at, totals in enumerate(survey.totals)
        },
    )
