"""Variables that tell the answers 0 and 1 apart without exception, so that nothing can be fitted.

Albert and Anderson (1984), Biometrika 71, 1: the likelihood then rises for ever.
"""

from collections.abc import Mapping

import numpy as np

from analysis.domains import word
from analysis.families import AnyFamily
from analysis.inference_errors import InferenceError
from sampling.stages import Floats, Labels


def refuse_separation(y: Floats, columns: Mapping[str, Labels], family: AnyFamily) -> None:
    """Name a variable, and its level, whose answers all lie at a bound of the family.

    Parameters
    ----------
    y : ndarray, shape (m,)
        Answers of the rows that count.
    columns : mapping of str to ndarray of shape (m,)
        Variables of the model.
    family : Quasibinomial or Quasipoisson
        Which bounds there are.

    Raises
    ------
    InferenceError
        If one variable alone does it; a combination of several is not looked for.
    """
    for name, column in columns.items():
        if column.dtype.kind in "buif":
            refuse_cut(y, name, column.astype(float), family)
        else:
            refuse_level(y, name, column, family)


def refuse_level(y: Floats, name: str, column: Labels, family: AnyFamily) -> None:
    """Find a label whose rows all answer the least or the greatest."""
    levels, code = np.unique(column, return_inverse=True)
    rows = np.bincount(code, minlength=levels.size)
    for bound in (family.least, family.greatest):
        alike = np.bincount(code[y == bound], minlength=levels.size) == rows
        if alike.any():
            level = word(levels[np.argmax(alike)])
            raise InferenceError("separated", column=name, level=level, value=word(float(bound)))


def refuse_cut(y: Floats, name: str, column: Floats, family: AnyFamily) -> None:
    """Find a number below which all answers lie at one bound, and above which at the other.

    Where there is no greatest answer, those above the least must also share one number.
    """
    low, high = column[y == family.least], column[y > family.least]
    bounded = np.isfinite(family.greatest)
    if (
        low.size == 0
        or high.size == 0
        or (bounded and (y[y > family.least] < family.greatest).any())
    ):
        return
    rises, falls = low.max() <= high.min(), high.max() <= low.min()
    if (rises or falls) and (bounded or high.min() == high.max()):
        cut = word(float(high.min() if rises else high.max()))
        raise InferenceError("separated_by_number", column=name, cut=cut)
