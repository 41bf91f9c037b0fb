"""Comparing our numbers with published ones, field by field and name by name."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ABSOLUTE = 1e-9
# Fields in the units of the estimates, whose size sets how much rounding noise is allowed.
IN_UNITS = {"coef", "se", "ci95_t", "vcov"}
NAMES = ("names", "y")
# Columns that mean the same with all signs turned round.
UP_TO_SIGN = {"loadings"}


def differences(ours: Mapping[str, Any], expect: Mapping[str, Any], rtol: float) -> Iterator[str]:
    """Tell every field that differs; nothing when all agree."""
    if not set(expect) - set(NAMES):
        yield "nothing is expected"
    orders = {}
    for field in NAMES:
        if field in expect:
            theirs = listed(expect[field])
            if field not in ours or sorted(ours[field]) != sorted(theirs):
                yield f"{field}: got {[*ours.get(field, ())]}, expected {theirs}"
                return
            orders[field] = [list(ours[field]).index(name) for name in theirs]
    scale = numbers(expect["coef"]) if "coef" in expect else np.ones(1)
    for field in expect:
        if field not in NAMES:
            yield from field_differences(field, ours, expect, orders, scale, rtol)


def field_differences(
    field: str,
    ours: Mapping[str, Any],
    expect: Mapping[str, Any],
    orders: Mapping[str, list[int]],
    scale: Floats,
    rtol: float,
) -> Iterator[str]:
    """Compare one field."""
    if ours.get(field) is None:
        yield f"{field}: not computed"
        return
    theirs = numbers(expect[field])
    mine = reordered(np.atleast_1d(np.asarray(ours[field], dtype=float)), field, orders)
    if theirs.shape == (*mine.shape, 1):  # one quantity, listed as if there could be more
        mine = mine[..., None]
    if mine.shape != theirs.shape:
        yield f"{field}: got shape {mine.shape}, expected {theirs.shape}"
        return
    if field in UP_TO_SIGN:
        mine = mine * np.where((mine * theirs).sum(axis=0) < 0, -1.0, 1.0)
    allowed = rtol * np.abs(theirs) + ABSOLUTE * noise(field, scale, theirs)
    # A NaN of theirs asks for a NaN of ours; any other NaN compares as different.
    agree = (np.abs(mine - theirs) <= allowed) | (np.isnan(mine) & np.isnan(theirs))
    for place in map(tuple, np.argwhere(~agree)):
        index = ",".join(str(int(part)) for part in place)
        yield f"{field}[{index}]: got {mine[place]:.15g}, expected {theirs[place]:.15g}"


def noise(field: str, scale: Floats, theirs: Floats) -> Floats:
    """Size of the estimate behind each number, at least 1."""
    if field not in IN_UNITS:
        return np.ones(theirs.shape)
    size = np.maximum(1.0, np.nan_to_num(np.abs(scale)))
    if field == "vcov":
        flat = np.sqrt(size.ravel())
        return np.outer(flat, flat)
    return size[:, None] if theirs.ndim > size.ndim else size


def reordered(mine: Floats, field: str, orders: Mapping[str, list[int]]) -> Floats:
    """Put our numbers into the order of the published names."""
    rows = orders.get("names")
    if field == "df" or rows is None or mine.shape[0] != len(rows):
        return mine
    mine = mine[rows]
    if field == "vcov":
        return mine[:, rows]
    if mine.ndim > 1 and "y" in orders and field != "ci95_t":
        return mine[:, orders["y"]]
    return mine


def numbers(value: Any) -> Floats:
    """Read a number, a list or a matrix; null is NaN, and a text is an error."""
    array = np.atleast_1d(np.asarray(value, dtype=object))
    if any(not isinstance(item, int | float | None) for item in array.ravel()):
        raise TypeError(f"expected numbers, found {value!r}")
    return array.astype(float)


def listed(value: Any) -> list[str]:
    """Read one name or a list of names."""
    return [str(item) for item in (value if isinstance(value, list) else [value])]
