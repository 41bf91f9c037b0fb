"""Papers of invented draws, as they would be published, and the verifier run over them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sampling.apart import Owners
from sampling.ceremony import Ceremony
from sampling.dossier import Dossier
from sampling.draw_plan import DrawPlan, read_draw_plan
from sampling.draw_record import AskedList, Commitment, DrawRecord, canonical
from sampling.public_draw import PublicDraw, drawn, promised
from sampling.salted_frame import SaltedFrame
from sampling.seeding import commitment
from sampling.verify_sample import check

KEY, SECRET = bytes(range(32)), bytes(range(32, 64))
TIME = "2026-10-01T08:00:00+07:00"
NUMBER = "274 913"
RECEIVED = datetime(2026, 9, 1)  # noqa: DTZ001  (no draw looks at it)


@dataclass(frozen=True)
class Papers:
    """Everything that the verifier reads, and what the sample came to."""

    commitment: bytes
    record: bytes
    frame: bytes
    revealed: bytes
    draw: PublicDraw

    def faults(self) -> list[str]:
        """What the verifier says."""
        return faults(self.record, self.frame, self.commitment, self.revealed)

    def with_record(self, record: DrawRecord) -> "Papers":
        return replace(self, record=canonical(record.document()))


def faults(
    record: bytes,
    frame: bytes,
    commitment: bytes | None,
    revealed: bytes | None,
    asked: bytes | None = None,
) -> list[str]:
    given = {"record": record, "frame": frame, "commitment": commitment, "revealed": revealed}
    return list(check(given | {"asked": asked}))


def plan_of(text: str) -> DrawPlan:
    plan, found = read_draw_plan(text.encode())
    assert plan is not None, [fault.line("en") for fault in found]
    return plan


def dossiers(rows: Sequence[tuple[str, ...]]) -> list[Dossier]:
    """Make dossiers of (code, unit, field, kind), the last two optional."""
    return [
        Dossier(
            code=row[0],
            unit=row[1],
            received=RECEIVED,
            field=row[2] if len(row) > 2 else "",
            respondent_kind=row[3] if len(row) > 3 else "",
        )
        for row in rows
    ]


def papers_of(
    plan: DrawPlan,
    rows: Sequence[Dossier],
    secret: bytes = SECRET,
    number: str = NUMBER,
    key: bytes = KEY,
) -> Papers:
    """Commit, draw and reveal as an office alone does."""
    frame = SaltedFrame.of(rows, key)
    arriving = plan.method == "arriving"
    promise = promised(plan, None if arriving else frame, secret, TIME)
    done = drawn(promise, frame, [secret], "" if arriving else number)
    return written(canonical(promise.document()), done, frame, [secret])


def apart_papers(
    plan: DrawPlan, rows: Sequence[Dossier], owners: Owners, asked: AskedList
) -> Papers:
    """Do it with owners, none of whom is asked twice."""
    frame = SaltedFrame.of(rows, KEY, owners)
    promise = promised(plan, frame, SECRET, TIME, asked)
    done = drawn(promise, frame, [SECRET], NUMBER)
    return written(canonical(promise.document()), done, frame, [SECRET])


def ceremony_papers(plan: DrawPlan, rows: Sequence[Dossier], silent: Sequence[str]) -> Papers:
    """Do the same with three parties, some of which stay silent."""
    parties = {name: bytes([at]) * 32 for at, name in enumerate(("Sở Nội vụ", "MTTQ", "Báo chí"))}
    promises = {name: commitment(secret, name) for name, secret in parties.items()}
    held = Ceremony.opened(promises, "20 con xúc xắc", TIME)
    for name in [name for name in parties if name not in silent]:
        held = held.revealed(name, parties[name])
    held = held.with_number(NUMBER)
    return with_commitment(plan, rows, held.commitment, held.known())


def with_commitment(
    plan: DrawPlan, rows: Sequence[Dossier], agreed: Commitment, known: Sequence[bytes | None]
) -> Papers:
    frame = SaltedFrame.of(rows, KEY)
    promise = promised(plan, frame, agreed)
    return written(
        canonical(promise.document()), drawn(promise, frame, known, NUMBER), frame, known
    )


def written(
    promise: bytes, done: PublicDraw, frame: SaltedFrame, known: Sequence[bytes | None]
) -> Papers:
    secrets = [secret.hex() if secret is not None else None for secret in known]
    revealed = json.dumps({"secrets": secrets}).encode()
    return Papers(promise, canonical(done.record.document()), frame.csv(), revealed, done)
