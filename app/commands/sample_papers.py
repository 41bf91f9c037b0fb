"""The folder of a draw from files: what stays with the office, what is published, and when."""

import csv
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampling import verify_sample
from sampling.public_draw import MAIN, SampleRow

SAMPLE_COLUMNS = (
    *("code", "unit", "field", "stratum", "rank", "role"),
    *("inclusion", "base_weight", "population", "drawn"),
)
# A column of empty cells would be read as missing.
WHOLE_FRAME = "all"
SECRET_MODE = 0o600


@dataclass(frozen=True)
class Papers:
    """The files of one draw, by what they hold.

    Attributes
    ----------
    folder : Path
        Where they lie.
    """

    folder: Path

    @property
    def commitment(self) -> Path:
        """Published before the public number is out."""
        return self.folder / "commitment.json"

    @property
    def leaves(self) -> Path:
        """Published with it: the dossiers as leaves."""
        return self.folder / "leaves.txt"

    @property
    def secret(self) -> Path:
        """The secret half of the seed and the key of the leaves; stays with the office."""
        return self.folder / "secret.json"

    @property
    def frame(self) -> Path:
        """The frozen frame with its salts, for whom the office may show it to."""
        return self.folder / "frame.csv"

    @property
    def asked(self) -> Path:
        """Who was asked before, as the commitment heeds it; for whom the frame may be shown to."""
        return self.folder / "asked.txt"

    @property
    def asked_next(self) -> Path:
        """The same with those who are asked now, for the office's next draw."""
        return self.folder / "asked_next.txt"

    @property
    def record(self) -> Path:
        """Published after the draw."""
        return self.folder / "record.json"

    @property
    def sample(self) -> Path:
        """The main sample, for fieldwork and for weights."""
        return self.folder / "sample.csv"

    @property
    def reserves(self) -> Path:
        """The reserves, in the order in which they may be used."""
        return self.folder / "reserves.csv"

    @property
    def revealed(self) -> Path:
        """Published when nobody can profit any more from knowing who was drawn."""
        return self.folder / "revealed.json"

    def keep_secret(self, secret: bytes, leaf_key: bytes) -> None:
        """Write the secret where only its owner can read it, before anything is published."""
        document = {"leaf_key": leaf_key.hex(), "secrets": [secret.hex()]}
        handle = os.open(self.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())

    def kept(self) -> tuple[bytes, bytes]:
        """Read the secret and the key of the leaves again."""
        document: dict[str, Any] = json.loads(self.secret.read_bytes())
        return bytes.fromhex(document["secrets"][0]), bytes.fromhex(document["leaf_key"])

    def add_verifier(self) -> None:
        """Lay the verifier beside what it verifies."""
        shutil.copyfile(verify_sample.__file__, self.folder / "verify_sample.py")

    def write_rows(self, rows: Iterable[SampleRow]) -> None:
        """Write the sample and the reserves as tables."""
        for path, role in ((self.sample, MAIN), (self.reserves, "reserve")):
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(SAMPLE_COLUMNS)
                writer.writerows(cells(row) for row in rows if row.role == role)


def cells(row: SampleRow) -> tuple[object, ...]:
    """Write a row; a reserve has no weight until it is used."""
    dossier = row.dossier
    weight = float(1 / row.inclusion) if row.role == MAIN else ""
    return (
        *(dossier.code, dossier.unit, dossier.field, row.stratum or WHOLE_FRAME),
        *(row.rank, row.role, float(row.inclusion), weight, row.population, row.drawn),
    )
