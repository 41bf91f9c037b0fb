"""Cutting extreme weights, and giving what is cut to the others."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from sampling.calibration import Calibrated, calibrated, checked, refuse_unreachable
from sampling.coding import Floats
from sampling.distances import Raking
from sampling.errors import WeightingError
from sampling.margins import Margins
from sampling.multipliers import multipliers

LIMIT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*[×x*]\s*(median|mean)\s*")
PATIENCE = 1000
# Calibrated weights are known no better: what is nearer to a limit lies on it.
TIE = 1e-8
# What rounding alone pushes beyond a limit.
ROUNDING = 1e-12


def limit_of(text: str | float, weight: ArrayLike) -> float:
    """Read a limit of weights.

    Parameters
    ----------
    text : str or float
        A number, or a multiple of the "median" or "mean" of the positive weights: "5×median".
    weight : array_like, shape (n,)
        Weights.

    Returns
    -------
    float
        In the units of `weight`.

    Raises
    ------
    WeightingError
        If it cannot be read.
    """
    found = LIMIT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        try:
            return float(text)
        except ValueError as error:
            raise WeightingError("unreadable_limit", limit=text) from error
    weights = checked(weight)
    positive = weights[weights > 0]
    middle = np.median(positive) if found[2] == "median" else positive.mean()
    return float(found[1]) * float(middle)


def trim(
    weight: ArrayLike, *, lower: float = 0.0, upper: float = np.inf, strict: bool = False
) -> Floats:
    """Cut weights at limits and spread what was cut equally over the others.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights; a row of 0 stays 0 and takes no share.
    lower, upper : float
        Limits, in the units of `weight`.
    strict : bool
        Whether to go on until what was spread pushes no weight beyond a limit; otherwise weights
        near one may end a little beyond.

    Returns
    -------
    ndarray, shape (n,)
        Weights with the same sum. Totals of margins change: see `trim_keeping`.

    Raises
    ------
    WeightingError
        If a weight is missing, negative or not finite, the limits are none, or so many weights lie
        beyond them that nobody is left to take what is cut.

    References
    ----------
    Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
    """
    trimmed = checked(weight).copy()
    check_limits(lower, upper)
    counts = trimmed > 0
    if strict and not lower * counts.sum() <= trimmed.sum() <= upper * counts.sum():
        refuse_trimming(trimmed, lower, upper)
    for again in range(PATIENCE if strict else 1):
        slack = ROUNDING if again else TIE
        outside = counts & ((trimmed < lower * (1 - slack)) | (trimmed > upper * (1 + slack)))
        if not outside.any():
            return np.clip(trimmed, counts * lower, upper) if again else trimmed
        inside = counts & ~outside
        before = trimmed[outside]
        after = np.clip(before, lower, upper)
        if not inside.any():
            refuse_trimming(trimmed, lower, upper)
        trimmed[outside] = after
        trimmed[inside] += (before - after).sum() / inside.sum()
    if strict:
        refuse_trimming(trimmed, lower, upper)
    return trimmed


def trim_keeping(
    weight: ArrayLike,
    margins: Margins,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
    tolerance: float = 1e-9,
    limit: int = 100,
) -> Calibrated:
    """Bring weights within limits so that they still meet margins.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights; a row of 0 stays 0.
    margins : Margins
        Totals to keep; `sampling.margins.held` gives those that the weights have now.
    lower, upper : float
        Limits that no positive weight passes.
    tolerance, limit
        As for `sampling.calibration.calibrate`.

    Returns
    -------
    Calibrated
        Multiplied as in raking, by factors that the limits cut off row by row.

    Raises
    ------
    WeightingError
        As `calibrate` does, in particular where the limits leave a total out of reach.

    References
    ----------
    Deville and Särndal (1992), JASA 87, 376-382, case 7 with bounds of each row.
    """
    weights = checked(weight, margins.rows)
    check_limits(lower, upper)
    safe = np.where(weights > 0, weights, 1.0)
    chosen = Raking(lower / safe, upper / safe)
    if np.isfinite(upper):
        refuse_unreachable(weights, margins, chosen)
    factor, rounds = multipliers(weights, margins, chosen, tolerance, limit)
    factor = np.where(weights > 0, factor, 1.0)
    kept = calibrated(weights, factor, rounds, margins, None, "base")
    # Multiplying back may pass a limit by a rounding error.
    within = np.where(weights > 0, np.clip(kept.weight, lower, upper), 0.0)
    return replace(kept, weight=within)


def check_limits(lower: float, upper: float) -> None:
    """Refuse limits that leave no room."""
    if not 0 <= lower < upper:
        raise WeightingError("bad_limits", lower=lower, upper=upper)


def refuse_trimming(weight: Floats, lower: float, upper: float) -> None:
    """Tell that the limits cannot hold all weights."""
    raise WeightingError(
        "nothing_left_to_trim",
        lower=lower,
        upper=upper,
        rows=int((weight > 0).sum()),
        total=float(weight.sum()),
    )
