"""`make prove NAME=verify-sample`: the stand-alone verifier passes honest draws and no others.

Draws and verifier share no code. Each draw is random in method, frame, plan and secret; each
tampering is of a kind that somebody with a wish would try, in the record, on the frame, or by a
whole new draw whose papers agree with each other but not with the commitment made before.
"""

import contextlib
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sampling.draw_plan import DrawPlan
from sampling.draw_record import canonical
from tests.proofs import options
from tests.sampling.draws.papers import Papers, ceremony_papers, dossiers, papers_of, plan_of

UNITS = ("Xã Đại Phước", "Phường Biên Hoà", "Phường Trấn Biên", "Xã Thuận Lợi")
FIELDS = ("Đất đai", "Hộ tịch", "Chứng thực")
METHODS = ("srs", "stratified", "bernoulli", "arriving", "ceremony")


@dataclass
class World:
    """A random draw and what it was made of, so that a tampering can make another."""

    chance: random.Random
    method: str
    plan: DrawPlan
    rows: list[tuple[str, ...]]
    secret: bytes
    papers: Papers

    def again(self, **changed: Any) -> Papers:
        """Draw anew with something else, as if from the start."""
        made = {"plan": self.plan, "rows": self.rows, "secret": self.secret, **changed}
        return papers_of(made["plan"], dossiers(made["rows"]), made["secret"])


@dataclass
class Figures:
    """What a run counted."""

    equal: int = 0
    differing: list[str] = field(default_factory=list)
    caught: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differing and not self.missed


def world(chance: random.Random) -> World:
    """Make a draw of at least two drawn dossiers and one that is not."""
    while True:
        method = chance.choice(METHODS)
        rows: list[tuple[str, ...]] = [
            (f"H.{number:02d}/{place}", chance.choice(UNITS), chance.choice(FIELDS))
            for place, number in enumerate(chance.sample(range(100), chance.randint(12, 40)))
        ]
        plan, secret = plan_of(plan_text(chance, method)), chance.randbytes(32)
        if method == "ceremony":
            silent = chance.choice(([], ["MTTQ"], ["Sở Nội vụ", "Báo chí"]))
            papers = ceremony_papers(plan, dossiers(rows), silent)
        else:
            papers = papers_of(plan, dossiers(rows), secret, key=chance.randbytes(32))
        drawn = [len(it.drawn) for it in papers.draw.record.result]
        if max(drawn) >= 2 and sum(drawn) < len(rows):
            return World(chance, method, plan, rows, secret, papers)


def plan_text(chance: random.Random, method: str) -> str:
    """Write a plan of a method."""
    source = f"source: XSKT {chance.randint(1, 28)}/10/2026\n"
    if method == "srs":
        return f"method: srs\nsize: {chance.randint(2, 9)}\nreserves: 3\n{source}"
    by_unit = "stratify_by: [unit]\n"
    if method in ("stratified", "ceremony"):
        sizes = ", ".join(f"{unit}: {chance.randint(0, 4)}" for unit in UNITS)
        whole = f"sizes: {{{sizes}}}\n" if method == "stratified" else "size: 8\n"
        return f"method: stratified\n{by_unit}{whole}reserves: 2\n{source}"
    rates = ", ".join(f"{unit}: {chance.randint(1, 9)}/10" for unit in UNITS)
    return f"method: {method}\n{by_unit}rates: {{{rates}}}\n" + source * (method == "bernoulli")


Tampering = Callable[[World], Papers | None]


def edited(change: Callable[[World, dict[str, Any]], bool | None]) -> Tampering:
    """Change the record itself; a change that does not apply returns False."""

    def tamper(world: World) -> Papers | None:
        document = json.loads(world.papers.record)
        if change(world, document) is False:
            return None
        return replace(world.papers, record=canonical(document))

    return tamper


def full(world: World, document: dict[str, Any], part: str = "drawn", least: int = 1) -> Any:
    """Give a stratum of the result with enough in a part, or None."""
    able = [it for it in document["result"] if len(it[part]) >= least]
    return world.chance.choice(able) if able else None


def drop_one(world: World, document: dict[str, Any]) -> None:
    full(world, document)["drawn"].pop()


def change_order(world: World, document: dict[str, Any]) -> None:
    it = full(world, document, least=2)["drawn"]
    it[0], it[1] = it[1], it[0]


def favour(world: World, document: dict[str, Any]) -> bool | None:
    it = full(world, document, "reserves")
    if it is None or not it["drawn"]:
        return False
    it["drawn"][-1], it["reserves"][0] = it["reserves"][0], it["drawn"][-1]
    return None


def swap_reserves(world: World, document: dict[str, Any]) -> bool | None:
    it = full(world, document, "reserves", 2)
    if it is None:
        return False
    it["reserves"].reverse()
    return None


def jump_reserves(world: World, document: dict[str, Any]) -> bool | None:
    it = full(world, document, "reserves", 2)
    if it is None:
        return False
    release = {"stratum": it["label"], "dossiers": it["reserves"][1:2], "rule": "vắng"}
    document["releases"] = [{**release, "approved_by": ["A"], "time": ""}]
    return None


def invent(world: World, document: dict[str, Any]) -> None:
    full(world, document)["drawn"][0] = world.chance.randbytes(32).hex()


def move_amount(world: World, document: dict[str, Any]) -> None:
    stratum = world.chance.choice(document["strata"])
    if "size" in stratum:
        stratum["size"] += 1
    else:
        stratum["rate"] = "1"


def move_population(world: World, document: dict[str, Any]) -> bool | None:
    stratum = world.chance.choice(document["strata"])
    if "dossiers" not in stratum:
        return False
    stratum["dossiers"] += 1
    return None


def other_number(world: World, document: dict[str, Any]) -> bool | None:
    if not document["public_number"]:
        return False
    document["public_number"] += "1"
    return None


def other_purpose(world: World, document: dict[str, Any]) -> None:
    document["purpose"] = "recheck"


def other_source(world: World, document: dict[str, Any]) -> None:
    document["commitment"]["source"] += " (giải nhì)"


def frame_edited(change: Callable[[World, list[str]], None]) -> Tampering:
    """Change a line of the frame."""

    def tamper(world: World) -> Papers:
        lines = world.papers.frame.decode().splitlines()
        change(world, lines)
        return replace(world.papers, frame=("\n".join(lines) + "\n").encode())

    return tamper


def other_code(world: World, lines: list[str]) -> None:
    at = world.chance.randrange(1, len(lines))
    lines[at] = lines[at].replace("H.", "K.", 1)


def other_unit(world: World, lines: list[str]) -> None:
    cells = lines[at := world.chance.randrange(1, len(lines))].split(",")
    cells[1] = world.chance.choice([unit for unit in UNITS if unit != cells[1]])
    lines[at] = ",".join(cells)


def left_out(world: World, lines: list[str]) -> None:
    lines.pop(world.chance.randrange(1, len(lines)))


def slipped_in(world: World, lines: list[str]) -> None:
    lines.append(f"H.99/mới,{UNITS[0]},{FIELDS[0]},,{world.chance.randbytes(16).hex()}")


def twice(world: World, lines: list[str]) -> None:
    lines.append(lines[world.chance.randrange(1, len(lines))])


def other_salt(world: World, lines: list[str]) -> None:
    at = world.chance.randrange(1, len(lines))
    lines[at] = lines[at].rpartition(",")[0] + "," + world.chance.randbytes(16).hex()


def other_secret(world: World) -> Papers:
    secrets = json.loads(world.papers.revealed)["secrets"]
    place = world.chance.choice([at for at, secret in enumerate(secrets) if secret])
    secrets[place] = world.chance.randbytes(32).hex()
    return replace(world.papers, revealed=json.dumps({"secrets": secrets}).encode())


def silenced(world: World) -> Papers:
    secrets = json.loads(world.papers.revealed)["secrets"]
    secrets[world.chance.choice([at for at, secret in enumerate(secrets) if secret])] = None
    return replace(world.papers, revealed=json.dumps({"secrets": secrets}).encode())


def drawn_anew(change: Callable[[World], dict[str, Any]]) -> Tampering:
    """Make all papers anew, in agreement with each other; the commitment stays the old one."""

    def tamper(world: World) -> Papers:
        return replace(world.again(**change(world)), commitment=world.papers.commitment)

    return tamper


def luckier_secret(world: World) -> dict[str, Any]:
    return {"secret": world.chance.randbytes(32)}


def fewer_rows(world: World) -> dict[str, Any]:
    # An arriving dossier that is nowhere is a matter of the gap report, not of this record.
    secret = {} if world.method != "arriving" else {"secret": world.chance.randbytes(32)}
    return {"rows": world.rows[1:], **secret}


def other_plan(world: World) -> dict[str, Any]:
    return {"plan": replace(world.plan, hash="0" * 64, purpose="main:2")}


def arriving_left_out(world: World) -> Papers | None:
    """Leave an arriving dossier out of the list after the record was published."""
    return frame_edited(left_out)(world) if world.method == "arriving" else None


TAMPERINGS: dict[str, Tampering] = {
    **{it.__name__: edited(it) for it in (drop_one, change_order, favour, swap_reserves)},
    **{it.__name__: edited(it) for it in (jump_reserves, invent, move_amount, move_population)},
    **{it.__name__: edited(it) for it in (other_number, other_purpose, other_source)},
    **{it.__name__: frame_edited(it) for it in (other_code, other_unit, left_out, slipped_in)},
    **{it.__name__: frame_edited(it) for it in (twice, other_salt)},
    **{it.__name__: drawn_anew(it) for it in (luckier_secret, fewer_rows, other_plan)},
    **{it.__name__: it for it in (other_secret, silenced, arriving_left_out)},
}


def run(count: int, seed: int = 20261123) -> Figures:
    """Check as many draws, and as many tamperings, each kind in its turn."""
    chance, figures, names = random.Random(seed), Figures(), [*TAMPERINGS]
    while figures.equal + len(figures.differing) < count:
        found = world(chance)
        faults = quiet(found.papers)
        if faults:
            figures.differing.append(f"{found.method}: {faults[0]}")
            continue
        figures.equal += 1
        # What does not apply to this draw waits for the next.
        made = ((name, TAMPERINGS[name](found)) for name in names)
        name, tampered = next((name, papers) for name, papers in made if papers is not None)
        names.remove(name)
        names.append(name)
        if quiet(tampered):
            figures.caught[name] += 1
        else:
            figures.missed.append(f"{name} ({found.method})")
    return figures


def control(count: int, seed: int = 1) -> int:
    """Draw anew with a luckier secret, and show nobody the commitment made before; how many pass.

    All should: papers that agree with each other prove nothing without it.
    """
    chance, passed = random.Random(seed), 0
    for _ in range(count):
        found = world(chance)
        lucky = found.again(**luckier_secret(found))
        passed += not quiet(replace(lucky, commitment=lucky.commitment))
    return passed


def quiet(papers: Papers) -> list[str]:
    """Run the verifier without what it says beside its faults."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return papers.faults()
        except (LookupError, TypeError, ValueError) as error:
            return [f"cannot be read: {error!r}"]  # as `main` of the verifier does


def main(*, quick: bool) -> int:
    """Print what was found; 0 when nothing passed that should not, and everything that should."""
    count = options.number(quick, 100, 1000)
    figures = run(count)
    caught = sum(figures.caught.values())
    sys.stdout.write(f"{count} draws: {figures.equal} re-derived as published\n")
    sys.stdout.write(f"{caught + len(figures.missed)} tampered: {caught} caught\n")
    for name, times in sorted(figures.caught.items()):
        sys.stdout.write(f"  {name}: {times}\n")
    for line in figures.differing + figures.missed:
        sys.stdout.write(f"MISS {line}\n")
    passed = control(count // 10)
    sys.stdout.write(f"control, the earlier commitment withheld: {passed} of {count // 10} pass\n")
    return 0 if figures.holds and caught == count and passed == count // 10 else 1
