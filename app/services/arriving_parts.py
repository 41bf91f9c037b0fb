"""A part of a list that came: new dossiers are stored and decided on, known ones looked at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models import Arrival, ArrivingPeriod, Ballot, Cell, Dossier, Frame, Round, Unit
from app.services import asked_list, contacts, frame_staging, populations, secrets
from app.services.arriving import PURPOSE
from app.services.arriving_plans import TAKES_LISTS, is_arriving, unit_of
from app.services.errors import NotFoundError, WrongStateError
from app.texts import N_
from app.vocabulary import CellLevel, FrameState
from sampling.arriving import drawn_among
from sampling.dossier import Dossier as ListedDossier
from sampling.draw_plan import JOINED_BY
from sampling.listing.contacts import Contact as ListedContact
from sampling.seeding import SECRET_BYTES, tidy

DRAWN = "P"


@dataclass(frozen=True)
class Period:
    """A round that takes lists, locked against its end and against other lists."""

    round_id: int
    frame_id: int
    seed: bytes = field(repr=False)
    rates: Mapping[str, str]
    by_field: bool
    respondents: tuple[str, ...]

    def stratum(self, dossier: ListedDossier) -> str:
        """Name the stratum of a dossier."""
        if not self.by_field:
            return dossier.unit
        return f"{dossier.unit}{JOINED_BY}{tidy(dossier.field)}"

    def asks(self, dossier: ListedDossier) -> bool:
        """Whether the dossier is one of the people whom the round asks."""
        return not self.respondents or dossier.respondent_kind in self.respondents

    def places(self, dossier: ListedDossier) -> bool:
        """Whether the dossier can be stored: one that may be drawn needs a stratum."""
        return not self.asks(dossier) or self.stratum(dossier) in self.rates


@dataclass(frozen=True)
class Settled:
    """What became of a part.

    Attributes
    ----------
    unplaced : int
        Dossiers of no stratum of the plan, which were left out.
    faults : tuple of dict
        These, and known ones that tell something else than before: code, column, values.
    """

    unplaced: int
    faults: tuple[dict[str, Any], ...]


def locked_period(session: Session, round_id: int) -> Period:
    """Lock the list of an arriving round; who answers does not wait, an end of the round does.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If its dossiers do not arrive, or it is over.
    """
    share = select(Round.state, Round.plan).where(Round.id == round_id).with_for_update(read=True)
    found = session.execute(share).one_or_none()
    if found is None:
        raise NotFoundError()
    if not is_arriving(found.plan) or found.state not in TAKES_LISTS:
        raise WrongStateError(N_("This round takes no lists: its dossiers do not arrive any more."))
    current = (Frame.round_id == round_id, Frame.state == FrameState.CURRENT)
    frame_id = session.scalars(select(Frame.id).where(*current).with_for_update()).one()
    sealed = session.get_one(ArrivingPeriod, round_id).sealed
    return Period(
        round_id,
        frame_id,
        secrets.unseal(PURPOSE, sealed)[:SECRET_BYTES],
        found.plan["rates"],
        found.plan["stratify_by"] == "unit_field",
        tuple(found.plan[populations.KEY]["respondents"]),
    )


def settle(
    session: Session,
    period: Period,
    list_id: int,
    dossiers: Sequence[ListedDossier],
    contacted: Sequence[ListedContact],
    ids: Mapping[str, int],
) -> Settled:
    """Store the new dossiers of a part with their ballots, in the caller's transaction.

    Parameters
    ----------
    contacted : sequence of Contact
        One for each dossier, in the same order.
    ids : mapping of str to int
        Numbers of units by code.

    Raises
    ------
    WrongStateError
        If a unit is no longer known.
    """
    known = _known(session, period, [dossier.code for dossier in dossiers])
    new, outside = [], []
    for dossier, contact in zip(dossiers, contacted, strict=True):
        if dossier.code not in known and period.places(dossier):
            new.append((dossier, contact))
        elif dossier.code not in known:
            outside.append(dossier)
    repeated = [dossier for dossier in dossiers if dossier.code in known]
    if not {dossier.unit for dossier, _ in new} <= ids.keys():
        raise WrongStateError()
    _add(session, period, list_id, new, ids)
    faults = [_unplaced(period, dossier) for dossier in outside]
    faults += [fault for dossier in repeated for fault in _look_again(session, known, dossier)]
    return Settled(len(outside), tuple(faults))


@dataclass(frozen=True)
class _Known:
    id: int
    unit: str
    field: str
    finished: Any


def _known(session: Session, period: Period, codes: Sequence[str]) -> dict[str, _Known]:
    query = (
        select(Dossier.code, Dossier.id, Unit.code.label("unit"), Dossier.field, Dossier.finished)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == period.frame_id, Dossier.code.in_(codes))
    )
    rows = session.execute(query)
    return {row.code: _Known(row.id, row.unit, row.field, row.finished) for row in rows}


def _add(
    session: Session,
    period: Period,
    list_id: int,
    new: Sequence[tuple[ListedDossier, ListedContact]],
    ids: Mapping[str, int],
) -> None:
    if not new:
        return
    stored = frame_staging.add(session, period.frame_id, [dossier for dossier, _ in new], ids)
    contacts.store(session, [(stored[contact.code], contact) for _, contact in new])
    session.execute(
        insert(Arrival), [{"dossier_id": one, "list_id": list_id} for one in stored.values()]
    )
    more = {"dossiers": Frame.dossiers + len(new)}
    session.execute(update(Frame).where(Frame.id == period.frame_id).values(more))
    _decide(session, period, [dossier for dossier, _ in new if period.asks(dossier)], stored)


def _decide(
    session: Session, period: Period, asked: Sequence[ListedDossier], stored: Mapping[str, int]
) -> None:
    codes = [dossier.code for dossier in asked]
    strata = [period.stratum(dossier) for dossier in asked]
    drawn = drawn_among(period.seed, codes, strata, period.rates).tolist()
    cells = _strata(session, period.round_id, {*strata})
    ballots: list[dict[str, Any]] = [
        {
            "round_id": period.round_id,
            "dossier_id": stored[code],
            "cell_id": cells[stratum],
            "drawn": DRAWN,
            # Nobody ranks dossiers that are decided on one by one.
            "rank": 0,
            "spent": False,
        }
        for code, stratum, chosen in zip(codes, strata, drawn, strict=True)
        if chosen
    ]
    if ballots:
        session.execute(insert(Ballot), ballots)
        drawn_round = session.get_one(Round, period.round_id)
        asked_list.add(session, drawn_round, [ballot["dossier_id"] for ballot in ballots])
    chosen_strata = [stratum for stratum, chosen in zip(strata, drawn, strict=True) if chosen]
    _grow(session, period.round_id, Counter(strata), Counter(chosen_strata))


def _strata(session: Session, round_id: int, labels: set[str]) -> dict[str, int]:
    query = select(Cell.label, Cell.id).where(
        Cell.round_id == round_id, Cell.level == CellLevel.STRATUM, Cell.label.in_(labels)
    )
    return dict(session.execute(query).all())


def _grow(session: Session, round_id: int, arrived: Counter[str], drawn: Counter[str]) -> None:
    """Add what arrived to the cells of the strata, and to those around them."""
    units, of_unit = Counter[str](), Counter[str]()
    for label, count in arrived.items():
        units[unit_of(label)] += count
        of_unit[unit_of(label)] += drawn[label]
    changes = [(CellLevel.STRATUM, label, arrived[label], drawn[label]) for label in arrived]
    changes += [(CellLevel.UNIT, code, units[code], of_unit[code]) for code in units]
    changes += [(CellLevel.VOLUNTEER_UNIT, code, units[code] - of_unit[code], 0) for code in units]
    whole, chosen = arrived.total(), drawn.total()
    changes += [
        (CellLevel.ROUND, "round", whole, chosen),
        (CellLevel.VOLUNTEER_ROUND, "round", whole - chosen, 0),
    ]
    for level, label, population, ballots in changes:
        own = (Cell.round_id == round_id, Cell.level == level, Cell.label == label)
        more = {"population": Cell.population + population, "drawn": Cell.drawn + ballots}
        session.execute(update(Cell).where(*own).values(more))


def _unplaced(period: Period, dossier: ListedDossier) -> dict[str, Any]:
    found = period.stratum(dossier)
    return {"code": dossier.code, "column": "stratum", "stored": "", "found": found}


def _look_again(
    session: Session, known: Mapping[str, _Known], dossier: ListedDossier
) -> list[dict[str, Any]]:
    """Compare a known dossier; a result that came since is added, nothing else changes."""
    before = known[dossier.code]
    if before.finished is None and dossier.finished is not None:
        result = {"finished": dossier.finished.date(), "status": dossier.status}
        session.execute(update(Dossier).where(Dossier.id == before.id).values(result))
    pairs = {"unit": (before.unit, dossier.unit), "field": (before.field, dossier.field)}
    return [
        {"code": dossier.code, "column": name, "stored": old, "found": new}
        for name, (old, new) in pairs.items()
        if old != new
    ]
