"""A mapping proposed from the headings and words that one-stop software is known to write."""

from collections.abc import Mapping as Names
from typing import cast

from sampling.listing.folding import folded
from sampling.listing.headings import target_of
from sampling.listing.mapping import UNIT_TARGETS, Mapping, Rows, UnitFrom
from sampling.listing.sheet import Sheet
from sampling.listing.wordings import WORDS

# Fewer codes than this share of the rows: the list has a row for each step.
STEPS_BELOW = 0.9


def suggest(sheet: Sheet, known_words: Names[str, Names[str, str]] | None = None) -> Mapping:
    """Propose how to read a list.

    Parameters
    ----------
    sheet : Sheet
        The list as `sheet.look` describes it.
    known_words : mapping, optional
        Word target -> {word: canonical word} learned from other sources.

    Returns
    -------
    Mapping
        May lack required targets: `Mapping.faults` tells.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for column in sheet.columns:
        target = target_of(column.name)
        # The first column of a heading counts: later ones repeat it for other steps or persons.
        if target and target not in columns:
            columns[target] = (column.name,)
    words = {
        target: {folded(word): code for word, code in (known_words or {}).get(target, {}).items()}
        for target in WORDS
    }
    return Mapping(
        columns,
        {target: found for target, found in words.items() if found},
        unit_from=rated_unit(columns),
        rows=rows_of(sheet, columns),
    )


def rated_unit(columns: Names[str, object]) -> UnitFrom:
    """The column that names the rated unit outright, else who received, else who resolved."""
    found = (name for name, target in UNIT_TARGETS.items() if target in columns)
    return cast(UnitFrom, next(found, "unit"))


def rows_of(sheet: Sheet, columns: Names[str, tuple[str, ...]]) -> Rows:
    """Tell from the number of codes whether a dossier has several rows."""
    code = sheet.column(columns["code"][0]) if "code" in columns else None
    if code is None:
        return "dossier"
    return "step" if code.distinct < STEPS_BELOW * code.filled * sheet.rows else "dossier"


def meaning(target: str, word: str) -> str | None:
    """Canonical word that a word of a closed column is known to stand for, or None."""
    return WORDS[target].get(folded(word))
