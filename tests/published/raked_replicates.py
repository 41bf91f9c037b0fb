"""Replicates that were raked one by one, of which a case does not give the raked full weights."""

import numpy as np

from sampling.columns import Columns
from sampling.margins import margins_of
from sampling.raking import rake
from sampling.stages import Floats
from tests.published.cases import UnsupportedError

# Replicates were raked until no total was further off than this.
AGREE = 1e-6
MOST_LEVELS = 50
EXACT = 1e-12


def raked_alike(base: Floats, replicates: Floats, columns: Columns) -> Floats:
    """Rake weights to the margins that all replicates share."""
    margins = shared_margins(replicates, columns)
    if not margins:
        raise UnsupportedError("raked replicates have no margin in common")
    cells = {name: columns.labels(name) for name in margins}
    return rake(base, margins_of(cells, margins), tolerance=EXACT).weight


def shared_margins(replicates: Floats, columns: Columns) -> dict[str, dict[str, float]]:
    """Find the columns whose levels have the same weight in every replicate."""
    found = {}
    for name in columns.cells:
        levels, codes = np.unique(columns.labels(name), return_inverse=True)
        if not 1 < levels.size <= MOST_LEVELS:
            continue
        totals = np.zeros((levels.size, replicates.shape[1]))
        np.add.at(totals, codes, replicates)
        middle = np.median(totals, axis=1)
        if (np.abs(totals - middle[:, None]) <= AGREE * middle[:, None]).all():
            found[name] = {
                str(level): whole(total) for level, total in zip(levels, middle, strict=True)
            }
    return found


def whole(total: float) -> float:
    """Take a count for the whole number that it is, but for where raking stopped."""
    nearest = float(round(total))
    return nearest if abs(total - nearest) <= AGREE * nearest else float(total)
