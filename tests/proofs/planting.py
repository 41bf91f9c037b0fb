"""People who are planted: what a list says of them, and how to find them again."""

import re
from dataclasses import dataclass

from tests.app.test_contact_leaks import leaked, number as core_of, spelled

UNITS = ("LA", "LB")
NAME, CODE, COMMENT = "Lê Gieo Hạt Thứ", "GIEO", "ghichu"
# Of the base64url alphabet, at least as long as a token.
PIECE = re.compile(rb"[\w-]{22,}")


@dataclass
class Planted:
    """What must not be found, by kind."""

    size: int
    tokens: frozenset[bytes] = frozenset()

    @property
    def phones(self) -> frozenset[bytes]:
        return frozenset(core_of(place).encode() for place in range(self.size))

    def listing(self, broken: bool = False) -> bytes:
        """Write the list of their dossiers; every fiftieth row cannot be read in a broken one."""
        lines = ["code,unit,field,received,phone,name"]
        lines += [
            f"{CODE}-{place:05},{UNITS[place % 2]},Đất đai,"
            f"{'hôm qua' if broken and place % 50 == 0 else '15/07/2026'},"
            f"{spelled(place)},{NAME} {place:05}"
            for place in range(self.size)
        ]
        return "\n".join(lines).encode()

    def found(self, content: bytes) -> dict[str, set[bytes]]:
        """Look for all kinds in some bytes."""
        pieces = PIECE.findall(content)
        windows = {run[at : at + 22] for run in pieces for at in range(len(run) - 21)}
        return {
            "phones": leaked(content, self.phones),
            "names": set(re.findall(NAME.encode() + rb" \d{5}", content)),
            "codes": set(re.findall(CODE.encode() + rb"-\d{5}", content)),
            "tokens": set(windows & self.tokens),
            "comments": set(re.findall(COMMENT.encode() + rb"\d{5}", content)),
        }


def both(line: bytes) -> bool:
    """Whether a line holds a comment and something that tells whose it may be."""
    if COMMENT.encode() not in line:
        return False
    return CODE.encode() in line or NAME.encode() in line or b"khaosat_ticket" in line
