"""Dossier codes as they are typed, pasted, sent in a file, or read from a slip by a hand scanner.

A scanner types what the QR code holds, an address with a token, and Enter. Such a line is turned
into the code of its dossier at once; the token is kept nowhere and never sent back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.services.errors import InvalidInputError
from app.texts import N_
from sampling.errors import UnreadableFileError
from sampling.listing.facts import LONGEST
from sampling.listing.typed_codes import bare
from sampling.tabular import numbered_rows, tidy
from surveys.links import is_well_formed, token_hash

MOST_CODES = 20_000
# With a Vietnamese keyboard on, the computer turns letters of an address into accented ones.
ADDRESS = re.compile(r"://|/q/|^https?", re.IGNORECASE)
TOKEN = re.compile(r"/q/([^/?#\s]+)")
HEADINGS = frozenset({"code", "mahoso", "masohoso", "sohoso", "mahs", "sobiennhan"})


@dataclass(frozen=True)
class Match:
    """Codes of a list that were meant, in its own spelling, and lines that mean none of it."""

    found: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What was entered for slips of a run.

    Attributes
    ----------
    codes : tuple of str
        Dossiers of the run, each once.
    unknown : tuple of str
        Lines that name no valid slip of the run, as they were typed.
    scanned : int
        Addresses among the lines that are not of the run; they are not repeated.
    garbled : bool
        Whether one of them looks as if a Vietnamese keyboard was on.
    """

    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    scanned: int = 0
    garbled: bool = False

    @property
    def lines(self) -> str:
        """What may be shown in the field again."""
        return "\n".join((*self.codes, *self.unknown))


def lines(text: str) -> tuple[str, ...]:
    """Split a text into its lines, without blanks around them, tidied as a list's cells are."""
    return tuple(line for line in (tidy(each) for each in text.splitlines()) if line)


def of_file(content: bytes, filename: str) -> tuple[str, ...]:
    """Read the first column of a text file or workbook, without its heading.

    Raises
    ------
    InvalidInputError
        If it is neither.
    """
    try:
        cells = [row[0] for _, row in numbered_rows(content, filename, lambda _: False) if row]
    except UnreadableFileError as error:
        raise InvalidInputError(
            N_("The file cannot be read: send a text file or a workbook with one code in each row.")
        ) from error
    found = [cell for cell in cells if cell]
    return tuple(found[1:] if found and bare(found[0]) in HEADINGS else found)


def match(typed: Iterable[str], known: Iterable[str]) -> Match:
    """Find codes in a list, first as they stand, then by their letters and digits alone.

    Raises
    ------
    InvalidInputError
        If there are more than `MOST_CODES`.
    """
    known = set(known)
    by_bare = _by_bare(known)
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for code in _limited(typed):
        meant = code if code in known else by_bare.get(bare(code), "")
        if meant:
            found[meant] = None
        else:
            unknown[code[: LONGEST["code"]]] = None
    return Match(tuple(found), tuple(unknown))


def read(text: str, slips: Mapping[str, bytes]) -> Read:
    """Read what was typed or scanned for the slips of a run.

    Parameters
    ----------
    slips : mapping of str to bytes
        Hashes of its valid tokens by dossier code.
    """
    by_hash = {hashed: code for code, hashed in slips.items()}
    typed, scanned, garbled = [], 0, False
    for line in lines(text):
        if not ADDRESS.search(line):
            typed.append(line)
            continue
        token = TOKEN.search(line)
        written = token[1] if token else ""
        code = by_hash.get(token_hash(written)) if is_well_formed(written) else None
        if code is not None:
            typed.append(code)
        else:
            scanned += 1
            garbled = garbled or not line.isascii()
    found = match(typed, slips)
    return Read(found.found, found.unknown, scanned, garbled)


def _limited(typed: Iterable[str]) -> list[str]:
    found = list(typed)
    if len(found) > MOST_CODES:
        raise InvalidInputError(
            N_("At most %(most)s codes at once: cut the list into parts."), most=MOST_CODES
        )
    return found


def _by_bare(known: Iterable[str]) -> dict[str, str]:
    """Map what is left of a code to the code, where no other comes to the same."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for code in known:
        alike[bare(code)].append(code)
    return {left: codes[0] for left, codes in alike.items() if left and len(codes) == 1}
