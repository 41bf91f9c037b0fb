"""What one column of coded answers means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Coded = float | str | None
Measure = Literal["scale", "nominal", "mark", "number", "date", "text"]


@dataclass(frozen=True)
class Column:
    """One column of the data file.

    Attributes
    ----------
    name : str
        The question's code; of a question that takes several options, with the code of one
        of them after an underscore.
    label : str
        The question's wording in the language of the codebook.
    measure : {'scale', 'nominal', 'mark', 'number', 'date', 'text'}
        Numbers that options stand for, codes of choices, 1 or 0 for an option that was chosen
        or not, numbers as given, days as ISO text, or free text.
    labels : mapping of choice code to str
        Wording of each choice, in the order shown; empty where nothing is chosen.
    values : mapping of choice code to float
        The number a choice is coded as; empty unless `measure` is ``scale``.
    missing : tuple of str
        Codes of choices that are coded as None: no opinion, prefer not to say.
    """

    name: str
    label: str
    measure: Measure
    labels: Mapping[str, str]
    values: Mapping[str, float]
    missing: tuple[str, ...]
