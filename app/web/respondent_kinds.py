"""Kinds of respondent in the reader's words."""

from collections.abc import Iterable

from flask_babel import gettext

from app.services.audiences import KIND_NAMES


def in_words(kinds: Iterable[str]) -> str:
    """Name kinds of respondent; no kind stands for every one of them."""
    named = [gettext(KIND_NAMES[kind]) for kind in sorted(kinds, key=list(KIND_NAMES).index)]
    return ", ".join(named) if named else gettext("every kind of respondent")
