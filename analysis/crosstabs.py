"""Two-way tables as estimated, with the design effects of their interactions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.contrasts import contrast
from analysis.domains import OUTSIDE, Domains, word
from analysis.estimate import Estimate, total_by
from analysis.inference_errors import InferenceError
from sampling.design import Design
from sampling.stages import Codes, Floats, Labels

# Design effects below this are rounding noise.
NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Crosstab:
    """Estimated cells of r rows and c columns.

    Attributes
    ----------
    shape : tuple of int
        r and c.
    count : Estimate
        Population counts, of shape (r c, 1), columns changing fastest.
    n : int
        Rows of the sample.
    df : int
        Degrees of freedom of the design.
    name : str
        What is crossed, for errors.
    """

    shape: tuple[int, int]
    count: Estimate
    n: int
    df: int
    name: str

    @property
    def freedom(self) -> int:
        """Parameters by which rows and columns may depend: (r - 1) (c - 1)."""
        return (self.shape[0] - 1) * (self.shape[1] - 1)

    @property
    def share(self) -> Floats:
        """Shares of the population: (r c,)."""
        counts = self.count.value.ravel()
        return np.asarray(counts / counts.sum(), dtype=float)

    def margins(self) -> tuple[Floats, Floats]:
        """Shares of the rows and of the columns: (r,) and (c,)."""
        cells = self.share.reshape(self.shape)
        return cells.sum(axis=1), cells.sum(axis=0)

    def fitted(self) -> Floats:
        """Shares of cells if rows and columns were independent: (r c,)."""
        return np.outer(*self.margins()).ravel()

    def pearson(self) -> float:
        """Pearson's statistic, as of a simple random sample of as many rows."""
        expected = self.fitted()
        distance = (self.share - expected) ** 2 / expected
        return float(self.n * distance.sum())

    def design_effects(self) -> Floats:
        """Generalised design effects of the interactions: ((r - 1) (c - 1),).

        They compare the covariances of log odds with those of a simple random sample. With an
        empty cell they are worked out at the fitted shares.
        """
        share = self.share
        at = share if (share > 0).all() else self.fitted()
        contrasts = np.kron(*(against_first(levels) for levels in self.shape))
        log_odds = contrasts / at
        plain = log_odds @ contrasts.T / self.n
        # A count adds to the shares what it is and takes from them what it adds to the whole.
        slopes = (log_odds - (log_odds @ share)[:, None]) / self.count.value.sum()
        found = contrast(self.count, slopes).covariance
        effects = np.linalg.eigvals(np.linalg.solve(plain, found)).real
        if effects.max() <= NOTHING:
            raise InferenceError("degenerate_test", name=self.name)
        return np.asarray(np.maximum(effects, 0.0), dtype=float)

    def excess(self) -> tuple[Floats, Floats]:
        """Observed less expected counts but of the last row and column, and their covariances."""
        # A row of the sample adds what its own cell's row and column are away from the margins.
        parts = [np.eye(part.size)[:-1] - part[:-1, None] for part in self.margins()]
        slopes = np.kron(parts[0], parts[1])
        counts = self.count.value.ravel()
        found = (counts - counts.sum() * self.fitted()).reshape(self.shape)[:-1, :-1]
        return found.ravel(), contrast(self.count, slopes).covariance


def against_first(levels: int) -> Floats:
    """Each level but the first less the first: (levels - 1, levels)."""
    return np.hstack([-np.ones((levels - 1, 1)), np.eye(levels - 1)])


def crosstab(
    rows: Labels, columns: Labels, design: Design, names: tuple[str, str] = ("rows", "columns")
) -> Crosstab:
    """Estimate the cells of a table.

    Parameters
    ----------
    rows, columns : ndarray, shape (n,)
        Labels or numbers; not missing where the design's weight is positive.
    design : Design
        How the rows were drawn.
    names : tuple of str
        What the two are called, for errors.

    Returns
    -------
    Crosstab
        Of the levels that rows of the domain have.

    Raises
    ------
    InferenceError
        If the domain has no row, or all its rows have one level.
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.8.
    """
    counts = design.weight > 0
    row, height = numbered(rows, counts, names[0])
    column, width = numbered(columns, counts, names[1])
    names_of_cells = tuple((str(at),) for at in range(height * width))
    cells = Domains(np.where(counts, row * width + column, OUTSIDE), names_of_cells)
    count = total_by(np.ones(counts.size), cells, design, covariance=True)
    df = design.degrees_of_freedom
    return Crosstab((height, width), count, int(counts.sum()), df, " x ".join(names))


def numbered(labels: Labels, counts: NDArray[np.bool_], name: str) -> tuple[Codes, int]:
    """Number the levels that counting rows have, of which there must be two."""
    levels, code = np.unique(labels[counts], return_inverse=True)
    if levels.size == 0:
        raise InferenceError("no_rows", names=name)
    if levels.size == 1:
        raise InferenceError("one_level", name=name, level=word(levels[0].item()))
    codes = np.zeros(labels.size, np.intp)
    codes[counts] = code
    return codes, levels.size
