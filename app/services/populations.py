"""Which dossiers of a round's list it may draw: those of the people its questionnaire is for.

The list stays whole. What is left out is counted in the plan, and the plan holds the hash of
what is left, so that nobody can move a dossier in or out once the plan is committed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from app.queries import frames
from app.queries.frames import FrameRow
from app.services import audiences
from app.services.errors import WrongStateError
from app.services.plans import Plan
from app.texts import N_
from sampling.dossier import Dossier
from sampling.frame import frame_hash

KEY = "population"
# The frame's hash does not cover the day of receipt, which a draw does not use.
ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Population:
    """The dossiers that a round may draw.

    Attributes
    ----------
    respondents : tuple of str
        Kinds of respondent that belong to it; empty when every kind does.
    dossiers, left_out : int
        Of the list, inside and outside.
    hash : str
        Of what is inside, made like the hash of a list.
    cells : str
        Hash of the cell of each dossier inside; "" where the plan carries nothing.
    """

    respondents: tuple[str, ...]
    dossiers: int
    left_out: int
    hash: str
    cells: str = ""

    def document(self) -> dict[str, Any]:
        """Write it as the plan keeps it."""
        document = {
            "respondents": list(self.respondents),
            "dossiers": self.dossiers,
            "left_out": self.left_out,
            "hash": self.hash,
        }
        return document | ({"cells": self.cells} if self.cells else {})


@dataclass(frozen=True)
class KindCount:
    """Dossiers of one kind of respondent, and whether the round may draw them."""

    kind: str
    dossiers: int
    inside: bool


def of_rows(
    rows: Sequence[FrameRow], questionnaire_code: str, plan: Plan | None = None
) -> Population:
    """Tell what of a list the questionnaire of a round is for, and the cells a plan makes of it."""
    kinds = audiences.respondents(questionnaire_code)
    own = inside(rows, kinds)
    cells = hash_of_cells(own, plan) if plan else ""
    return Population(kinds, len(own), len(rows) - len(own), hash_of(own), cells)


def inside(rows: Iterable[FrameRow], respondents: Sequence[str]) -> list[FrameRow]:
    """Keep the dossiers of some kinds of respondent; of every kind when none is named."""
    return [row for row in rows if not respondents or row.respondent_kind in respondents]


def drawable(rows: Sequence[FrameRow], plan: Mapping[str, Any]) -> list[FrameRow]:
    """Keep what a committed plan may draw.

    Raises
    ------
    WrongStateError
        If it is no longer what was committed to.
    """
    committed = plan[KEY]
    own = inside(rows, committed["respondents"])
    cells = hash_of_cells(own, Plan.of_document(plan))
    if (hash_of(own), cells) != (committed["hash"], committed.get("cells", "")):
        raise WrongStateError(
            N_("The stored list is no longer the one that was committed to: nothing was drawn.")
        )
    return own


def hash_of(rows: Iterable[FrameRow]) -> str:
    """Hash dossiers as a list of them alone would be."""
    return frame_hash(Dossier(row.code, row.unit_code, ANY_DAY, row.field) for row in rows)


def hash_of_cells(rows: Iterable[FrameRow], plan: Plan) -> str:
    """SHA-256 of the canonical JSON of [cell, code] pairs in order; "" if nothing is carried.

    The hash of a list does not cover what cells are made of. With this one in the plan nobody
    can move a dossier to another cell once it is known who was drawn.
    """
    if not plan.carry:
        return ""
    pairs = sorted([plan.cell(row.unit_code, row), row.code] for row in rows)
    return hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()


def kind_counts(frame_id: int, questionnaire_code: str) -> list[KindCount]:
    """Count the dossiers of each kind of respondent, those that may be drawn first."""
    kinds = audiences.respondents(questionnaire_code)
    counts = Counter(frames.kind_counts(frame_id))
    found = [KindCount(kind, n, not kinds or kind in kinds) for kind, n in counts.items()]
    order = list(audiences.KIND_NAMES)
    return sorted(found, key=lambda count: (not count.inside, order.index(count.kind)))
