"""Claims meet the list: they become tokens of ballots, their answers those of ballots or open ones.

Runs in the worker alone, for answers are opened and sealed anew on the way. Nothing then links a
dossier with an answer beyond what its ballot does (decision 0033).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, Cell, Claim, MixingKey, OpenForm, Round, Token
from app.queries import due_claims
from app.queries.due_claims import DueClaim
from app.services import keys, populations, receipt_lists, recording, sealing, volunteers
from app.services.claims import OVER
from app.services.inserting import insert_new
from app.services.opening import new_keys
from app.services.present_keys import present_key
from app.services.recording import SYSTEM
from app.services.sealing import UnreadableBoxError
from app.services.volunteers import TOO_EARLY
from app.vocabulary import CellLevel, RoundState

AT_ONCE = 200
# From the draw on; and a round that is over must keep no claim.
STATES = tuple(state for state in RoundState if state not in TOO_EARLY)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Matched:
    """What became of claims.

    Attributes
    ----------
    tokens : int
        Became tokens of ballots, answered or not.
    answers : int
        Answers among them that their ballots took.
    open : int
        Answers that became open ones.
    doubled : int
        Answers that had also come as open ones; they count once.
    dropped : int
        Ended without an answer.
    """

    tokens: int = 0
    answers: int = 0
    open: int = 0
    doubled: int = 0
    dropped: int = 0


def unwatched(_done: int, _total: int) -> None:
    """Tell nobody."""


def match_all() -> None:
    """Match the claims of every round that is drawn; the clock calls this once a day."""
    for round_id in due_claims.rounds(STATES):
        match(round_id)


def match(round_id: int, progress: Progress = unwatched) -> Matched:
    """Match the claims of a round with its list, and end those that have waited long enough.

    Before the draw nothing happens: nobody knows whose ballots there will be. Once the round is
    over all claims end. Each transaction settles whole claims, so that whoever is stopped half
    way has lost and doubled nothing.

    Parameters
    ----------
    progress : callable
        Told how many of how many claims were looked at; called outside of transactions.
    """
    total, looked_at, last = due_claims.count(round_id), 0, b""
    found: Counter[str] = Counter()
    db.session.rollback()
    while True:
        with writing() as session:
            part = _part(session, round_id, last)
            if part is None or not part.claims:
                break
            part.settle()
            part.store()
        found.update(part.counts)
        last, looked_at = part.claims[-1].hash, looked_at + len(part.claims)
        progress(min(looked_at, total), total)
    if found["answers"] or found["open"] or found["doubled"]:
        _renew_key(round_id)
    return Matched(**found)


def _part(session: Session, round_id: int, after: bytes) -> "_Part | None":
    # The share lock makes a closing wait for us; answers to ballots are not held up.
    row = session.execute(
        select(Round.state, Round.plan).where(Round.id == round_id).with_for_update(read=True)
    ).one_or_none()
    if row is None or row.state in TOO_EARLY:
        return None
    kinds = (row.plan or {}).get(populations.KEY, {}).get("respondents", [])
    before = date.max if row.state in OVER else clock.today()
    claims = due_claims.locked(session, round_id, kinds, after=after, before=before, most=AT_ONCE)
    return _Part(session, round_id, row.state, before, claims)


@dataclass
class _Part:
    """Claims that one transaction settles.

    Attributes
    ----------
    before : date
        Claims whose last day lies before it have waited long enough.
    boxes : list of dict
        New rows, stored in the order of their random names.
    gone : list of bytes
        Claims that are settled.
    """

    session: Session
    round_id: int
    state: RoundState
    before: date
    claims: Sequence[DueClaim]
    boxes: list[dict[str, Any]] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    known: dict[int, tuple[int, bytes] | None] = field(default_factory=dict)

    @cached_property
    def cells(self) -> dict[volunteers.Place, int]:
        """The cells beside those of drawn dossiers."""
        return volunteers.cells_of(self.session, self.round_id)

    def settle(self) -> None:
        """Decide about each claim."""
        for claim, ballot_id, cell_id in self._matched():
            if not claim.spent:
                self._become_token(claim, ballot_id)
            elif box := self._sealed_for(claim, [cell_id]):
                self._become_token(claim, ballot_id)
                self._give_answer(claim, ballot_id, box)
            elif self._ends(claim):
                self._become_open(claim, claim.unit_id)
        for claim in self.claims:
            if claim.refuted or (self._ends(claim) and not self._has_place(claim)):
                self._end(claim)

    def _ends(self, claim: DueClaim) -> bool:
        return claim.until < self.before

    def _has_place(self, claim: DueClaim) -> bool:
        """Whether the claim is the list's; once the round is over, only if it has an answer."""
        listed = claim.dossier_id is not None and claim.proven
        return listed and (claim.spent or self.state not in OVER)

    def _matched(self) -> Iterator[tuple[DueClaim, int, int]]:
        """Go through the claims that ballots are there for, in one order for everybody."""
        claims = [
            (claim, claim.dossier_id)
            for claim in self.claims
            if claim.dossier_id is not None and self._has_place(claim)
        ]
        wanted = {dossier for _, dossier in claims}
        ballots = volunteers.ballots_for(self.session, self.round_id, wanted)
        query = select(Ballot.id, Ballot.cell_id).where(Ballot.id.in_(ballots.values()))
        cells = {row.id: row.cell_id for row in self.session.execute(query)}
        found = [(claim, ballots[dossier]) for claim, dossier in claims]
        for claim, ballot in sorted(found, key=lambda pair: (pair[1], pair[0].hash)):
            yield claim, ballot, cells[ballot]

    def _become_token(self, claim: DueClaim, ballot_id: int) -> None:
        token = {"ballot_id": ballot_id, "door": claim.door, "opens_on": claim.opens_on}
        insert_new(self.session, Token, [{"hash": claim.hash, **token}])
        self.gone.append(claim.hash)
        self.counts["tokens"] += 1

    def _give_answer(self, claim: DueClaim, ballot_id: int, box: dict[str, Any]) -> None:
        """Spend the ballot with the answer; where somebody was first it is an open one."""
        spent = self.session.execute(
            update(Ballot)
            .where(Ballot.id == ballot_id, ~Ballot.spent)
            .values(spent=True, accept=claim.accept)
            .returning(Ballot.id)
        ).all()
        if spent:
            self.boxes.append(box)
            self.counts["answers"] += 1
        else:
            self._become_open(claim, claim.dossier_unit)

    def _end(self, claim: DueClaim) -> None:
        if claim.spent:
            self._become_open(claim, claim.unit_id)
        else:
            self.gone.append(claim.hash)
            self.counts["dropped"] += 1

    def _become_open(self, claim: DueClaim, unit_id: int | None) -> None:
        """Let an answer go on without its dossier; a form that was also sent openly counts once."""
        self.gone.append(claim.hash)
        form = {"mark": claim.accept, "round_id": self.round_id}
        if insert_new(self.session, OpenForm, [form]):
            level = CellLevel.OPEN_UNIT
            leaves = [self.cells.get((level, unit)) for unit in (unit_id, None)]
            self.boxes.append(self._sealed_for(claim, leaves) or self._as_it_is(claim))
            self.counts["open"] += 1
        else:
            self.counts["doubled"] += 1

    def _sealed_for(self, claim: DueClaim, cells: Sequence[int | None]) -> dict[str, Any] | None:
        """Seal an answer anew for the first cell that has a key; None if it cannot be opened."""
        secret = keys.secret_half(claim.public or b"")
        for cell_id in filter(None, cells):
            if (key := self._key(cell_id)) is not None and secret is not None:
                number, public = key
                try:
                    ciphertext = sealing.reseal(secret, public, claim.ciphertext or b"")
                except UnreadableBoxError:
                    return None
                return self._box(cell_id, number, ciphertext)
        return None

    def _key(self, cell_id: int) -> tuple[int, bytes] | None:
        if cell_id not in self.known:
            self.known[cell_id] = present_key(self.session, cell_id)
        return self.known[cell_id]

    def _as_it_is(self, claim: DueClaim) -> dict[str, Any]:
        """Keep what nobody here can open as a box of the cell that waits, without its dossier."""
        return self._box(self.cells[CellLevel.WAITING, None], claim.key_id, claim.ciphertext)

    def _box(self, cell_id: int, key_id: int | None, ciphertext: bytes | None) -> dict[str, Any]:
        return {
            "id": secrets.token_hex(16),
            "round_id": self.round_id,
            "cell_id": cell_id,
            "key_id": key_id,
            "ciphertext": ciphertext,
        }

    def store(self) -> None:
        """Write the boxes, and delete the claims that became something else."""
        if not self.gone:
            return
        self.session.execute(delete(Claim).where(Claim.hash.in_(self.gone)))
        if self.boxes:
            self.session.execute(insert(Box), sorted(self.boxes, key=lambda box: str(box["id"])))
        recording.record(
            self.session, SYSTEM, "round.matched", f"round:{self.round_id}", **self.counts
        )
        if self.counts["answers"] or self.counts["open"] or self.counts["doubled"]:
            receipt_lists.record_if_final(self.session, self.round_id)


def _renew_key(round_id: int) -> None:
    """Put a new key in place, so that the one of settled answers can be destroyed."""
    waits = select(Cell.id).where(Cell.round_id == round_id, Cell.level == CellLevel.WAITING)
    present = MixingKey.cell_id.in_(waits), ~MixingKey.retired
    with new_keys(1) as (public,), writing() as session:
        if session.scalar(select(Round.state).where(Round.id == round_id)) in OVER:
            return  # its keys are retired with the rest
        retired = update(MixingKey).where(*present).values(retired=True)
        for cell_id in session.scalars(retired.returning(MixingKey.cell_id)).all():
            session.execute(insert(MixingKey).values(cell_id=cell_id, public=public, retired=False))
            recording.record(
                session, SYSTEM, "round.key_replaced", f"round:{round_id}", cell=cell_id
            )
