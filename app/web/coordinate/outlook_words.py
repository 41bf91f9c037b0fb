"""Where the answers of a plan will be told, for the page that shows it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.services.outlook import CellPreview, Outlook
from app.texts import N_
from app.vocabulary import CellLevel
from app.web import carried_words

MOST_LISTED = 300
# What an answer may tell in the end, from nothing on.
LEVELS: dict[CellLevel | None, str] = {
    None: N_("opened nowhere: too few in the round"),
    CellLevel.ROUND: N_("only the province, no unit"),
    CellLevel.UNIT: N_("their unit"),
    CellLevel.STRATUM: N_("their stratum"),
    CellLevel.MIXING: N_("all they carry"),
}


@dataclass(frozen=True)
class Ending:
    """Cells whose answers tell as much in the end, and how many answers these are."""

    name: str
    cells: int
    answers: float
    share: float


@dataclass(frozen=True)
class ListedCell:
    """A cell in words."""

    name: str
    label: str
    population: int
    expected: float
    ending: str


@dataclass(frozen=True)
class ListedCombination:
    """What cells carry, in words."""

    name: str
    cells: int
    alone: int
    expected: float
    kept: float


def told(outlook: Outlook) -> dict[str, Any]:
    """Give the template what it shows of an outlook."""
    order = list(LEVELS)
    cells = outlook.cells if outlook.combinations else ()
    least = sorted(cells, key=lambda cell: (order.index(cell.opens), -cell.expected))
    return {
        "outlook": outlook,
        "endings": endings(outlook),
        "combinations": [
            ListedCombination(
                carried_words.in_words(found.carried),
                *(found.cells, found.alone, found.expected, found.kept),
            )
            for found in outlook.combinations
        ],
        "cells": [listed(cell) for cell in least[:MOST_LISTED]],
        "idle": carried_words.variables_in_words(outlook.idle),
    }


def endings(outlook: Outlook) -> list[Ending]:
    """Count cells and answers by what they tell in the end, the most first."""
    total = sum(cell.expected for cell in outlook.cells)
    found = []
    for level, name in reversed(LEVELS.items()):
        cells, answers = outlook.opening_at(level)
        if cells:
            share = answers / total if total else 0.0
            found.append(Ending(gettext(name), cells, answers, share))
    return found


def listed(cell: CellPreview) -> ListedCell:
    """Write a cell in words."""
    field = () if cell.field is None else (cell.field or gettext("field not told"),)
    name = " · ".join((cell.unit_name, *field, carried_words.in_words(cell.carried)))
    return ListedCell(name, cell.label, cell.population, cell.expected, gettext(LEVELS[cell.opens]))
