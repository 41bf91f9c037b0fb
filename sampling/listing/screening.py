"""Dossiers that are left out, and procedures that nobody is written to about."""

import re
from collections.abc import Callable, Iterable, Sequence

from sampling.listing.facts import Facts
from sampling.listing.folding import folded, folded_all
from sampling.listing.wordings import SENSITIVE_WORDS, TEST_NAMES, TEST_WORDS

NAMES = ("owner_name", "name", "submitter_name")
OWNERS = ("owner_name", "name")
OFFICIAL = re.compile(
    r"(?:ubnd|uy ban|van phong|trung tam phuc vu|phuong|xa|so|ban quan ly|thanh tra)\b"
)
HOUSEHOLD = re.compile(r"(?:ho kinh doanh|hkd)\b")
COMPANY = re.compile(
    r"(?:cong ty|cty|doanh nghiep|dntn|tap doan|ngan hang|hop tac xa|htx|chi nhanh cong ty|"
    r"tong cong ty|quy tin dung)\b"
)
LETTERS = re.compile(r"[a-z]+")


class Screen:
    """Looks through names and procedures once; what it sees leaves nothing but row numbers.

    Attributes
    ----------
    tests, households, companies : set of int
        Rows of dossiers made to try the software out, and rows whose owner's name says what
        it is.
    sensitive : set of int
        Rows with a procedure after which a message would hurt.
    """

    def __init__(self, facts: Facts) -> None:
        """Search the columns for the words of the mapping and the built-in ones."""
        self._facts = facts
        mapping, cells = facts.mapping, facts.cells
        tests = phrases([*TEST_WORDS, *mapping.test_words])
        sensitive = phrases([*SENSITIVE_WORDS, *mapping.sensitive_words])
        self.sensitive = rows_where(facts.procedure, lambda text: bool(sensitive.search(text)))
        self.sensitive |= rows_where(facts.field, lambda text: bool(sensitive.search(text)))
        # Codes put letters and digits together: TEST01.
        self.tests = rows_where(
            facts.code, lambda text: any(map(tests.fullmatch, LETTERS.findall(text)))
        )
        if mapping.test_words:
            own = phrases(mapping.test_words)
            self.tests |= rows_where(facts.procedure, lambda text: bool(own.search(text)))
        self.official: set[int] = set()
        self.households: set[int] = set()
        self.companies: set[int] = set()
        for target in (target for target in NAMES if target in cells):
            names = folded_all(cells[target])
            self.tests |= found(names, tests.search)
            self.tests |= {row for row, name in enumerate(names) if name in TEST_NAMES}
            if target in OWNERS:
                self.official |= found(names, OFFICIAL.match)
                self.households |= found(names, HOUSEHOLD.match)
                self.companies |= found(names, COMPANY.match)

    def is_own_applicant(self, rows: Sequence[int], units: Sequence[str]) -> bool:
        """Tell a dossier that a unit handed in to itself."""
        facts = self._facts
        names = (
            facts.cells[target][row]
            for row in rows
            if row in self.official
            for target in OWNERS
            if target in facts.cells
        )
        codes = (facts.book.resolve(name).code for name in names if name)
        return any(code and code in units for code in codes)

    def kind(self, kind: str, rows: Sequence[int]) -> str:
        """Kind of respondent; a name that begins with it tells household businesses apart."""
        if kind not in ("", "business"):
            return kind
        if not self.households.isdisjoint(rows):
            return "household_business"
        return "business" if kind or not self.companies.isdisjoint(rows) else ""


def found(names: Sequence[str], match: Callable[[str], object]) -> set[int]:
    """Rows whose folded name matches."""
    return {row for row, name in enumerate(names) if name and match(name)}


def rows_where(texts: Sequence[str], holds: Callable[[str], bool]) -> set[int]:
    """Rows whose text, folded, has a property; each different text is looked at once."""
    different = [*dict.fromkeys(texts)]
    folds = folded_all(different)
    having = {text for text, fold in zip(different, folds, strict=True) if fold and holds(fold)}
    return {row for row, text in enumerate(texts) if text in having} if having else set()


def phrases(words: Iterable[str]) -> re.Pattern[str]:
    """Make a pattern that finds any of the words, whole; one that finds nothing for none."""
    parts = sorted({folded(word) for word in words} - {""}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, parts))})\b" if parts else r"(?!)")
