"""What raking takes off the variance, as R's survey package has it.

Raking meets one margin after the other, and so does this: from the influences, in which all rows
count alike, the mean at each level is taken away margin by margin, ten times over. Were it gone on
with for ever, `sampling.credit.Credit` with a regression in which rows count alike would result;
where margins are strongly associated, ten times fall short of that by some millionths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampling.coding import Codes, Floats, counted
from sampling.errors import WeightingError
from sampling.regressors import Cells

SWEEPS = 10


@dataclass(frozen=True, eq=False)
class Sweeps:
    """Takes the means of margins out of contributions.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        Raked weights; 0 for rows that have no part.
    codes : sequence of ndarray of int, each of shape (c,)
        Level of each cell, or of each row where there are no cells, in each margin.
    sizes : sequence of int
        Levels of each margin.
    cells : Cells or None
        Which cell each row lies in.
    """

    weight: Floats
    codes: Sequence[Codes]
    sizes: Sequence[int]
    cells: Cells | None = None

    def residuals(self, contributions: Floats) -> Floats:
        """Replace the influence in weighted contributions by what the margins leave of it.

        Parameters
        ----------
        contributions : ndarray, shape (n, k)
            Weight times influence of each row on each of k quantities; 0 outside a domain, where
            something is left all the same.

        Returns
        -------
        ndarray, shape (n, k)
            Weight times residual; NaN in a column with a NaN.

        Raises
        ------
        WeightingError
            If the rows are not those that were raked.

        References
        ----------
        Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
        """
        if contributions.shape[0] != self.weight.size:
            raise WeightingError("uneven_classes")
        counts = self.weight > 0
        cell = np.arange(counts.size) if self.cells is None else self.cells.cell
        size = self.codes[0].size
        rows = counted(cell, size, counts.astype(float))
        out = np.array(contributions)
        for column in range(out.shape[1]):
            influence = np.divide(
                contributions[:, column], self.weight, out=np.zeros(counts.size), where=counts
            )
            taken = self.taken(counted(cell, size, influence), rows)
            out[:, column] -= self.weight * taken[cell]
        return out

    def taken(self, sums: Floats, rows: Floats) -> Floats:
        """Sum up the means that are taken away from each cell: (c,)."""
        taken = np.zeros(sums.size)
        margins = [
            (codes, np.maximum(counted(codes, size, rows), 1.0))
            for codes, size in zip(self.codes, self.sizes, strict=True)
        ]
        for _ in range(SWEEPS):
            for codes, levels in margins:
                left = counted(codes, levels.size, sums - rows * taken)
                taken += (left / levels)[codes]
        return taken
