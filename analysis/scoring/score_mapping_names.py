"""Units and criteria as score files name them: codes, titles, names, without accents or case."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from analysis.scoring.scheme import BONUS, PENALTY, Scheme
from sampling.values import read_decimal

NOT_WORD = re.compile(r"[^0-9a-z]+")
CODE_PREFIX = re.compile(
    r"^(?:tctp|tc|tiêu chí thành phần|tieu chi thanh phan|tiêu chí|tieu chi|mục|muc)[\s.:]*(?=\d)"
)
LEADING_CODE = re.compile(r"^([0-9]+(?:\.[0-9]+)*)[\s.:)\-–]+(\D.*)$", re.DOTALL)
DATE_LIKE = re.compile(
    r"\d{4}-\d{2}-\d{2}.*|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}-[^\W\d]{3,}(?:-\d{2,4})?"
    r"|[^\W\d]{3,}-\d{1,2}"
)
DECIMAL = re.compile(r"[0-9]+[.,][0-9]+|[0-9]+")
ROW_NUMBER = re.compile(r"^\d{1,3}\s*[.)]\s*(?=\D)")
KINDS_OF_UNITS = ("phuong", "xa", "thi tran", "dac khu", "thi xa", "thanh pho", "quan", "huyen")
SHORT_KINDS = {"p": "phuong", "x": "xa", "tt": "thi tran", "dk": "dac khu"}
EXTRA_TITLES = {
    BONUS: ("diem thuong", "diem cong", "diem cong thuong", "bonus"),
    PENALTY: ("diem tru", "penalty"),
}
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


@dataclass(frozen=True)
class UnitName:
    """A unit of the list; `group` is its group of the criteria set, "" when it has none."""

    code: str
    name: str
    group: str = ""


@dataclass(frozen=True)
class Match:
    """What a text names: a code, a heading or sum to leave out, or a fault that says why neither.

    Attributes
    ----------
    code : str
        Code of the unit or criterion; "" when none was found.
    heading : bool
        Whether the text names a field or a group of criteria, which has no points of its own.
    fault : str
        Code of the fault, "" for none.
    """

    code: str = ""
    heading: bool = False
    fault: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def fold(text: str) -> str:
    """Reduce a text to lower-case letters without accents, digits and single blanks.

    Examples
    --------
    >>> fold(" Điểm  TỰ chấm (lần 2)")
    'diem tu cham lan 2'
    """
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return NOT_WORD.sub(" ", letters).strip()


def code_key(text: str) -> str:
    """Reduce a written code to what is compared: "TC 1.1." is 1.1."""
    key = " ".join(text.casefold().split())
    return CODE_PREFIX.sub("", key).rstrip(".:) ").strip()


class CriterionNames:
    """The criteria of a set, to be found by code or by title."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.by_key = {code_key(criterion.code): criterion.code for criterion in scheme.criteria()}
        self.titles: dict[str, list[str]] = defaultdict(list)
        for criterion in scheme.criteria():
            self.titles[fold(criterion.title)].append(criterion.code)
        caps = {BONUS: scheme.bonus_cap, PENALTY: scheme.penalty_cap}
        for code in (code for code, cap in caps.items() if cap is not None):
            self.by_key[code.casefold()] = code
            for title in EXTRA_TITLES[code]:
                self.titles[title].append(code)
        self.numbers: dict[Fraction, list[str]] = defaultdict(list)
        for key, code in self.by_key.items():
            if DECIMAL.fullmatch(key):
                self.numbers[read_decimal(key)].append(code)
        self.headings = self._headings()

    def _headings(self) -> frozenset[str]:
        found: set[str] = set()
        for place, each in enumerate(self.scheme.fields):
            found |= {code_key(each.code), fold(each.title), ROMAN[place % len(ROMAN)]}
            found.add(f"{fold(each.code)} {fold(each.title)}")
            found.add(f"{ROMAN[place % len(ROMAN)]} {fold(each.title)}")
        for key in self.by_key:
            steps = key.split(".")
            found |= {".".join(steps[:depth]) for depth in range(1, len(steps))}
        return frozenset(found - {*self.by_key} - {""})

    def find(self, text: str, kind: str = "", group: str = "") -> Match:
        """Find the criterion that a cell names.

        Parameters
        ----------
        text : str
            A code, a title, or a code and its title.
        kind : str
            "number" or "date" when the workbook holds the cell as such: a number cannot tell
            1.1 from 1.10, and a date was a code once.
        group : str
            Group of the unit, which tells criteria with the same title apart.
        """
        key = code_key(text)
        if kind == "date" or (key not in self.by_key and DATE_LIKE.fullmatch(key)):
            return Match(fault="criterion_date")
        if kind == "number" or (key not in self.by_key and DECIMAL.fullmatch(key)):
            return self._by_number(key)
        if key in self.by_key:
            return Match(self.by_key[key])
        leading = LEADING_CODE.match(key)
        if leading and leading[1] in self.by_key:
            return self._checked(self.by_key[leading[1]], fold(leading[2]))
        return self._by_title(key, fold(text), group)

    def _by_number(self, key: str) -> Match:
        if not DECIMAL.fullmatch(key):
            return Match(fault="criterion_not_found")
        codes = self.numbers.get(read_decimal(key), [])
        if len(codes) > 1:
            return Match(fault="criterion_ambiguous", params={"allowed": ", ".join(codes)})
        if codes:
            return Match(codes[0])
        if key in self.headings:
            return Match(heading=True)
        return Match(fault="criterion_not_found")

    def _checked(self, code: str, title: str) -> Match:
        named = self.titles.get(title, [])
        if named and code not in named:
            params = {"own": code, "named": ", ".join(named)}
            return Match(fault="criterion_disagrees", params=params)
        return Match(code)

    def _by_title(self, key: str, title: str, group: str) -> Match:
        codes = self.titles.get(title, [])
        if group and len(codes) > 1:
            own = {criterion.code for criterion in self.scheme.criteria_of(group)}
            codes = [code for code in codes if code in own] or codes
        if len(codes) > 1:
            return Match(fault="criterion_ambiguous", params={"allowed": ", ".join(codes)})
        if codes:
            return Match(codes[0])
        leading = LEADING_CODE.match(key)
        if key in self.headings or title in self.headings:
            return Match(heading=True)
        if leading and leading[1] in self.headings:
            return Match(heading=True)
        return Match(fault="criterion_not_found")


class UnitNames:
    """The units of the list, to be found by code or by name."""

    def __init__(self, units: Iterable[UnitName]) -> None:
        self.units = {unit.code: unit for unit in units}
        self.order = {code: place for place, code in enumerate(self.units)}
        self.by_code = {code.casefold(): code for code in self.units}
        self.names: dict[str, list[str]] = defaultdict(list)
        self.bare: dict[str, list[str]] = defaultdict(list)
        for unit in self.units.values():
            name = unit_key(unit.name)
            self.names[name].append(unit.code)
            if bare_name(name) != name:
                self.bare[bare_name(name)].append(unit.code)

    def find(self, text: str) -> Match:
        """Find the unit that a cell names: by code, by name, by both, or by a bare name."""
        whole = text.strip()
        if whole.casefold() in self.by_code:
            return Match(self.by_code[whole.casefold()])
        named = self._by_name(whole)
        if named.code or named.fault == "unit_ambiguous":
            return named
        return self._by_both(whole) or named

    def _by_name(self, text: str) -> Match:
        key = unit_key(ROW_NUMBER.sub("", text))
        codes = self.names.get(key) or self.bare.get(key) or []
        # Units of former times have no group: they stand back behind those of today.
        codes = [code for code in codes if self.units[code].group] or codes
        if len(codes) > 1:
            return Match(fault="unit_ambiguous", params={"allowed": ", ".join(codes)})
        return Match(codes[0]) if codes else Match(fault="unit_not_found")

    def _by_both(self, text: str) -> Match | None:
        """Read "STP - Sở Tư pháp" and "Sở Tư pháp (STP)"; code and name must agree."""
        for pattern in (r"^(\S+)\s*[-–:]\s*(.+)$", r"^(?P<name>.+?)\s*\((?P<code>[^()]+)\)$"):
            match = re.match(pattern, text)
            if match is None:
                continue
            named = match.groupdict()
            written, name = (named["code"], named["name"]) if named else (match[1], match[2])
            code = self.by_code.get(written.strip().casefold())
            if code is None:
                continue
            other = self._by_name(name)
            if other.code and other.code != code:
                return Match(fault="unit_disagrees", params={"own": code, "named": other.code})
            return Match(code)
        return None


def unit_key(name: str) -> str:
    """Reduce a unit's name: UBND and Uỷ ban nhân dân before a commune say nothing of their own."""
    key = fold(name).replace("uy ban nhan dan", "ubnd")
    first, _, rest = key.removeprefix("ubnd ").partition(" ")
    if rest and first in SHORT_KINDS:
        return f"{SHORT_KINDS[first]} {rest}"
    if key.startswith("ubnd ") and key[5:].startswith(KINDS_OF_UNITS):
        return key[5:]
    return key


def bare_name(key: str) -> str:
    """Take the kind of a commune off its name."""
    for kind in KINDS_OF_UNITS:
        if key.startswith(f"{kind} "):
            return key[len(kind) + 1 :]
    return key
