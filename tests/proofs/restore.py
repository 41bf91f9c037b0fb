"""A full office is backed up, thrown away and restored; a thief of the backup learns nothing.

`make prove NAME=restore` takes 100,000 answers, 20,000 waiting boxes and 50,000 contacts. Times
are told as multiples of SQLite's own copy of the same file in the same run.
"""

import io
import re
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Insert, func, insert, select

from app.database import writing
from app.extensions import db
from app.models import Answer, Ballot, Box, Cell, Contact, Dossier, Frame, MixingKey, Round
from app.queries import boxes as box_rows
from app.services import data_keys, keys, opening, sealing
from app.services.data_keys import CONTACT, OtherSecretError
from app.services.moving import (
    archive,
    backing_up,
    checks,
    container,
    restoring,
    rows,
    snapshots,
    tables,
)
from app.services.moving.errors import WrongKeyError
from app.services.recording import SYSTEM
from app.services.sealing import Content
from tests.app.moving_factory import LOCK, OTHER_LOCK, installation, restored_bytes
from tests.app.round_factory import make_round

AT_ONCE = 2000
# Stands in the clear on purpose: whoever searches must be able to find something.
CONTROL = "KIEM-SOAT-7f3a"
PHONE, COMMENT = re.compile(rb"\+8490\d{7}"), re.compile("bí mật [0-9a-f]{16}".encode())
FULL, QUICK = (100_000, 20_000, 50_000), (300, 60, 150)


@dataclass
class Outcome:
    """What the run saw; `wrong` is empty when all is as it should be."""

    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    bytes: int = 0

    def expect(self, found: object, wanted: object, what: str) -> None:
        if found != wanted:
            self.wrong.append(f"{what}: {found!r} instead of {wanted!r}")


@dataclass(frozen=True)
class Planted:
    """What must not be found in a stolen backup."""

    round_id: int
    phones: list[str]
    comments: list[str]
    key_files: list[bytes]


def run(folder: Path, answers: int, boxes: int, contacts: int) -> Outcome:
    """Fill, back up, throw away, restore, check, steal."""
    outcome, path = Outcome(), folder / "a.backup"
    home = folder / "home"
    with installation(home):
        planted = fill(answers, boxes, contacts)
        db.session.remove()
        outcome.seconds["sqlite copy"] = timed(lambda: sqlite_copy(home, folder / "copy.db"))
        outcome.seconds["backup"] = timed(lambda: backing_up.back_up(path, LOCK))
        before = {table.name: table for table in sums()}
    outcome.expect(bool(planted.key_files), True, "keys were on the disk")
    shutil.rmtree(home)
    with installation(folder / "new"):
        outcome.seconds["restore"] = timed(lambda: check_restored(outcome, path, planted, boxes))
        after = {table.name: table for table in sums()}
        expected_changes = {"log_entry", "log_head", "office_setting", "mixing_key"}
        changed = {name for name in before if before[name] != after[name]}
        outcome.expect(changed - expected_changes, set(), "tables that changed")
        outcome.rows = sum(table.rows for table in after.values())
        check_stolen(outcome, path, planted)
    outcome.bytes = path.stat().st_size
    return outcome


def sums() -> tuple[archive.TableSum, ...]:
    with snapshots.snapshot(db.engine) as connection:
        return archive.sums(connection)


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def sqlite_copy(home: Path, path: Path) -> None:
    """Copy the file as `sqlite3 .backup` does."""
    with sqlite3.connect(home / "khaosat.db") as source, sqlite3.connect(path) as target:
        source.backup(target)


def fill(answers: int, boxes: int, contacts: int) -> Planted:
    """Store rows directly, as the program would have left them."""
    made = make_round({"TB": {"land": 2}})
    opening.open_round(SYSTEM, made.id)
    (key,) = box_rows.current_keys(made.id)
    db.session.rollback()
    phones = [f"+8490{secrets.randbelow(10**7):07d}" for _ in range(contacts)]
    comments = [f"bí mật {secrets.token_hex(8)}" for _ in range(boxes)]
    with writing() as session:
        frame = session.scalars(select(Frame.id)).one()
        unit = session.scalars(select(Cell.unit_id).where(Cell.unit_id.is_not(None))).first()
        first = (session.scalar(select(func.max(Dossier.id))) or 0) + 1
        numbers = range(first, first + max(answers + boxes, contacts))
        many(insert(Dossier), (
            {"id": n, "frame_id": frame, "code": f"{CONTROL}-{n}", "unit_id": unit,
             "received": date(2026, 1, 2)}
            for n in numbers
        ))  # fmt: skip
        many(insert(Ballot), (
            {"round_id": made.id, "dossier_id": n, "cell_id": key.cell_id, "drawn": "P",
             "rank": n, "spent": True, "accept": secrets.token_bytes(32)}
            for n in numbers[: answers + boxes]
        ))  # fmt: skip
        many(insert(Answer), (
            {"rid": secrets.token_hex(16), "round_id": made.id, "cell_id": key.cell_id,
             "answers": {f"q{n}": str(n % 5) for n in range(20)}}
            for _ in range(answers)
        ))  # fmt: skip
        many(insert(Box), (
            {"id": secrets.token_hex(16), "round_id": made.id, "cell_id": key.cell_id,
             "key_id": key.id, "ciphertext": sealed(key.public, comment)}
            for comment in comments
        ))  # fmt: skip
        phone = data_keys.present(session, CONTACT)
        many(insert(Contact), (
            {"dossier_id": n, "key_id": phone.id, "phone_index": secrets.token_bytes(32),
             "phone_sealed": phone.seal(number.encode(), f"contact:{n}"),
             "person_role": "", "barred": ""}
            for n, number in zip(numbers, phones, strict=False)
        ))  # fmt: skip
    private = [bytes(half) for public in keys.kept() if (half := keys.secret_half(public))]
    return Planted(made.id, phones, comments, private)


def sealed(public: bytes, comment: str) -> bytes:
    content = Content(secrets.token_hex(16), {"q1": "5"}, comment, secrets.token_hex(32))
    return sealing.seal(public, content)


def many(statement: Insert, made: Iterator[dict[str, object]]) -> None:
    """Insert rows some thousand at a time."""
    session, waiting = db.session(), []
    for row in made:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            session.execute(statement, waiting)
            waiting = []
    if waiting:
        session.execute(statement, waiting)


def check_restored(outcome: Outcome, path: Path, planted: Planted, boxes: int) -> None:
    """Restore on a machine without the keys and see that all is accounted for."""
    found = restoring.restore(path, LOCK)
    outcome.expect(found.holds, True, "spent = boxes + answers + lost")
    outcome.expect(sum(lost.boxes for lost in found.lost), boxes, "boxes that are listed as lost")
    failed = [check for check in checks.check_all(found.backup.manifest) if not check.passed]
    # The restore itself writes to the log, keeps its moment, and gives open rounds new keys.
    own = {"log_entry", "log_head", "office_setting", "mixing_key"}
    outcome.expect({check.name for check in failed} - own, set(), "checks that failed")
    outcome.expect(db.session.scalar(select(func.count(Round.id))), 1, "rounds")
    current = db.session.scalars(select(MixingKey).where(~MixingKey.retired)).one()
    outcome.expect(current.public in keys.kept(), True, "the open round has a key that is here")


def check_stolen(outcome: Outcome, path: Path, planted: Planted) -> None:
    """Search a stolen backup, with and without its passphrase, for what was planted."""
    raw, content = path.read_bytes(), laid_open(path)
    outcome.expect(CONTROL.encode() in content, True, "the control is found with the passphrase")
    outcome.expect(CONTROL.encode() in raw, False, "the control is found without it")
    kinds = (("phones", planted.phones, PHONE), ("comments", planted.comments, COMMENT))
    for what, values, pattern in kinds:
        outcome.expect(in_clear(values, pattern, content), 0, f"{what} in clear")
        outcome.expect(in_clear(values, pattern, raw), 0, f"{what} in the encrypted file")
    hidden = [half for half in planted.key_files if half in content]
    outcome.expect(hidden, [], "mixing keys in the backup")
    outcome.expect(b"k" * 40 in content, False, "the installation's secret in the backup")
    try:
        backing_up.inspect(path, OTHER_LOCK)
        outcome.wrong.append("another passphrase opened the backup")
    except WrongKeyError:
        pass
    check_contacts(outcome, planted)


def in_clear(values: list[str], pattern: "re.Pattern[bytes]", content: bytes) -> int:
    """Count the planted values that can be read; one search for all of them."""
    planted = {value.encode() for value in values}
    assert all(pattern.fullmatch(value) for value in planted)
    return len(planted & set(pattern.findall(content)))


def laid_open(path: Path) -> bytes:
    """Decrypt a backup and add every value that is bytes, without its Base64."""
    content, parts = restored_bytes(path), []
    known = {table.name: table for table in tables.moved()}
    for name, piece in container.entries(io.BytesIO(content)):
        if name.startswith("tables/"):
            for row in rows.read(known[name.split("/")[1]], piece):
                parts += [value for value in row.values() if isinstance(value, bytes)]
    return b"\n".join([content, *parts])


def check_contacts(outcome: Outcome, planted: Planted) -> None:
    """With the secret phones can be read again; with another one none can."""
    with writing() as session:
        opened = data_keys.all_open(session, CONTACT)
        row = session.scalars(select(Contact).order_by(Contact.dossier_id).limit(1)).one()
        assert row.phone_sealed is not None
        plain = opened[row.key_id].unseal(row.phone_sealed, f"contact:{row.dossier_id}")
        outcome.expect(plain.decode(), planted.phones[0], "the first phone under the secret")
    data_keys.secrets.install("the thief's own secret, forty characters")
    try:
        with writing() as session:
            data_keys.all_open(session, CONTACT)
        outcome.wrong.append("another secret opened the keys of phones")
    except OtherSecretError:
        pass
    finally:
        data_keys.secrets.install("k" * 40)


def main(*, quick: bool = False) -> int:
    """Run the proof and print what it saw."""
    with tempfile.TemporaryDirectory(prefix="khaosat-restore-") as folder:
        outcome = run(Path(folder), *(QUICK if quick else FULL))
    base = outcome.seconds["sqlite copy"]
    print(f"{outcome.rows} rows, backup of {outcome.bytes / 2**20:.1f} MiB")  # noqa: T201  (the report)
    for name, seconds in outcome.seconds.items():
        print(f"{name:<12} {seconds:8.2f} s  {seconds / base:8.1f} x sqlite copy")  # noqa: T201  (the report)
    for wrong in outcome.wrong:
        print(f"WRONG: {wrong}")  # noqa: T201  (the report)
    return 1 if outcome.wrong else 0
