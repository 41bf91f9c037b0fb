"""What is published about a draw: values, and the one JSON text that stands for them.

A dossier appears only as its leaf, SHA-256 of a salt and its code. Codes run in sequence, so a
plain hash would tell who was drawn; salts are in the hands of whoever holds the frame.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import rfc8785

from sampling.draw_errors import DrawError

FORMAT = "khaosat-draw-1"
SRS, STRATIFIED, BERNOULLI, ARRIVING = "srs", "stratified", "bernoulli", "arriving"
# Stratified, and nobody asked twice (0052): an older verifier says that it does not know this one.
APART = "apart"
METHODS = (SRS, STRATIFIED, BERNOULLI, ARRIVING, APART)
BY_RATE = (BERNOULLI, ARRIVING)


@dataclass(frozen=True)
class Party:
    """Somebody who committed to a secret; the office alone is the party named ""."""

    name: str
    hash: str


@dataclass(frozen=True)
class Commitment:
    """The secrets committed to and the public number to come.

    Attributes
    ----------
    parties : tuple of Party
        In the order in which their secrets enter the seed.
    absent : str
        What is done when a party does not reveal: "go_on" without it, or "stop".
    source : str
        Which public number; "" for dossiers that arrive, which need none.
    time : str
        When it was made, ISO 8601; a statement, proved only by where it was published.
    """

    parties: tuple[Party, ...]
    absent: str
    source: str
    time: str


@dataclass(frozen=True)
class Stratum:
    """How much of a stratum is drawn: a size, or a rate.

    Attributes
    ----------
    label : str
        Its name.
    dossiers : int or None
        On the frozen frame; None where dossiers are still to arrive.
    size, reserves : int or None
        Dossiers to draw, and how many ranks after them are listed; None with a rate.
    rate : str or None
        An exact fraction or decimal; None with a size.
    """

    label: str
    dossiers: int | None = None
    size: int | None = None
    reserves: int | None = None
    rate: str | None = None

    @property
    def share(self) -> Fraction:
        """The rate as a number."""
        return Fraction(self.rate or 0)


@dataclass(frozen=True)
class Freeze:
    """A frame that may not change any more.

    Attributes
    ----------
    dossiers : int
        Rows of the whole list.
    hash, population : str
        `sampling.frame.frame_hash` of the whole list and of the part that may be drawn.
    leaves : str
        SHA-256 of the published list of leaves.
    owners : str or None
        Hash of whose each dossier is and whether that owner was asked; None for other methods.
    """

    dossiers: int
    hash: str
    population: str
    leaves: str
    owners: str | None = None


@dataclass(frozen=True)
class AskedList:
    """The list of owners asked before, as it was when the plan was fixed.

    Attributes
    ----------
    list : str
        Its SHA-256, as `sampling.coordination.list_hash` makes it.
    days : int
        How long an owner stays on it.
    on : str
        The day that these are counted back from, ISO 8601.
    """

    list: str
    days: int
    on: str


@dataclass(frozen=True)
class Promise:
    """Everything that is fixed and published before the draw.

    Attributes
    ----------
    method : {"srs", "stratified", "bernoulli", "arriving", "apart"}
        How dossiers are chosen.
    purpose, stage : str and int
        What for, and at which stage of selection.
    plan_hash : str
        SHA-256 of the plan's canonical JSON.
    stratify_by, joined_by : tuple of str, and str
        Columns of the frame whose values, joined, name a dossier's stratum.
    respondents : tuple of str
        Kinds of respondent that may be drawn; every kind when empty.
    strata : tuple of Stratum
        In the order of their labels.
    freeze : Freeze or None
        None while dossiers are still to arrive.
    asked : AskedList or None
        Who stands behind all others; None for every method but "apart".
    """

    method: str
    purpose: str
    stage: int
    plan_hash: str
    stratify_by: tuple[str, ...]
    joined_by: str
    respondents: tuple[str, ...]
    strata: tuple[Stratum, ...]
    commitment: Commitment
    freeze: Freeze | None = None
    asked: AskedList | None = None

    def document(self) -> dict[str, Any]:
        """Write it for JSON; what does not apply is left out."""
        document = {"format": FORMAT, **asdict(self)}
        document["strata"] = [without_none(stratum) for stratum in document["strata"]]
        if self.freeze:
            document["freeze"] = without_none(document["freeze"])
        return without_none(document)

    def hash(self) -> str:
        """SHA-256 of its canonical JSON: what goes on paper, into the log and to witnesses."""
        return hashlib.sha256(canonical(self.document())).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """Leaves of a stratum in the order of their ranks: the main sample, then the reserves."""

    label: str
    drawn: tuple[str, ...]
    reserves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Release:
    """Reserves that were put to use: which, by which rule, and who approved it."""

    stratum: str
    dossiers: tuple[str, ...]
    rule: str
    approved_by: tuple[str, ...]
    time: str


@dataclass(frozen=True)
class DrawRecord:
    """A draw as it is published: no code, no name, and no secret before its time.

    Attributes
    ----------
    promise : Promise
        As it was published before, with the freeze added where dossiers arrived.
    public_number : str
        As its source printed it; "" where none is used.
    result : tuple of Outcome
        One for each stratum, in the order of the promise.
    releases : tuple of Release
        In the order of their time.
    """

    promise: Promise
    public_number: str
    result: tuple[Outcome, ...]
    releases: tuple[Release, ...] = ()

    def document(self) -> dict[str, Any]:
        """Write it for JSON."""
        own = {name: [asdict(it) for it in getattr(self, name)] for name in ("result", "releases")}
        return {**self.promise.document(), "public_number": self.public_number, **own}

    def released(
        self, stratum: str, count: int, rule: str, approved_by: tuple[str, ...], time: str
    ) -> "DrawRecord":
        """Put the next reserves of a stratum to use.

        Raises
        ------
        DrawError
            If so many are not left, or the rule or the approval is missing.
        """
        listed = next((it.reserves for it in self.result if it.label == stratum), ())
        used = sum(len(it.dossiers) for it in self.releases if it.stratum == stratum)
        left = listed[used:]
        if not 1 <= count <= len(left):
            raise DrawError("too_few_reserves", stratum=stratum, left=len(left), count=count)
        if not rule.strip() or not [name for name in approved_by if name.strip()]:
            raise DrawError("no_reason")
        release = Release(stratum, left[:count], rule.strip(), approved_by, time)
        return replace(self, releases=(*self.releases, release))


def canonical(document: Mapping[str, Any]) -> bytes:
    """Write the one JSON text of a document (RFC 8785)."""
    return rfc8785.dumps(dict(document))


def without_none(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what does not apply."""
    return {name: value for name, value in document.items() if value is not None}
