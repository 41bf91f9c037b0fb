"""A draw that is published: its promise, its record and the rows of its sample."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sampling.apart import Numbered, take
from sampling.arriving import BITS, number_of
from sampling.dossier import Dossier
from sampling.draw_errors import DrawError
from sampling.draw_plan import JOINED_BY, DrawPlan
from sampling.draw_record import (
    APART,
    ARRIVING,
    BY_RATE,
    AskedList,
    Commitment,
    DrawRecord,
    Outcome,
    Party,
    Promise,
    Stratum,
)
from sampling.salted_frame import SaltedFrame
from sampling.seeding import commitment, seed_of, tidy
from sampling.selection import MANTISSA_BITS, keyed_uniforms

STAGE = 1
MAIN, RESERVE = "main", "reserve"


@dataclass(frozen=True)
class SampleRow:
    """A drawn dossier or a reserve.

    Attributes
    ----------
    role : {"main", "reserve"}
        What it is in the sample.
    rank : int
        Its place in the stratum, 1 first.
    inclusion : Fraction
        Probability of being in the main sample; with method "apart" the stratum's fraction.
    population, drawn : int
        Dossiers of its stratum on the frame and in the main sample.
    """

    dossier: Dossier
    stratum: str
    role: str
    rank: int
    inclusion: Fraction
    population: int
    drawn: int


@dataclass(frozen=True)
class PublicDraw:
    """The record of a draw, and its sample in the order of strata and ranks."""

    record: DrawRecord
    rows: tuple[SampleRow, ...]


def promised(
    plan: DrawPlan,
    frame: SaltedFrame | None,
    agreed: Commitment | bytes,
    time: str = "",
    asked: AskedList | None = None,
) -> Promise:
    """Fix everything before the public number is out.

    Parameters
    ----------
    plan : DrawPlan
        What is to be drawn.
    frame : SaltedFrame or None
        The frame; None where dossiers are still to arrive.
    agreed : Commitment or bytes
        The commitment of a ceremony, or the secret of an office that commits alone.
    time : str
        When, ISO 8601; not used with a commitment, which has its own.
    asked : AskedList or None
        Who was asked before, with method "apart".

    Raises
    ------
    SamplingError
        If plan and frame do not belong together.
    """
    if isinstance(agreed, bytes):
        source = "" if plan.method == ARRIVING else plan.source
        agreed = Commitment((Party("", commitment(agreed)),), "stop", source, time)
    owned = frame is not None and frame.owners is not None
    if (frame is None) != (plan.method == ARRIVING) or {owned, asked is not None} != {
        plan.method == APART
    }:
        raise DrawError("wrong_method", method=plan.method)
    inside = frame.inside(plan.respondents) if frame else []
    return Promise(
        method=plan.method,
        purpose=plan.purpose,
        stage=STAGE,
        plan_hash=plan.hash,
        stratify_by=plan.stratify_by,
        joined_by=JOINED_BY,
        respondents=plan.respondents,
        strata=plan.strata(Counter(plan.stratum(dossier) for dossier in inside)),
        commitment=agreed,
        freeze=frame.freeze(plan.respondents) if frame else None,
        asked=asked,
    )


def drawn(
    promise: Promise,
    frame: SaltedFrame,
    secrets: Sequence[bytes | None],
    public_number: str = "",
) -> PublicDraw:
    """Draw what was promised.

    Parameters
    ----------
    promise : Promise
        As it was published.
    frame : SaltedFrame
        The frozen frame, or all dossiers that arrived in the period.
    secrets : sequence of bytes or None
        One for each party of the commitment; None for one that stays silent where the rule is
        to go on.
    public_number : str
        As its source printed it; "" for dossiers that arrive.

    Returns
    -------
    PublicDraw
        The record holds no secret: it is published at once, the secrets when nobody can profit
        any more from knowing who was drawn.

    Raises
    ------
    DrawError
        If frame or secrets are not those that were committed to, the number is missing, or a
        stratum has no size or rate.
    """
    known = checked_secrets(promise, secrets)
    freeze = frame.freeze(promise.respondents)
    if promise.freeze not in (freeze, None if promise.method == ARRIVING else freeze):
        raise DrawError("other_frame")
    arriving = promise.method == ARRIVING
    seed = known[0] if arriving else seed_of(freeze.hash, known, public_number)
    groups: dict[str, list[Dossier]] = {stratum.label: [] for stratum in promise.strata}
    for dossier in frame.inside(promise.respondents):
        label = promise.joined_by.join(getattr(dossier, name) for name in promise.stratify_by)
        if label not in groups:
            raise DrawError("rate_missing" if arriving else "unplanned_stratum", stratum=label)
        groups[label].append(dossier)
    if promise.method == APART:
        taken = apart(promise, frame, groups, seed)
    else:
        pairs_of = ((stratum, groups[stratum.label]) for stratum in promise.strata)
        taken = [rows_of(promise, stratum, own, seed) for stratum, own in pairs_of]
    pairs = zip(promise.strata, taken, strict=True)
    result = tuple(outcome(stratum.label, rows, frame) for stratum, rows in pairs)
    number = "" if arriving else tidy(public_number)
    record = DrawRecord(replace(promise, freeze=freeze), number, result)
    return PublicDraw(record, tuple(row for rows in taken for row in rows))


def checked_secrets(promise: Promise, secrets: Sequence[bytes | None]) -> list[bytes]:
    """Compare secrets with their commitments; those that are known, in order."""
    parties, known = promise.commitment.parties, []
    for party, secret in zip(parties, secrets, strict=True):
        if secret is None and promise.commitment.absent == "go_on" and len(parties) > 1:
            continue
        if secret is None or commitment(secret, party.name) != party.hash:
            raise DrawError("wrong_secret", party=party.name)
        known.append(secret)
    return known


def rows_of(
    promise: Promise, stratum: Stratum, dossiers: Sequence[Dossier], seed: bytes
) -> list[SampleRow]:
    """Draw one stratum."""
    population = len(dossiers)
    numbers, bits = numbers_of(promise, stratum.label, dossiers, seed)
    ranked = sorted(zip(numbers, dossiers, strict=True), key=lambda it: (it[0], it[1].code))
    if promise.method in BY_RATE:
        size = sum(number < stratum.share * (1 << bits) for number in numbers)
        listed, inclusion = size, stratum.share
    else:
        size = min(stratum.size or 0, population)
        listed, inclusion = size + (stratum.reserves or 0), Fraction(size, max(population, 1))
    return [
        SampleRow(
            dossier=dossier,
            stratum=stratum.label,
            role=MAIN if rank <= size else RESERVE,
            rank=rank,
            inclusion=inclusion,
            population=population,
            drawn=size,
        )
        for rank, (_, dossier) in enumerate(ranked[:listed], 1)
    ]


def apart(
    promise: Promise, frame: SaltedFrame, groups: Mapping[str, Sequence[Dossier]], seed: bytes
) -> list[list[SampleRow]]:
    """Draw all strata at once, so that nobody is asked twice."""
    dossiers = {dossier.code: dossier for own in groups.values() for dossier in own}
    numbered = [
        Numbered(label, dossier.code, number, frame.owner(dossier.code))
        for label, own in groups.items()
        for dossier, number in zip(own, numbers_of(promise, label, own, seed)[0], strict=True)
    ]
    sizes = {stratum.label: stratum.size or 0 for stratum in promise.strata}
    listed = {stratum.label: stratum.reserves or 0 for stratum in promise.strata}
    found = take(numbered, sizes, listed)
    return [
        [
            SampleRow(
                dossier=dossiers[code],
                stratum=label,
                role=MAIN if rank <= len(chosen.drawn) else RESERVE,
                rank=rank,
                inclusion=Fraction(len(chosen.drawn), max(len(groups[label]), 1)),
                population=len(groups[label]),
                drawn=len(chosen.drawn),
            )
            for rank, code in enumerate([*chosen.drawn, *chosen.reserves], 1)
        ]
        for label, chosen in found.items()
    ]


def numbers_of(
    promise: Promise, stratum: str, dossiers: Sequence[Dossier], seed: bytes
) -> tuple[list[int], int]:
    """Give every dossier its whole number, and how many bits such numbers have."""
    codes = [dossier.code for dossier in dossiers]
    if promise.method == ARRIVING:
        return [number_of(seed, code) for code in codes], BITS
    labels = [stratum] * len(codes)
    uniforms = keyed_uniforms(seed, promise.purpose, promise.stage, labels, codes)
    return [int(number) for number in (uniforms * (1 << MANTISSA_BITS)).tolist()], MANTISSA_BITS


def outcome(label: str, rows: Sequence[SampleRow], frame: SaltedFrame) -> Outcome:
    """Write the ranks of one stratum as leaves."""
    leaves: dict[str, list[str]] = {MAIN: [], RESERVE: []}
    for row in rows:
        leaves[row.role].append(frame.leaf(row.dossier.code))
    return Outcome(label, tuple(leaves[MAIN]), tuple(leaves[RESERVE]))
