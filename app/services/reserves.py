"""Reserves of a stratum: asked for by the rule, agreed to by a second person, put to use once.

They are the next ranks of the same draw, worked out again from its seed and its list; nobody
chooses them (decision 0047).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import FrameDraw, ReserveRelease, Round
from app.queries import approvals, cases, frames, rounds as round_rows
from app.queries.cases import ReleaseView
from app.services import (
    apart,
    asked_list,
    drawing_again,
    four_eyes,
    jobs,
    populations,
    recording,
    records,
    reserve_ballots,
    reserve_strata,
    rounds,
)
from app.services.case_rules import Reserve
from app.services.drawing_again import Ranked
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.four_eyes import RELEASE_RESERVES
from app.services.leases import Concluding, open_end
from app.services.plans import Plan, plan_hash
from app.services.recording import Actor
from app.services.secrets import tag
from app.texts import N_
from app.vocabulary import JobKind, RoundState


@dataclass(frozen=True)
class Released:
    """What a release put to use."""

    stratum: str
    first_rank: int
    count: int
    hash: str


def ask(actor: Actor, round_id: int, cell_id: int, count: int, reason: str) -> int:
    """Ask for the next reserves of a stratum; another person decides.

    Returns
    -------
    int
        Number of what is asked for.

    Raises
    ------
    InvalidInputError
        If the rule does not let so many go, or no reason is given.
    WrongStateError
        If the round is not open, or something else is asked for the stratum already.
    """
    four_eyes.checked_reason(reason)
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        _require_open(found)
        stratum = reserve_strata.of_stratum(round_id, cell_id)
        _require_free(stratum.reserve, count)
        first = stratum.reserve.size + stratum.reserve.released + 1
        row = _asked(session, found, cell_id, first, count)
        asked = row.id
    four_eyes.ask(actor, RELEASE_RESERVES, object_of(asked), _digest(asked), reason)
    return asked


def _asked(session: Session, found: Round, cell_id: int, first: int, count: int) -> ReserveRelease:
    """Keep what is asked for; what nobody waits for any more gives way to it."""
    query = select(ReserveRelease).where(
        ReserveRelease.cell_id == cell_id, ReserveRelease.released_at.is_(None)
    )
    row = session.scalar(query.with_for_update())
    if row is None:
        row = ReserveRelease(round_id=found.id, cell_id=cell_id, asked_at=clock.now())
        session.add(row)
    elif (row.first_rank, row.count) != (first, count) and standing(row.id):
        raise WrongStateError(four_eyes.ALREADY_ASKED)
    row.first_rank, row.count = first, count
    session.flush()
    return row


def standing(release_id: int) -> str:
    """Tell where the decision stands: waiting, approved, or "" when there is none."""
    found = approvals.standing(RELEASE_RESERVES, object_of(release_id))
    return found.state if found and found.digest == _digest(release_id) else ""


def object_of(release_id: int) -> str:
    """Name what a second person decides about."""
    return f"reserves:{release_id}"


def _digest(release_id: int) -> str:
    """Hash all that the decision is about: the draw, the stratum, the ranks."""
    found = cases.release(release_id)
    if found is None:
        raise NotFoundError()
    hashes = db.session.execute(
        select(Round.plan_hash, FrameDraw.frame_hash, FrameDraw.seed)
        .join(FrameDraw, FrameDraw.round_id == Round.id)
        .where(Round.id == found.round_id)
    ).first()
    return four_eyes.digest(
        release=found.id,
        stratum=found.stratum,
        first=found.first_rank,
        count=found.count,
        draw=[str(value) for value in hashes or ()],
    )


def ask_release(actor: Actor, round_id: int, release_id: int) -> int:
    """Ask the worker to put to use what was agreed to; the number of its job.

    Raises
    ------
    NotFoundError
        If nothing of the kind was asked for in the round.
    WrongStateError
        If nobody else has agreed, or it was done.
    """
    found = cases.release(release_id)
    if found is None or found.round_id != round_id:
        raise NotFoundError()
    if found.released or standing(release_id) != "approved":
        raise WrongStateError()
    asked = {"round_id": found.round_id, "release_id": release_id}
    return jobs.ask(actor, JobKind.DRAW, asked, subject=object_of(release_id))


def release(actor: Actor, release_id: int, conclude: Concluding[Released] = open_end) -> Released:
    """Give ballots to the reserves that were agreed to; done before, it changes nothing.

    Parameters
    ----------
    conclude : callable
        Ends the job that asked for it, in the same transaction.

    Raises
    ------
    NotFoundError
        If nothing of the kind was asked for.
    WrongStateError
        If the round is not open, its list or plan is no longer that of the draw, the rule
        does not let so many go any more, or nobody else has agreed.
    """
    db.session.rollback()  # the worker's session may still see an older state
    asked = cases.release(release_id)
    if asked is None:
        raise NotFoundError()
    ranked = _ranked_again(asked)
    wanted = ranked[asked.first_rank - 1 : asked.first_rank - 1 + asked.count]
    done = Released(asked.stratum, asked.first_rank, asked.count, ranks_hash(wanted))
    with writing() as session:
        found = rounds.locked_round(session, asked.round_id)
        row = session.get_one(ReserveRelease, release_id, populate_existing=True)
        if row.released_at is None:
            _require_open(found)
            stratum = reserve_strata.of_stratum(found.id, row.cell_id)
            _require_free(stratum.reserve, row.count)
            if (row.first_rank, row.count) != (asked.first_rank, len(wanted)):
                raise WrongStateError()
            digest = _digest(release_id)
            approval = four_eyes.use(session, RELEASE_RESERVES, object_of(release_id), digest)
            _require_drawn_before(session, found.id, ranked[: row.first_rank - 1])
            row.apart = reserve_ballots.add(session, found.id, row.cell_id, wanted)
            asked_list.add(session, found, [each.dossier_id for each in wanted])
            row.released_at, row.ranks_hash, row.approval_id = clock.now(), done.hash, approval
            papers = records.add_release(session, found.id, asked.stratum, row.count, approval)
            _record(session, actor, found, row, asked.stratum, papers)
        conclude(session, done)
    return done


def _record(
    session: Session,
    actor: Actor,
    found: Round,
    row: ReserveRelease,
    stratum: str,
    papers: dict[str, str],
) -> None:
    recording.record(
        session,
        actor,
        "reserves.released",
        f"round:{found.id}",
        release=row.id,
        stratum=stratum,
        first=row.first_rank,
        count=row.count,
        ranks=row.ranks_hash,
        approval=row.approval_id,
        plan=found.plan_hash,
        **papers,
    )


def _ranked_again(asked: ReleaseView) -> list[Ranked]:
    """Rank the stratum again from the stored seed, if list and plan are those of the draw."""
    found, frame = round_rows.one(asked.round_id), frames.of_round(asked.round_id)
    drawn = db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == asked.round_id))
    if found is None or found.plan is None or frame is None or drawn is None or not drawn.seed:
        raise WrongStateError()
    if plan_hash(found.plan) != found.plan_hash:
        raise WrongStateError(CHANGED)
    listed = frames.rows(frame.id)
    if populations.hash_of(listed) != drawn.frame_hash:
        raise WrongStateError(CHANGED)
    own = populations.drawable(listed, found.plan)
    seed, purpose = bytes.fromhex(drawn.seed), drawn.purpose
    plan = Plan.of_document(found.plan)
    if plan.apart:
        told = apart.promised_sizes(asked.round_id)
        owners = apart.owners(asked.round_id, plan) or {}
        return drawing_again.ranked_apart(seed, purpose, own, plan, owners, told)[asked.stratum]
    return drawing_again.ranked(seed, purpose, own, plan, asked.stratum)


def _require_drawn_before(session: Session, round_id: int, before: Sequence[Ranked]) -> None:
    """See that the ranks before are the ballots there are, or the draw is not the one repeated."""
    if not reserve_ballots.are_drawn(session, round_id, [each.dossier_id for each in before]):
        raise WrongStateError(CHANGED)


def ranks_hash(ranked: Sequence[Ranked]) -> str:
    """Keyed hash of the canonical JSON of [rank, code] pairs in the order of ranks.

    Codes run in sequence: without a key, whoever reads the log could try them (0044).
    """
    pairs = tuple((each.rank, each.code) for each in ranked)
    return tag("reserves", rfc8785.dumps(pairs)).hex()


def _require_open(found: Round) -> None:
    if found.state is not RoundState.OPEN:
        raise WrongStateError(N_("Reserves are put to use while a round is open."))


def _require_free(reserve: Reserve, count: int) -> None:
    if not 1 <= count <= reserve.free:
        raise InvalidInputError(TOO_MANY, most=reserve.free)


CHANGED = N_("The list or the plan is no longer that of the draw: no reserve was put to use.")
TOO_MANY = N_("By the rule at most %(most)s reserves of this stratum may be put to use now.")
