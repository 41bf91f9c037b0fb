"""Names of sheets and columns, XLSForm's and our own, and the languages in their headers."""

import re

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
# Sheets of our own; other programs pass them over.
FACTORS, SCALES, REPLACES = "khaosat_factors", "khaosat_scales", "khaosat_replaces"
SHEETS = (SURVEY, CHOICES, SETTINGS, FACTORS, SCALES, REPLACES)

# By sheet: the columns that are read. Those in the second tuple come once for each language.
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    SURVEY: (
        (
            "type",
            "name",
            "required",
            "relevant",
            "constraint",
            "appearance",
            "kind",
            "role",
            "factor",
            "attributed_to",
            "satisfied_from",
            "decimals",
            "faces",
            "shuffled",
            "only_if",
        ),
        ("label", "hint", "unit"),
    ),
    # Elsewhere "value" is another word for "name".
    CHOICES: (("list_name", "name", "points", "exclusive"), ("label",)),
    SETTINGS: (
        # Elsewhere a title has one language: ours stand in "heading".
        ("form_title", "form_id", "version", "default_language", "style", "paging", "drafts"),
        ("heading", "protection"),
    ),
    FACTORS: (("code", "filled_from"), ("title",)),
    SCALES: (("list_name", "satisfied_from"), ()),
    REPLACES: (("new", "old", "reason"), ()),
}
BETWEEN = "::"
NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "ភាសាខ្មែរ", "zh": "中文"}
NAMED = re.compile(r"\(\s*([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})\s*\)\s*\Z")
BARE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def language_name(code: str) -> str:
    """Name a language as XLSForm recommends.

    Examples
    --------
    >>> language_name("vi"), language_name("mnong")
    ('Tiếng Việt (vi)', 'mnong (mnong)')
    """
    return f"{NAMES.get(code, code)} ({code})"


def language_code(name: str) -> str | None:
    """Read the code of a language out of its name; None where there is none.

    Examples
    --------
    >>> language_code("English (en)"), language_code("vi"), language_code("English")
    ('en', 'vi', None)
    """
    found = NAMED.search(name)
    if found:
        return found[1]
    return name.strip() if BARE.fullmatch(name.strip()) else None


def in_language(column: str, code: str) -> str:
    """Head the column of a text in one language."""
    return f"{column}{BETWEEN}{language_name(code)}"
