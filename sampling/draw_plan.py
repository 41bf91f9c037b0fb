"""PLAN.yaml of a draw: who may be drawn, how strata are made, and how many are drawn in each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from sampling.allocation import proportional
from sampling.arriving import exact_rate
from sampling.dossier import RESPONDENT_KINDS, Dossier
from sampling.draw_errors import DrawError, RecordFault
from sampling.draw_record import ARRIVING, BY_RATE, METHODS, SRS, Stratum
from sampling.errors import Fault
from sampling.frame import HASHED
from sampling.yaml_reading import Reader

JOINED_BY = "/"
ENTRIES = (
    *("method", "purpose", "stratify_by", "respondents", "size", "minimum", "sizes", "rates"),
    *("reserves", "source"),
)


@dataclass(frozen=True)
class DrawPlan:
    """What an office decides before a draw from files.

    Attributes
    ----------
    method : str
        "srs", "stratified", "bernoulli", "arriving" or "apart".
    source : str
        Which public number will be used; "" for dossiers that arrive.
    stratify_by : tuple of str
        Columns that name the stratum, of those that the hash of the frame covers.
    size, minimum : int or None, and int
        Dossiers in all, shared out in proportion, and the least number in a stratum.
    sizes, rates : mapping of str
        Or the number, or the exact rate, of every stratum.
    reserves : int or None
        Reserves to list in each stratum; as many as are drawn when not told.
    """

    method: str
    source: str
    purpose: str = "main"
    stratify_by: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()
    size: int | None = None
    minimum: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    reserves: int | None = None
    hash: str = ""

    def stratum(self, dossier: Dossier) -> str:
        """Name the stratum of a dossier."""
        return JOINED_BY.join(str(getattr(dossier, name)) for name in self.stratify_by)

    def strata(self, populations: Mapping[str, int]) -> tuple[Stratum, ...]:
        """Settle how many are drawn in each stratum.

        Parameters
        ----------
        populations : mapping of str to int
            Dossiers that may be drawn, by stratum; not used for dossiers that arrive.

        Raises
        ------
        SamplingError
            If a stratum of the frame has no size or rate, or the sample is larger than the frame.
        """
        if self.method == ARRIVING:
            return tuple(Stratum(label, rate=self.rates[label]) for label in sorted(self.rates))
        told = {**self.sizes, **self.rates} if self.size is None else populations
        for label in sorted({*populations} - {*told}):
            raise DrawError("unplanned_stratum", stratum=label)
        labels = sorted({*told, *populations})
        counts = [populations.get(label, 0) for label in labels]
        if self.method in BY_RATE:
            pairs = zip(labels, counts, strict=True)
            return tuple(Stratum(label, count, rate=self.rates[label]) for label, count in pairs)
        if self.size is None:
            sizes = [self.sizes[label] for label in labels]
        else:
            sizes = proportional(counts, self.size, self.minimum).tolist()
        return tuple(
            Stratum(label, count, size, size if self.reserves is None else self.reserves)
            for label, count, size in zip(labels, counts, sizes, strict=True)
        )


def read_draw_plan(content: bytes) -> tuple[DrawPlan | None, tuple[Fault, ...]]:
    """Read a plan in YAML or JSON and list every fault it has.

    Returns
    -------
    DrawPlan or None, and tuple of Fault
        The plan when there is no fault.
    """
    reader = Reader(RecordFault)
    found = reader.mapping("", reader.document(content), ENTRIES)
    if found is None:
        return None, tuple(reader.faults)
    plan = plan_of(found, reader)
    return (None if reader.faults else plan), tuple(reader.faults)


def plan_of(found: Mapping[str, Any], reader: Reader) -> DrawPlan:
    """Read every entry, noting what is wrong."""
    method = reader.text("method", found.get("method"))
    if method not in METHODS:
        reader.blame("method", method, "not_public", allowed=", ".join(METHODS))
    stratify_by = reader.texts("stratify_by", found.get("stratify_by"))
    for name in stratify_by:
        if name not in HASHED[1:] or method == SRS:
            reader.blame("stratify_by", name, "not_hashed", allowed=", ".join(HASHED[1:]))
    kinds = {*RESPONDENT_KINDS.values()}
    respondents = reader.texts("respondents", found.get("respondents"))
    for kind in respondents:
        if kind not in kinds:
            reader.blame("respondents", kind, "bad_entry", reason=", ".join(sorted(kinds)))
    needed = ("rates",) if method in BY_RATE else ("size",) if method == SRS else ("size", "sizes")
    if len([name for name in ("size", "sizes", "rates") if name in found]) != 1 or not any(
        name in found for name in needed
    ):
        reader.blame("", None, "one_of", allowed=", ".join(needed))
    source = reader.text("source", found.get("source"))
    if not source and method != ARRIVING:
        reader.blame("source", "source", "needed")
    return DrawPlan(
        method=method,
        source=source,
        purpose=reader.text("purpose", found.get("purpose", "main")),
        stratify_by=stratify_by,
        respondents=tuple(sorted(respondents)),
        size=count(reader, "size", found.get("size")),
        minimum=count(reader, "minimum", found.get("minimum")) or 0,
        sizes={
            label: count(reader, f"sizes.{label}", value) or 0
            for label, value in by_label(reader, "sizes", found.get("sizes")).items()
        },
        rates={
            label: rate(reader, f"rates.{label}", value)
            for label, value in by_label(reader, "rates", found.get("rates")).items()
        },
        reserves=count(reader, "reserves", found.get("reserves")),
        hash=hashlib.sha256(rfc8785.dumps(plain(found))).hexdigest(),
    )


def count(reader: Reader, path: str, value: object) -> int | None:
    """Read a whole number, 0 or more."""
    if value is None or (type(value) is int and value >= 0):
        return value
    reader.blame(path, value, "not_a_count")
    return None


def rate(reader: Reader, path: str, value: object) -> str:
    """Read an exact rate; a decimal that YAML took for a float is read as it was written."""
    text = repr(value) if isinstance(value, float) else str(value)
    try:
        exact_rate(text)
    except DrawError:
        reader.blame(path, value, "bad_rate")
    return text


def by_label(reader: Reader, path: str, value: object) -> Mapping[str, object]:
    """Read a mapping of stratum to something."""
    if value is None or isinstance(value, dict):
        return value or {}
    reader.blame(path, value, "wrong_kind", expected="{…}")
    return {}


def plain(value: object) -> Any:
    """Give a plan the form that canonical JSON can hold; what else YAML knows becomes text."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | None) else str(value)
