"""Dossier codes as people type them, spelled again as a list spells its own.

A list keeps codes as its software writes them: capitals, dots, dashes, a Đ. People leave such
marks out, put blanks in, type small letters or full-width digits. The forms that the codes of a
list have (where digits, letters and marks stand) tell how a typed code would be spelled there, so
that it can be looked up as it is.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sampling.listing.facts import LONGEST
from sampling.listing.folding import NOT_WORD, bared

DIGIT, CAPITAL, SMALL = "9", "A", "a"
# In a form these three stand for any of their kind; everything else stands for itself.
CLASSES = str.maketrans(
    {
        **dict.fromkeys("0123456789", DIGIT),
        **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", CAPITAL),
        **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", SMALL),
    }
)
MOST_TYPED = 4 * LONGEST["code"]


def bare(text: str) -> str:
    """Leave of a code its letters and digits, small and without marks.

    Examples
    --------
    >>> bare("h19.２６ – ĐK/007")
    'h1926dk007'
    """
    return NOT_WORD.sub("", bared(unicodedata.normalize("NFKC", text[:MOST_TYPED])))


@dataclass(frozen=True)
class CodeForms:
    """The forms of the codes of a list, the most frequent first, by the kinds of what is in them.

    Examples
    --------
    >>> forms = forms_of(["H19-260105-0001", "H19-260105-0002"])
    >>> forms.spellings("h19 260105 0007"), forms.spellings("H19-26-7")
    (['H19-260105-0007'], [])
    """

    by_kinds: dict[str, tuple[str, ...]]

    def spellings(self, typed: str) -> list[str]:
        """Give the ways in which this list would write a typed code; none if it never would.

        The one that was typed comes first, then the others as frequent as their forms are.
        """
        given = bare(typed)
        forms = self.by_kinds.get(_kinds(given), ())
        spelled = [found for form in forms if (found := _spelled(form, given))]
        exact = unicodedata.normalize("NFC", typed.strip())
        return sorted(spelled, key=lambda found: found.casefold() != exact.casefold())


def forms_of(codes: Iterable[str]) -> CodeForms:
    """Collect the forms that codes have."""
    counts = Counter(code.translate(CLASSES) for code in codes)
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for form, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        forms[_kinds(bare(form))].append(form)
    return CodeForms({kinds: tuple(found) for kinds, found in forms.items()})


def _kinds(given: str) -> str:
    """Tell digits from letters in what `bare` left."""
    return re.sub("[a-z]", SMALL, re.sub("[0-9]", DIGIT, given))


def _spelled(form: str, given: str) -> str:
    """Put letters and digits into a form; "" where it has others of its own there."""
    written, at = "", 0
    for mark in form:
        own = bare(mark)
        part = given[at : at + len(own)]
        at += len(own)
        if mark in {DIGIT, SMALL}:
            written += part
        elif mark == CAPITAL:
            written += part.upper()
        elif part == own:
            written += mark
        else:
            return ""
    return written
