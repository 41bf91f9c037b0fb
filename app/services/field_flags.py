"""Why somebody should look at a unit: marks made from what is told of it."""

from enum import StrEnum

from app.queries.field_monitor import CodeState, SlipState
from app.services.field_forecast import Reach
from app.services.hiding import Told

# Fewer are chance; a fifth is more than papers get lost.
MANY_REISSUED, REISSUED_SHARE = 10, 0.2
# Of the rate of the whole round.
FEW_SHARE = 0.5


class Flag(StrEnum):
    """Why somebody should look at a unit."""

    FEW = "few"
    REISSUED = "reissued"
    SLIPS = "slips"


def flags(few: bool, slips: SlipState | None, codes: CodeState | None) -> tuple[Flag, ...]:
    """List the marks of a unit."""
    marks = {
        Flag.FEW: few,
        Flag.REISSUED: codes is not None and often_reissued(codes),
        Flag.SLIPS: slips is not None and unsettled(slips),
    }
    return tuple(flag for flag, marked in marks.items() if marked)


def is_few(answered: Told, drawn: int, usual: float | None) -> bool:
    """Whether certainly less than half as large a share answered as in the whole round."""
    if answered.high is None or usual is None or not drawn:
        return False
    return answered.high / drawn < usual * FEW_SHARE


def few(answered: Told, drawn: int, usual: float | None, reach: Reach) -> bool:
    """Whether a unit has few answers: too few by the end, or far fewer than usual.

    Parameters
    ----------
    usual : float, optional
        Response rate of the round, where it is told.
    """
    return reach is Reach.UNLIKELY or is_few(answered, drawn, usual)


def often_reissued(codes: CodeState) -> bool:
    """Whether codes were asked for again more often than papers get lost."""
    many = codes.reissued >= MANY_REISSUED
    return many and codes.reissued >= codes.issued * REISSUED_SHARE


def unsettled(slips: SlipState) -> bool:
    """Whether runs of earlier days wait to be reconciled, or slips are missing."""
    return bool(slips.open_runs) or slips.missing != 0
