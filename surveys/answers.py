"""What is kept of an answer, and how JSON holds it."""

from collections.abc import Mapping, Sequence

Answer = str | tuple[str, ...]
"""The code of a choice, a text, a number as a decimal or a day as ISO text; of several choices
a tuple of codes in the order of the document, which is a list in JSON."""


def said(answer: str | Sequence[str]) -> tuple[str, ...]:
    """Give the one thing or the several things that were answered.

    Examples
    --------
    >>> said("5"), said(("phone", "post"))
    (('5',), ('phone', 'post'))
    """
    return (answer,) if isinstance(answer, str) else tuple(answer)


def from_json(stored: Mapping[str, str | Sequence[str]]) -> dict[str, Answer]:
    """Give the answers that a JSON document holds: its lists become tuples.

    Examples
    --------
    >>> from_json({"q1": "5", "q2": ["phone", "post"]})
    {'q1': '5', 'q2': ('phone', 'post')}
    """
    return {
        code: value if isinstance(value, str) else tuple(value) for code, value in stored.items()
    }
