"""A frame with a salt for every dossier, so that a public list of leaves reveals nobody."""

import csv
import hashlib
import hmac
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sampling.apart import NOBODY, Owner
from sampling.dossier import Dossier
from sampling.draw_record import Freeze
from sampling.errors import SelectionError
from sampling.frame import frame_hash

KEY_BYTES = 32
SALT_BYTES = 16
WRITTEN = ("code", "unit", "field", "respondent_kind")
OWNED = ("code", "owner", "asked")


@dataclass(frozen=True)
class SaltedFrame:
    """The dossiers of a frame and the key that their salts are made with.

    Attributes
    ----------
    dossiers : tuple of Dossier
        In the order of their codes; see `of`.
    key : bytes
        32 random bytes that stay with the office. Who has it and the codes can tell leaves apart.
    owners : mapping of str to Owner, or None
        Owners by code, of dossiers whose owner matters; None where a draw looks at none.
    """

    dossiers: tuple[Dossier, ...]
    key: bytes
    owners: Mapping[str, Owner] | None = None

    @classmethod
    def of(
        cls,
        dossiers: Sequence[Dossier],
        key: bytes,
        owners: Mapping[str, Owner] | None = None,
    ) -> "SaltedFrame":
        """Put dossiers in order; SelectionError if a code stands there twice."""
        ordered = tuple(sorted(dossiers, key=lambda dossier: dossier.code))
        for first, second in pairwise(ordered):
            if first.code == second.code:
                raise SelectionError("repeated_code", unit=first.code)
        return cls(ordered, key, owners)

    def salt(self, code: str) -> str:
        """Salt of a dossier: 16 bytes of HMAC-SHA256(key, code), in hexadecimal digits."""
        return hmac.digest(self.key, code.encode(), hashlib.sha256)[:SALT_BYTES].hex()

    def leaf(self, code: str) -> str:
        """What stands for a dossier in public: SHA-256 of its salt and its code."""
        return hashlib.sha256(bytes.fromhex(self.salt(code)) + code.encode()).hexdigest()

    @cached_property
    def leaves(self) -> bytes:
        """Leaves of all dossiers, one a line, in their own order: this file is published."""
        return "".join(sorted(f"{self.leaf(dossier.code)}\n" for dossier in self.dossiers)).encode()

    def inside(self, respondents: Sequence[str]) -> list[Dossier]:
        """Dossiers that may be drawn; all of them when no kind of respondent is named."""
        return [
            dossier
            for dossier in self.dossiers
            if not respondents or dossier.respondent_kind in respondents
        ]

    def freeze(self, respondents: Sequence[str] = ()) -> Freeze:
        """Say what is frozen."""
        return Freeze(
            dossiers=len(self.dossiers),
            hash=frame_hash(self.dossiers),
            population=frame_hash(self.inside(respondents)),
            leaves=hashlib.sha256(self.leaves).hexdigest(),
            owners=None if self.owners is None else self._owners_hash(),
        )

    def _owners_hash(self) -> str:
        text = io.StringIO(newline="")
        rows = sorted((dossier.code, *self._owned(dossier.code)) for dossier in self.dossiers)
        csv.writer(text, lineterminator="\n").writerows([OWNED, *rows])
        return hashlib.sha256(text.getvalue().encode()).hexdigest()

    def owner(self, code: str) -> Owner:
        """Whose a dossier is; nobody's in particular where that does not matter."""
        return (self.owners or {}).get(code, NOBODY)

    def _owned(self, code: str) -> tuple[str, ...]:
        """Cells of the owner, none where a draw looks at none."""
        owner = self.owner(code)
        return () if self.owners is None else (owner.owner, "1" if owner.asked else "")

    def csv(self) -> bytes:
        """Write the file that the verifier reads: for whom the office may show the frame."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        more = () if self.owners is None else OWNED[1:]
        writer.writerow([*WRITTEN, "salt", *more])
        for dossier in self.dossiers:
            cells = [getattr(dossier, name) for name in WRITTEN]
            writer.writerow([*cells, self.salt(dossier.code), *self._owned(dossier.code)])
        return text.getvalue().encode()
