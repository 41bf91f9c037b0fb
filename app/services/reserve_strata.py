"""What the rule says of the reserves of each stratum: planned, in use, and free to be asked for."""

from dataclasses import dataclass, replace
from datetime import date

from app import clock
from app.queries import cases, rounds as round_rows
from app.queries.cases import ReleaseView, StratumSize
from app.queries.rounds import RoundView
from app.services import case_rules, fieldwork
from app.services.case_rules import Reserve
from app.services.errors import NotFoundError
from app.services.plans import reserve_share


@dataclass(frozen=True)
class StratumReserve:
    """A stratum, its reserves, and what is asked for and not put to use yet."""

    cell_id: int
    label: str
    name: str
    reserve: Reserve
    pending: ReleaseView | None


def of_round(round_id: int, day: date | None = None) -> list[StratumReserve]:
    """Tell what each stratum may have, by label.

    Parameters
    ----------
    day : date, optional
        The day it is told for; today if it is not said.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    found = round_rows.one(round_id)
    if found is None:
        raise NotFoundError()
    share = share_of(found)
    listed, used = cases.releases(round_id), cases.released(round_id)
    pending = {each.cell_id: each for each in listed if not each.released}
    ended = cases.ended(round_id)
    lost = {stratum: case_rules.lost(outcomes) for stratum, outcomes in ended.items()}
    stopped = fieldwork.stopped(found, day or clock.today())
    return [
        StratumReserve(
            each.id,
            each.label,
            each.name,
            replace(
                _reserve(each, used.get(each.id, 0), share, lost.get(each.id, 0)),
                stopped=each.id in stopped,
            ),
            pending.get(each.id),
        )
        for each in cases.strata(round_id)
    ]


def share_of(found: RoundView) -> float:
    """Tell how many reserves the plan allows, as a share of a stratum's sample."""
    return reserve_share(found.plan or {})


def _reserve(stratum: StratumSize, used: int, share: float, lost: int) -> Reserve:
    size = stratum.drawn - used
    left = stratum.population - stratum.drawn
    return Reserve(size, case_rules.planned(size, share), used, lost, left)


def of_stratum(round_id: int, cell_id: int) -> StratumReserve:
    """Find a stratum of a round.

    Raises
    ------
    NotFoundError
        If the round has no such stratum.
    """
    for each in of_round(round_id):
        if each.cell_id == cell_id:
            return each
    raise NotFoundError()
