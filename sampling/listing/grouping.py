"""Rows of one dossier found together and put in order."""

from collections.abc import Sequence
from datetime import datetime

from sampling.listing.facts import Facts
from sampling.listing.folding import folded
from sampling.listing.wordings import PROGRESS
from sampling.values import VIETNAM

# What all steps of a dossier must agree on where they say anything.
AGREED = ("field", "procedure", "respondent_kind", "tax_code")
LONG_AGO = datetime(1, 1, 2, tzinfo=VIETNAM)
FURTHER = {word: place for place, word in enumerate(PROGRESS)}


def grouped(facts: Facts) -> list[list[int]]:
    """Collect the rows of each code in the order of its first row; rows without one stay alone."""
    groups: dict[str, list[int]] = {}
    alone = []
    for row, code in enumerate(facts.code):
        if not code:
            alone.append([row])
        elif code in groups:
            groups[code].append(row)
        else:
            groups[code] = [row]
    return [*groups.values(), *alone]


def without_repeats(facts: Facts, rows: Sequence[int]) -> list[int]:
    """Leave out rows that repeat another of their dossier in every mapped column."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        seen.setdefault(tuple(facts.cells[target][row] for target in facts.cells.names), row)
    return [*seen.values()]


def in_order(facts: Facts, rows: list[int]) -> list[int]:
    """Sort steps by their moment, then by how far the dossier had come.

    The text of the row breaks ties, so that the order of the file never matters.
    """
    if len(rows) == 1:
        return rows
    targets = [*facts.cells.names]

    def key(row: int) -> tuple[object, ...]:
        step = facts.moments["step_at"][row] or facts.moments["finished"][row] or LONG_AGO
        text = [facts.cells[target][row] for target in targets]
        return step, FURTHER[facts.words["status"][row]], text

    return sorted(rows, key=key)


def blame_duplicates(facts: Facts, rows: Sequence[int]) -> None:
    """Tell of every row after the first that its code stood there before."""
    first = facts.cells.numbers[rows[0]]
    for row in rows[1:]:
        facts.blame(row, "code", facts.code[row], "duplicate_code", first=first)


def blame_conflicts(facts: Facts, rows: Sequence[int]) -> None:
    """Tell of steps that contradict the first that says anything."""
    for target in AGREED:
        if target not in facts.cells:
            continue
        cells = facts.cells[target]
        told: tuple[str, int] | None = None
        for row in sorted(rows):
            value = facts.words[target][row] if target in facts.words else folded(cells[row])
            if not value:
                continue
            told = told or (value, row)
            if value != told[0]:
                first = facts.cells.numbers[told[1]]
                facts.blame(row, target, "", "conflicting_steps", first=first)


def filled(cells: Sequence[str], rows: Sequence[int], *, last: bool = False) -> str:
    """First filled cell of some rows, or the last one."""
    if len(rows) == 1:
        return cells[rows[0]]
    for row in reversed(rows) if last else rows:
        if cells[row]:
            return cells[row]
    return ""
