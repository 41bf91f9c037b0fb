"""The parts of a unit's name: what kind it is, what it is called, what stands above it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from sampling.listing.folding import folded

# Offices that stand for the unit they belong to.
OFFICE = re.compile(
    r"^(?:(?:uy ban nhan dan|ubnd|u b n d|hoi dong nhan dan|hdnd|van phong|vp|va|chu tich|"
    r"trung tam (?:phuc vu )?hanh chinh cong|trung tam pvhcc|tt ?pvhcc|tt ?phcc|tthcc|"
    r"trung tam hcc|bo phan (?:mot cua|tiep nhan va tra ket qua|tn ?(?:va )?tkq|"
    r"tiep nhan va tra kq|tn va tra kq)|bp ?mot cua|bptn ?(?:va )?tkq|mot cua|1 cua|cua) )+"
)
KINDS = {
    **{"phuong": "phuong", "p": "phuong", "ph": "phuong", "xa": "xa", "x": "xa"},
    **{"thi tran": "thi tran", "tt": "thi tran", "dac khu": "dac khu"},
    **{"huyen": "huyen", "h": "huyen", "thi xa": "thi xa", "tx": "thi xa"},
    **{"thanh pho": "thanh pho", "tp": "thanh pho", "quan": "quan", "q": "quan", "tinh": "tinh"},
    **{"t": "tinh"},
}
PARENT_KINDS = frozenset({"huyen", "thi xa", "thanh pho", "quan", "tinh"})
KIND = re.compile(
    r"^(phuong|ph|p|xa|x|thi tran|tt|dac khu|huyen|h|thi xa|tx|thanh pho|tp|quan|q|tinh|t) "
)
# Places above, written behind a name without a comma.
ABOVE = re.compile(r" (?=(?:thuoc )?(?:thanh pho|tp|huyen|thi xa|tinh) \S)")
PARTS = re.compile(r"\s*[,;()|\n]\s*|\s+[-–—]\s+|\s*-{2,}\s*")
MOST_PARTS = 8


@dataclass(frozen=True)
class UnitName:
    """One name of a unit.

    Attributes
    ----------
    kind : str
        Such as "phuong", "xa" or "huyen"; "" where the text does not say.
    bare : str
        The name itself, folded.
    spelled : str
        The whole name in small letters with its accents.
    """

    kind: str
    bare: str
    spelled: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name, to look it up by."""
        return self.kind, self.bare

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The key, or one for each kind of commune where the kind is not told."""
        if self.kind:
            return (self.key,)
        return tuple((kind, self.bare) for kind in ("", "phuong", "xa", "thi tran", "dac khu"))


def spelled(text: str) -> str:
    """Write a text in small letters, composed, blanks evened out."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=1 << 15)
def unit_names(text: str) -> tuple[UnitName, ...]:
    """Split a text into the names of units that it holds, in its order.

    Examples
    --------
    >>> [name.key for name in unit_names("UBND P. Trảng Dài, TP Biên Hòa - Tỉnh Đồng Nai")]
    [('phuong', 'trang dai'), ('thanh pho', 'bien hoa'), ('tinh', 'dong nai')]
    """
    names = []
    for part in PARTS.split(text)[:MOST_PARTS]:
        whole = folded(part).replace("uy ban nhan dan", "ubnd")
        office = OFFICE.match(f"{whole} ")
        # The office of a province's committee is a department of its own.
        if office and not (whole.startswith(("van phong", "vp")) and "tinh" in whole.split()):
            whole = whole[office.end() :]
        for piece in ABOVE.split(whole):
            if name := one_name(piece.strip().removeprefix("thuoc "), part):
                names.append(name)
    return tuple(names)


def one_name(piece: str, written: str) -> UnitName | None:
    """Tell the kind of a unit from its name."""
    if not piece:
        return None
    kind = KIND.match(piece)
    if kind is None:
        return UnitName("", piece.removesuffix(" tinh"), spelled(written))
    return UnitName(KINDS[kind[1]], piece[kind.end() :], spelled_bare(written, piece[kind.end() :]))


def spelled_bare(written: str, bare: str) -> str:
    """Last words of a text as spelled, as many as the bare name has."""
    words = re.sub(r"[^\w\s]", " ", spelled(written)).split()
    return " ".join(words[-len(bare.split()) :])
