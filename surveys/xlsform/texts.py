"""Texts that repeat an answer: ``{code}`` here, ``${code}`` in a form."""

import re

OURS = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})\}")
THEIRS = re.compile(r"\$\{\s*([^{}\s]+)\s*\}|[{}]")


def to_form(text: str) -> str:
    """Write a text as a form has it.

    Examples
    --------
    >>> to_form("{office}, {{x}}")
    '${office}, {x}'
    """
    return OURS.sub(lambda it: f"${{{it[1]}}}" if it[1] else it[0][0], text)


def from_form(text: str) -> str:
    """Read a text of a form.

    Examples
    --------
    >>> from_form("${office}, {x}")
    '{office}, {{x}}'
    """
    return THEIRS.sub(lambda it: f"{{{it[1]}}}" if it[1] else it[0] * 2, text)
