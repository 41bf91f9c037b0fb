"""What calibration takes off the variance: only residuals from the margins still vary.

A calibrated total of y differs from sample to sample as the total of the residuals of y from its
regression on the calibrated variables does. Deville and Särndal (1992), JASA 87, result 5.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sampling.coding import Codes, Floats, counted
from sampling.errors import WeightingError
from sampling.regressors import Cells, NormalMatrix, Regressors


@dataclass(frozen=True, eq=False)
class Credit:
    """Takes out of contributions what the margins explain.

    Attributes
    ----------
    regressors : Regressors
        What was calibrated on.
    weight : ndarray, shape (n,)
        Weights that meet the margins. Contributions made with weights that were changed later,
        say by trimming, are right too.
    regression : ndarray, shape (n,)
        How much each row counts in the regression; 0 for rows of weight 0.
    cells : Cells or None
        The same regressors by cell, where cells are few.
    """

    regressors: Regressors
    weight: Floats
    regression: Floats
    cells: Cells | None = None

    @cached_property
    def normal(self) -> NormalMatrix:
        """X'QX of the regression."""
        if self.cells is None:
            return self.regressors.cross(self.regression)
        count = self.cells.regressors.rows
        sums = counted(self.cells.cell, count, self.regression)
        return self.cells.regressors.cross(sums)

    @cached_property
    def ratio(self) -> Floats:
        """Turns a contribution w z into its part q z of the regression's right side."""
        safe = np.where(self.weight != 0, self.weight, 1.0)
        return np.where(self.weight != 0, self.regression / safe, 0.0)

    def residuals(self, contributions: Floats) -> Floats:
        """Replace the influence in weighted contributions by its residual.

        Parameters
        ----------
        contributions : ndarray, shape (n, k)
            Weight times influence of each row on each of k quantities; 0 outside a domain, whose
            residuals are not 0 there.

        Returns
        -------
        ndarray, shape (n, k)
            Weight times residual; NaN in a column with a NaN.

        Raises
        ------
        WeightingError
            If the rows are not those that were calibrated.
        """
        rows, k = contributions.shape
        if rows != self.weight.size:
            raise WeightingError("uneven_classes")
        right = self.right_side(contributions)
        slopes = self.normal.solve(right)
        if self.cells is None:
            fitted = self.regressors.column_combinations(slopes)
        else:
            table = self.cells.regressors.column_combinations(slopes)
            by_cell = np.concatenate([table(part) for part in self.cells.regressors.blocks()])
            cell = self.cells.cell
            fitted = lambda part: by_cell[cell[part]]  # noqa: E731  (twin of the one above)
        out = np.empty((rows, k))
        for part in self.regressors.blocks():
            np.multiply(self.weight[part, None], fitted(part), out=out[part])
            np.subtract(contributions[part], out[part], out=out[part])
        return out

    def right_side(self, contributions: Floats) -> Floats:
        """X'Q Z for the influences behind contributions: (n, k) to (p, k)."""
        k = contributions.shape[1]
        if self.cells is None:
            return self.regressors.column_totals(
                lambda part: self.ratio[part, None] * contributions[part], k
            )
        small = self.cells.regressors
        one = Regressors((self.cells.cell,), (small.rows,))
        by_cell = one.column_totals(lambda part: self.ratio[part, None] * contributions[part], k)
        return small.column_totals(lambda part: by_cell[part], k)

    def slopes(self, contributions: Floats, domain: Codes, domains: int) -> Floats:
        """Regress the influences of every domain apart, without columns for each domain.

        Parameters
        ----------
        contributions : ndarray, shape (n, k)
            As for `residuals`.
        domain : ndarray of int, shape (n,)
            The domain that each row contributes to; -1 for none.
        domains : int
            D, how many there are.

        Returns
        -------
        ndarray, shape (p, D, k)
            The residual of a row's contribution to domain d is its contribution, if it lies in d,
            less weight times regressors times slopes; `explained` adds up the latter by cluster.
        """
        inside = domain >= 0
        ratio = np.where(inside, self.ratio, 0.0)
        place = np.where(inside, domain, 0)
        k = contributions.shape[1]
        right = np.empty((self.parameters, domains, k))
        for column in range(k):
            part = np.where(inside, contributions[:, column], 0.0) * ratio
            right[:, :, column] = self.by_place(part, place, domains).T
        flat = self.normal.solve(right.reshape(self.parameters, -1))
        return flat.reshape(right.shape)

    def explained(self, place: Codes, places: int) -> Floats:
        """Weighted regressors added up by place, such as the cluster: shape (places, p)."""
        return self.by_place(self.weight, place, places)

    @property
    def parameters(self) -> int:
        """How many columns the regression has."""
        return int(self.regressors.kept.size)

    def by_place(self, v: Floats, place: Codes, places: int) -> Floats:
        """Sums of v x over the rows of each place: shape (places, p)."""
        parts = []
        for at, (codes, size) in enumerate(
            zip(self.regressors.codes, self.regressors.sizes, strict=True)
        ):
            table = counted(place * size + codes, places * size, v)
            parts.append(table.reshape(places, size)[:, bool(at) :])
        for number in self.regressors.numbers:
            parts.append(counted(place, places, v * number)[:, None])
        return np.concatenate(parts, axis=1)
