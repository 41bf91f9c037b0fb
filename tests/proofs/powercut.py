"""The power goes while answers are stored and mixed on SQLite.

What the program wrote and synced is recorded, and the disk rebuilt as a cut may leave it. The
harness is held against a small program that does everything right, and against three that do not:
one of them the product without waiting for the disk, one the product careless with its keys.
"""

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from nacl.exceptions import TypeError as NoKeyError

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.queries import receipts
from app.services import mixing
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from surveys.links import receipt_hash
from tests.app.round_factory import open_and_hand_out
from tests.proofs import recording_disk
from tests.proofs.disk import Disk
from tests.proofs.options import number
from tests.proofs.recording_disk import Event
from tests.proofs.site import environ_of

PROGRAMS = "tests.proofs.powercut_programs"
K = 5
DATABASE = "khaosat.db"


@dataclass
class Figures:
    """What came of the cuts.

    Attributes
    ----------
    unsafe : int
        Cuts at which something was not synced yet.
    lost : int
        Acknowledgements whose answers are gone, over all cuts.
    corrupt : int
        Cuts after which the database was damaged or would not open.
    without_key : int
        Boxes that nobody can open any more, over all cuts.
    unbalanced : int
        Cuts after which spent ballots, boxes and answers did not add up.
    """

    program: str
    cuts: int = 0
    events: int = 0
    acknowledged: int = 0
    unsafe: int = 0
    lost: int = 0
    corrupt: int = 0
    without_key: int = 0
    unbalanced: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Everything that must be 0."""
        return self.lost + self.corrupt + self.without_key + self.unbalanced


Judge = Callable[[Path, Sequence[str], Figures], None]


def files_below(folder: Path) -> dict[str, bytes]:
    """Read all files."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(files: Mapping[str, bytes], source: Path, target: Path) -> None:
    """Lay files that were below one folder below another; SQLite's shared memory is gone."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path, content in files.items():
        if not path.endswith("-shm"):
            copy = target / Path(path).relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)


def cut(
    program: str,
    folder: Path,
    before: Mapping[str, bytes],
    events: Sequence[Event],
    cuts: int,
    judge: Judge,
    seed: int = 1,
) -> Figures:
    """Cut the power so often, at random moments, and judge what is left each time."""
    assert rebuilt(before, events, folder), "the recording is not complete"
    chance = random.Random(seed)
    said = [place for place, event in enumerate(events) if event.kind == "said"]
    figures = Figures(program, cuts, len(events), len(said))
    disk, done = Disk.holding(before), 0
    found = folder.with_name(f"{folder.name}-found")
    for moment in sorted(chance.randrange(len(events)) for _ in range(cuts)):
        for event in events[done : moment + 1]:
            disk.do(event)
        done = moment + 1
        figures.unsafe += disk.unsafe > 0
        put(disk.after_a_cut(chance), folder, found)
        told = said[: bisect_right(said, moment)]
        faults = figures.faults
        judge(found, [events[place].data.decode() for place in told], figures)
        if figures.faults > faults:
            figures.examples.append(f"after event {moment}: {events[moment].kind}")
    figures.examples = figures.examples[:5]
    return figures


def rebuilt(before: Mapping[str, bytes], events: Sequence[Event], folder: Path) -> bool:
    """Whether all that was recorded, done again, gives the files that are really there."""
    disk = Disk.holding(before)
    for event in events:
        disk.do(event)
    for file in disk.names.values():
        file.sync()
    ours = {path: bytes(file.safe) for path, file in disk.names.items()}
    real = files_below(folder)
    return {it for it in ours.items() | real.items() if not it[0].endswith("-shm")} <= (
        ours.items() & real.items()
    )


def sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a database."""
    try:
        connection = sqlite3.connect(path)
        verdict = connection.execute("PRAGMA integrity_check").fetchall()
        connection.close()
    except sqlite3.DatabaseError:
        return False
    return verdict == [("ok",)]


def reference(folder: Path, synchronous: str, cuts: int) -> Figures:
    """Cut the power of the small program."""
    folder.mkdir()
    path = folder / DATABASE
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, filling BLOB)")
    connection.commit()
    connection.close()
    before = files_below(folder)
    log = folder.with_name(f"{folder.name}.strace")
    arguments = (PROGRAMS, "reference", str(path), synchronous)
    events = recording_disk.record(arguments, folder, log, {})

    def judge(found: Path, told: Sequence[str], figures: Figures) -> None:
        if not sound(found / DATABASE):
            figures.corrupt += 1
            return
        connection = sqlite3.connect(found / DATABASE)
        kept = {str(row[0]) for row in connection.execute("SELECT number FROM kept")}
        connection.close()
        figures.lost += len(set(told) - kept)

    return cut(f"reference, {synchronous}", folder, before, events, cuts, judge)


def product(folder: Path, program: str, answers: int, cuts: int) -> Figures:
    """Cut the power of the product, or of a careless variant."""
    environ = environ_of(folder)
    app = create_app(read_settings(environ))
    with app.app_context():
        upgrade()
        layout = {"TB": {"land": answers // 2, "health": answers - answers // 2}}
        made, strata = open_and_hand_out(layout, k=K)
        db.session.remove()
        db.engine.dispose()
    tokens = [token for several in strata.values() for token in several]
    random.Random(2).shuffle(tokens)
    listing = folder.with_name(f"{folder.name}.tokens")
    listing.write_text("\n".join(tokens))
    before = files_below(folder)
    log = folder.with_name(f"{folder.name}.strace")
    arguments = (PROGRAMS, program, str(made.id), str(listing))
    events = recording_disk.record(arguments, folder, log, environ)
    checking = create_app(read_settings(environ_of(folder.with_name(f"{folder.name}-found"))))
    return cut(program, folder, before, events, cuts, judge_of(checking, made.id))


def judge_of(app: Flask, round_id: int) -> Judge:
    """Make the judge of a product: it closes the round and looks for every receipt."""

    def judge(found: Path, told: Sequence[str], figures: Figures) -> None:
        if not sound(found / DATABASE):
            figures.corrupt += 1
            return
        with app.app_context():
            first = reconcile(round_id)
            figures.unbalanced += not first.holds
            figures.without_key += sum(row.boxes for row in first.unreadable)
            try:
                mixing.close_round(SYSTEM, round_id)
            except NoKeyError:
                figures.without_key += 1  # the file is there, what should be in it is not
            last = reconcile(round_id)
            figures.unbalanced += not last.holds
            if last.boxes:
                # Fewer than k answers stay sealed for good: then they must all be there.
                figures.lost += max(0, len(told) - last.spent)
            else:
                hashes = (receipt_hash(code).hex() for code in told)
                figures.lost += sum(receipts.counted(it) is None for it in hashes)
            db.session.remove()
            db.engine.dispose()

    return judge


def main(quick: bool) -> int:
    """Hold the harness against programs that are known, then cut the product's power."""
    cuts = number(quick, 20, 200)
    answers = number(quick, 60, 300, "ANSWERS")
    verdict = 0
    with tempfile.TemporaryDirectory(prefix="khaosat-") as name:
        folder = Path(name)
        arms: list[tuple[bool, Callable[[], Figures]]] = [
            (True, lambda: reference(folder / "full", "FULL", cuts)),
            (False, lambda: reference(folder / "normal", "NORMAL", cuts)),
            (False, lambda: reference(folder / "off", "OFF", cuts)),
            (True, lambda: product(folder / "product", "product", answers, cuts)),
            (False, lambda: product(folder / "careless", "careless", answers, cuts)),
            (False, lambda: product(folder / "keys", "careless-with-keys", answers, cuts)),
        ]
        for good, arm in arms:
            began = time.monotonic()
            figures = arm()
            print("sqlite", figures, f"{time.monotonic() - began:.0f} s")  # noqa: T201  (the report)
            sys.stdout.flush()
            verdict |= (figures.faults == 0) is not good
    return verdict
