"""Whether a variable with several coefficients has to do with the answer at all."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import f

from analysis.inference_errors import InferenceError
from analysis.parameters import wald_f
from analysis.regression import Regression


@dataclass(frozen=True)
class TermTest:
    """A Wald test that coefficients are all 0.

    Attributes
    ----------
    F : float
        Wald's statistic by the number of coefficients.
    df, residual_df : int
        Coefficients tested, and degrees of freedom of the regression.
    p_value : float
        Chance of so large an F; NaN without degrees of freedom.
    """

    F: float
    df: int
    residual_df: int
    p_value: float


def term_test(model: Regression, term: str) -> TermTest:
    """Test that all coefficients of one variable are 0.

    Parameters
    ----------
    model : Regression
        Fitted.
    term : str
        A variable of the model.

    Returns
    -------
    TermTest
        NaN where coefficients are.

    Raises
    ------
    InferenceError
        If the model lacks the variable, or its coefficients do not vary in some direction, as with
        fewer clusters than levels.

    References
    ----------
    Korn and Graubard (1990), American Statistician 44, 270; Lumley and Scott (2014), Australian
    and New Zealand Journal of Statistics 56, 1.
    """
    own = [at for at, (name, _) in enumerate(model.terms) if name == term]
    if not own:
        allowed = ", ".join(dict.fromkeys(name for name, _ in model.terms[1:]))
        raise InferenceError("unknown_term", term=term, allowed=allowed)
    found = model.parameters
    statistic = wald_f(found.value[own], found.covariance[np.ix_(own, own)], term)
    df = found.df if found.df > 0 else np.nan
    return TermTest(statistic, len(own), found.df, float(f.sf(statistic, len(own), df)))
