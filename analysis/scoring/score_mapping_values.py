"""What one cell of a score file says: a number, nothing, or that a criterion does not apply."""

import re
from dataclasses import dataclass

from analysis.scoring.numbers import exact_text
from analysis.scoring.score_mapping import POINT_ROLES, Meaning, Role, ScoreMapping
from analysis.scoring.score_mapping_cells import UNCOMPUTED
from analysis.scoring.score_mapping_faults import MappedFault, Place, at
from analysis.scoring.score_mapping_names import fold
from analysis.scoring.score_mapping_sheets import DATE, ERROR
from analysis.scoring.score_row import APPLICABLE, DASHES
from sampling.errors import UnreadableValueError
from sampling.tabular import read_decimal

YES, NO = "yes", "no"
PERCENT = re.compile(r"(.+?)\s*%")
# Boxes that are ticked in a column headed "áp dụng".
TICKS = frozenset({"x", "✓", "✔", "true", "1"})
CROSSES = frozenset({"false", "0"})
WORDS_OF_POINTS = re.compile(r"\s*(?:điểm|đ)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What a cell says.

    Attributes
    ----------
    text : str
        For the table.
    refuses : bool
        Whether it says that the criterion does not apply.
    quietly : bool
        Whether it says so by a dash or by being empty: points elsewhere outweigh that.
    """

    text: str = ""
    refuses: bool = False
    quietly: bool = False
    fault: MappedFault | None = None


@dataclass(frozen=True)
class Values:
    """Reads cells with the words of a mapping."""

    refusing: frozenset[str]
    dash: Meaning
    blank: Meaning

    @classmethod
    def of(cls, mapping: ScoreMapping) -> "Values":
        """Take the words of a mapping, without case and accents."""
        words = frozenset(filter(None, map(fold, mapping.not_applicable)))
        return cls(words, mapping.dash, mapping.blank)

    def read(self, role: Role, text: str, kind: str, place: Place) -> Said | None:
        """Read a cell of a role; None when it says nothing."""
        if kind == ERROR:
            code = "formula_without_value" if text == UNCOMPUTED else "cell_error"
            return Said(fault=at(place, "" if text == UNCOMPUTED else text, code))
        if role is Role.SOURCE:
            return Said(text) if text else None
        if role is Role.APPLICABLE:
            return self._applicable(text)
        if role is Role.MAXIMUM and (not text or text in DASHES):
            return None
        if not text or text in DASHES:
            meaning = self.dash if text else self.blank
            refuses = meaning is Meaning.NOT_APPLICABLE and role in POINT_ROLES
            return Said(refuses=True, quietly=True) if refuses else None
        if fold(text) in self.refusing:
            return Said(refuses=True)
        if role is Role.VALUE:
            return Said(share(text))
        if kind == DATE:
            return Said(fault=at(place, text, "cell_date"))
        if PERCENT.fullmatch(text):
            return Said(fault=at(place, text, "percent_of_points"))
        return Said(WORDS_OF_POINTS.sub("", text))

    def _applicable(self, text: str) -> Said | None:
        key = text.casefold()
        if not text or text in DASHES:
            return None
        if fold(text) in self.refusing or key in CROSSES:
            return Said(NO)
        if key in TICKS or fold(text) == "ap dung":
            return Said(YES)
        if key in APPLICABLE:
            return Said(YES if APPLICABLE[key] else NO)
        return Said(text)


def share(text: str) -> str:
    """Write a percentage as the share that rules take; any other value stays as it is.

    Examples
    --------
    >>> share("87,5 %"), share("0,875")
    ('0.875', '0,875')
    """
    percent = PERCENT.fullmatch(text)
    if percent is None:
        return text
    try:
        return exact_text(read_decimal(percent[1]) / 100)
    except UnreadableValueError:
        return text
