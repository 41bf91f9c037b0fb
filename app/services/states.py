"""Which step may follow which; whatever is not listed here cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from app.services.errors import WrongStateError
from app.vocabulary import CeremonyState, CycleState, PostBatchState, RoundState

ROUND_EDGES: Mapping[RoundState, frozenset[RoundState]] = {
    RoundState.PLANNED: frozenset({RoundState.FRAMED}),
    # Back only by taking back a list that is not committed to (`framing.remove_frame`).
    RoundState.FRAMED: frozenset({RoundState.DRAWN, RoundState.PLANNED}),
    RoundState.DRAWN: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.WEIGHTED}),
    RoundState.WEIGHTED: frozenset({RoundState.ESTIMATED}),
    RoundState.ESTIMATED: frozenset(),
}

# A stopped ceremony is never taken up again: another one follows it, for all to see (0053).
CEREMONY_EDGES: Mapping[CeremonyState, frozenset[CeremonyState]] = {
    CeremonyState.REVEALING: frozenset({CeremonyState.REVEALED, CeremonyState.STOPPED}),
    CeremonyState.REVEALED: frozenset({CeremonyState.NUMBERED}),
    CeremonyState.STOPPED: frozenset(),
    CeremonyState.NUMBERED: frozenset(),
}

POST_BATCH_EDGES: Mapping[PostBatchState, frozenset[PostBatchState]] = {
    PostBatchState.HANDED_OVER: frozenset({PostBatchState.RETURNED}),
    PostBatchState.RETURNED: frozenset({PostBatchState.RECHECKED}),
    PostBatchState.RECHECKED: frozenset({PostBatchState.SETTLED}),
    PostBatchState.SETTLED: frozenset(),
}

State = TypeVar("State", bound=StrEnum)

# A province that scores in its own software imports what the council settled, so a
# planned cycle may go straight to the council.
CYCLE_EDGES: Mapping[CycleState, frozenset[CycleState]] = {
    CycleState.PLANNED: frozenset({CycleState.SELF_SCORING, CycleState.COUNCIL}),
    CycleState.SELF_SCORING: frozenset({CycleState.VERIFICATION_1}),
    CycleState.VERIFICATION_1: frozenset({CycleState.EXPLANATION}),
    CycleState.EXPLANATION: frozenset({CycleState.VERIFICATION_2}),
    CycleState.VERIFICATION_2: frozenset({CycleState.INSPECTION}),
    CycleState.INSPECTION: frozenset({CycleState.COUNCIL}),
    CycleState.COUNCIL: frozenset({CycleState.MERGED}),
    CycleState.MERGED: frozenset({CycleState.COUNCIL, CycleState.APPROVED}),
    CycleState.APPROVED: frozenset({CycleState.PUBLISHED}),
    CycleState.PUBLISHED: frozenset(),
}


def step(edges: Mapping[State, frozenset[State]], present: State, wanted: State) -> State:
    """Return the wanted state if it may follow the present one.

    Raises
    ------
    WrongStateError
        If it may not.
    """
    if wanted not in edges[present]:
        raise WrongStateError()
    return wanted
