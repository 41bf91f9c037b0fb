"""Attacks through what lies beside: statements, logs, jobs, tallies, classes, receipts' marks."""

import base64
import hmac
import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.services.secrets import purpose_key
from surveys.links import receipt, receipt_hash
from tests.proofs import unlink_crowds as crowds
from tests.proofs.unlink_attacks_order import at
from tests.proofs.unlink_evidence import Evidence, Guesses, Key

# A line of the programs' logs: when, who says it, what.
LINE = re.compile(r"^([\d.]+) (\S+) (.*)$", re.MULTILINE)
DEVICES = {"phone": "Mobile", "tablet": "iPad", "computer": "Windows"}
BORDERS = (30, 60, 180, 600)


def by_statements(evidence: Evidence, act: str, to: str, rows: Collection[Key]) -> Guesses:
    """Whoever has every statement knows the order in which boxes went and rows came."""
    table = evidence.tables.answer if to == "answer" else to
    named = crowds.runs(evidence.statements, table, act, rows)
    deleted = crowds.runs(evidence.statements, "box", "DELETE", evidence.boxes)
    tied = crowds.aligned(deleted, named)
    owner = crowds.boxes_of(evidence)
    found = {ballot: tied[name] for ballot, name in owner.items() if name in tied}
    return crowds.filled(found, crowds.of_ballots(evidence, to))


def statements(evidence: Evidence) -> Guesses:
    """Boxes were deleted in the order in which answers were written."""
    return by_statements(evidence, "INSERT", "answer", evidence.answers)


def statements_that_read(evidence: Evidence) -> Guesses:
    """Boxes were deleted in the order in which answers were asked for again."""
    return by_statements(evidence, "SELECT", "answer", evidence.answers)


def statements_of_receipts(evidence: Evidence) -> Guesses:
    """Boxes were deleted in the order in which receipts were written."""
    return by_statements(evidence, "INSERT", "receipt", evidence.receipts)


def statements_of_reports(evidence: Evidence) -> Guesses:
    """Boxes were deleted in the order in which reports of pressure were settled."""
    return by_statements(evidence, "UPDATE", "receipt", evidence.receipts)


def mentioned(evidence: Evidence, text: str) -> Guesses:
    """Match what a text names in one line, or else in one order."""
    owner = crowds.boxes_of(evidence)
    hashes = defaultdict(list)
    for row in evidence.others["token"]:
        hashes[row["ballot_id"]].append(row["hash"].hex())
    first: dict[Any, int] = {}
    for ballot in evidence.spending:
        clues = [*hashes[ballot], f"ballot:{ballot}", owner.get(ballot, f"ballot:{ballot}")]
        first[ballot] = min((p for clue in clues if (p := text.find(clue)) >= 0), default=-1)
    for answer in evidence.answers:
        first[answer] = text.find(answer) if len(answer) > 10 else -1
    lines: dict[int, list[Any]] = defaultdict(list)
    ends = [match.end() for match in re.finditer("\n", text)]
    for key, place in first.items():
        if place >= 0:
            lines[bisect_right(ends, place)].append(key)
    found: dict[int, Key] = {}
    for keys in lines.values():
        ballots = [key for key in keys if isinstance(key, int)]
        found |= dict(zip(ballots, [key for key in keys if isinstance(key, str)], strict=False))
    rest = crowds.by_rank(
        crowds.of_ballots(evidence), first.__getitem__, lambda key: (first[key], key)
    )
    return {**rest, **found}


def logs(evidence: Evidence) -> Guesses:
    """Read the logs of all programs, at their most talkative."""
    return mentioned(evidence, evidence.logs)


def jobs_and_chain(evidence: Evidence) -> Guesses:
    """Read what jobs were told and found, and the log of staff and mixer."""
    rows = evidence.others["job"] + evidence.others["log_entry"]
    return mentioned(evidence, "\n".join(json.dumps(row, default=str) for row in rows))


def tallies(evidence: Evidence) -> Guesses:
    """Where the tallies moved by few, those few answered as the tallies moved."""
    found: dict[int, Key] = {}
    for moment in evidence.moments:
        if 0 < moment.tallied < evidence.k and len(moment.spent) == len(moment.answers):
            found |= dict(zip(moment.spent, sorted(moment.answers), strict=True))
    told = {key: json.dumps(row.values["answers"]) for key, row in evidence.answers.items()}
    spending = evidence.spending
    rest = crowds.by_rank(crowds.of_ballots(evidence), spending.__getitem__, told.__getitem__)
    return {**rest, **found}


def batches(evidence: Evidence) -> Guesses:
    """Batches tell how many they opened: a ballot spent before a batch of one is in it."""
    sizes = defaultdict(list)
    for row in evidence.others["batch"]:
        sizes[row["cell_id"]].append((row["week"], row["opened"]))
    found: dict[int, Key] = {}
    by_cell, ballots = defaultdict(list), defaultdict(list)
    for key in evidence.answers:
        by_cell[evidence.cell_of(key)].append(key)
    for ballot in evidence.spending:
        ballots[evidence.leaf(ballot)].append(ballot)
    for cell, rows in sizes.items():
        waiting, keys = list(ballots[cell]), sorted(by_cell[cell], key=at(evidence.answers))
        for _, opened in sorted(rows):
            found |= dict(zip(waiting[:opened], keys[:opened], strict=False))
            waiting, keys = waiting[opened:], keys[opened:]
    return crowds.filled(found, crowds.of_ballots(evidence))


def field_counts(evidence: Evidence) -> Guesses:
    """Counts of the field grow with each ballot, in the order in which answers lie there."""
    counted = {row["cell_id"]: row["spent"] for row in evidence.others["field_count"]}
    spending = evidence.spending
    found = crowds.of_one_dump(evidence)
    return crowds.by_rank(
        found,
        lambda ballot: (counted.get(evidence.leaf(ballot), 0), spending[ballot]),
        at(evidence.answers),
    )


def classes_in_logs(evidence: Evidence) -> Guesses:
    """Compare each answer's classes of duration and device with what the web logs tell."""
    hashes = {row["hash"].hex(): row["ballot_id"] for row in evidence.others["token"]}
    heard: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for when, _, said in LINE.findall(evidence.logs):
        for name, ballot in hashes.items():
            if name in said:
                heard[ballot].append((float(when), said))
    known = {}
    for ballot, lines in heard.items():
        seconds = lines[-1][0] - lines[0][0]
        device = next((d for d, word in DEVICES.items() if word in lines[-1][1]), None)
        known[ballot] = (bisect_right(BORDERS, seconds) + 1, device)
    return by_classes(evidence, known)


def by_classes(evidence: Evidence, known: Mapping[int, tuple[Any, Any]]) -> dict[int, Key]:
    """Within a crowd, give each ballot an answer of the classes it is known to have."""
    values = {key: row.values for key, row in evidence.answers.items()}
    told = {key: (row.get("duration"), row.get("device")) for key, row in values.items()}
    return by_trait(crowds.of_ballots(evidence), known, told)


def by_trait(
    found: Iterable[crowds.Crowd], known: Mapping[int, Any], told: Mapping[Key, Any]
) -> dict[int, Key]:
    """Match the rows of each crowd by a trait; what is left over by the order of keys."""
    guesses: dict[int, Key] = {}
    for crowd in found:
        free = sorted(crowd.targets)
        later = []
        for ballot in crowd.sources:
            match = next((key for key in free if told.get(key) == known.get(ballot)), None)
            if ballot not in crowd.fresh or ballot not in known or match is None:
                later.append(ballot)
                continue
            guesses[ballot] = match
            free.remove(match)
        targets = free or sorted(crowd.targets)
        rest = [ballot for ballot in later if ballot in crowd.fresh]
        guesses |= {b: targets[place % len(targets)] for place, b in enumerate(rest)}
    return guesses


def marks(evidence: Evidence) -> Guesses:
    """Try every random number there is as the nonce behind a ballot's mark or a receipt.

    The attacker has the installation's secret too.
    """
    secret = purpose_key("accept")
    tokens = defaultdict(list)
    for row in evidence.others["token"]:
        tokens[row["ballot_id"]].append(row["hash"])
    owner = crowds.boxes_of(evidence)
    known: dict[bytes, Key] = {}
    for key in evidence.receipts:
        for text in spellings(bytes.fromhex(key)):
            known[hmac.digest(secret, text.encode(), "sha256")] = key
    found: dict[int, Key] = {}
    for ballot in evidence.spending:
        mark = evidence.ballots[ballot].values.get("accept")
        if mark in known:
            found[ballot] = known[mark]
        sources = [*tokens[ballot], bytes(mark or b"")]
        texts = [text for source in sources for text in spellings(source)]
        for text in [*texts, str(ballot), owner.get(ballot, "")]:
            hashed = receipt_hash(receipt(text)).hex()
            if hashed in evidence.receipts:
                found[ballot] = hashed
    return crowds.filled(found, crowds.of_ballots(evidence, "receipt"))


def spellings(content: bytes) -> list[str]:
    """Write bytes in the ways that programs write them."""
    return [
        content.hex(),
        base64.urlsafe_b64encode(content[:16]).decode().rstrip("="),
        base64.b32encode(content).decode().rstrip("="),
        base64.b32encode(content).decode()[:12],
    ]
