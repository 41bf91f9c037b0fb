"""Committing to a draw of dossiers that are still to arrive (decision 0049)."""

import secrets as random
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import ArrivingPeriod, Cell, Frame, FrameDraw, Round
from app.queries import units
from app.queries.units import UnitView
from app.services import audiences, populations, recording, rounds, secrets, states, volunteers
from app.services.arriving_plans import ArrivingPlan, unit_of
from app.services.errors import InvalidInputError
from app.services.plans import plan_hash, purpose_of
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import CellLevel, FrameState, RoundState
from sampling.draw_plan import DrawPlan
from sampling.draw_record import ARRIVING, Promise, canonical
from sampling.frame import frame_hash
from sampling.public_draw import promised
from sampling.salted_frame import KEY_BYTES
from sampling.seeding import SECRET_BYTES, commitment

PURPOSE = "arriving"


def commit(actor: Actor, round_id: int, plan: ArrivingPlan) -> str:
    """Fix the rates and the seed of a period, and make its cells; dossiers arrive afterwards.

    The seed is sealed with the installation's secret. Nobody reads it again but the worker, for
    each dossier that arrives, and the end of the round, which publishes it.

    Returns
    -------
    str
        The commitment: SHA-256 of the seed, in hexadecimal digits.

    Raises
    ------
    InvalidInputError
        If the plan has faults.
    WrongStateError
        If the round has a list or a plan already.
    """
    faults = plan.faults()
    if faults:
        raise InvalidInputError(N_("The plan cannot be committed to."), faults)
    seed, key = random.token_bytes(SECRET_BYTES), random.token_bytes(KEY_BYTES)
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        states.step(states.ROUND_EDGES, found.state, RoundState.FRAMED)
        kinds = audiences.respondents(found.questionnaire_code)
        purpose = purpose_of(audiences.audience(found.questionnaire_code), dry_run=found.dry_run)
        document = plan.document(purpose) | {populations.KEY: {"respondents": list(kinds)}}
        found.plan, found.plan_hash = document, plan_hash(document)
        # There is nothing to draw from yet, and nothing left to decide: the draw is done.
        found.state = states.step(states.ROUND_EDGES, RoundState.FRAMED, RoundState.DRAWN)
        promise = promise_of(plan, found, seed)
        _add_rows(session, found, promise, purpose, secrets.seal(PURPOSE, seed + key))
        add_cells(session, found, sorted(plan.rates), units.units_on(clock.today()))
        recording.record(
            session,
            actor,
            "round.committed",
            f"round:{round_id}",
            mode=ARRIVING,
            purpose=purpose,
            plan=found.plan_hash,
            promise=promise.hash(),
            commitment=commitment(seed),
            strata=len(plan.rates),
        )
    return commitment(seed)


def promise_of(plan: ArrivingPlan, found: Round, seed: bytes) -> Promise:
    """Write what is published before the period."""
    document = found.plan or {}
    drawing = DrawPlan(
        method=ARRIVING,
        source="",
        purpose=document["purpose"],
        stratify_by=plan.columns,
        respondents=tuple(document[populations.KEY]["respondents"]),
        rates=plan.rates,
        hash=found.plan_hash or "",
    )
    return promised(drawing, None, seed, clock.now().isoformat(timespec="seconds"))


def _add_rows(
    session: Session, found: Round, promise: Promise, purpose: str, sealed: bytes
) -> None:
    content = canonical(promise.document())
    session.add(ArrivingPeriod(round_id=found.id, promise=content, sealed=sealed))
    session.add(
        Frame(
            round_id=found.id,
            state=FrameState.CURRENT,
            filename="",
            file_hash="",
            hash=frame_hash([]),
            dossiers=0,
            imported_at=clock.now(),
        )
    )
    [party] = promise.commitment.parties
    session.add(
        FrameDraw(
            round_id=found.id,
            # There is no list: the promise is what this draw is bound to.
            frame_hash=promise.hash(),
            purpose=purpose,
            commitment=party.hash,
            secret="",
            committed_at=clock.now(),
        )
    )


def add_cells(
    session: Session, found: Round, strata: Sequence[str], known: Sequence[UnitView]
) -> None:
    """Make the cells of a round, all empty yet: they get keys when it opens.

    Raises
    ------
    InvalidInputError
        If a stratum belongs to no unit.
    """
    ids = {unit.code: unit.id for unit in known}
    if not {unit_of(label) for label in strata} <= ids.keys():
        raise InvalidInputError(N_("A unit of the plan is not known any more."))
    of_unit = defaultdict(list)
    for label in strata:
        of_unit[unit_of(label)].append(label)
    whole = _cell(found.id, CellLevel.ROUND, "round", None, None)
    session.add(whole)
    session.flush()
    parents = {code: _cell(found.id, CellLevel.UNIT, code, whole.id, ids[code]) for code in of_unit}
    session.add_all(parents.values())
    session.flush()
    session.execute(
        insert(Cell),
        [
            {
                "round_id": found.id,
                "level": CellLevel.STRATUM,
                "label": label,
                "unit_id": ids[code],
                "parent_id": parents[code].id,
                "population": 0,
                "drawn": 0,
            }
            for code, labels in of_unit.items()
            for label in labels
        ],
    )
    volunteers.cells_of(session, found.id)


def _cell(
    round_id: int, level: CellLevel, label: str, parent_id: int | None, unit_id: int | None
) -> Cell:
    return Cell(
        round_id=round_id,
        level=level,
        label=label,
        parent_id=parent_id,
        unit_id=unit_id,
        population=0,
        drawn=0,
    )
