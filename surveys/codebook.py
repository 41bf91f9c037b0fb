"""What one column of coded answers means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Coded = float | str | None
Measure = Literal["scale", "nominal", "text"]


@dataclass(frozen=True)
class Column:
    """One column of the data file.

    Attributes
    ----------
    name : str
        Name of the column; the question's code while a question fills one column.
    label : str
        The question's wording in the language of the codebook.
    measure : {'scale', 'nominal', 'text'}
        Numbers, codes of choices, or free text.
    labels : mapping of choice code to str
        Wording of each choice, in the order shown; empty for text.
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
