"""Noting how attempts to reach people ended: one dossier, or a file of them.

The reply is the same whether a dossier was drawn or not, answered or not (decision 0047).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import DrawnCase, Round
from app.queries import cases as rows
from app.services import populations, recording, rounds
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import Actor
from app.services.rights import require
from app.texts import N_
from app.vocabulary import CaseChannel, CaseOutcome, Role, RoundState
from sampling.errors import UnreadableFileError
from sampling.tabular import numbered_rows, tidy

MOST_ROWS = 20_000
MOST_FAULTS = 100
# Codes, words and heading of a file; words of people are taken in any case.
HEADING = frozenset({"code", "mã hồ sơ", "ma ho so"})
OUTCOMES: Mapping[str, CaseOutcome] = {
    "không liên lạc được": CaseOutcome.NOT_REACHED,
    "từ chối": CaseOutcome.REFUSED,
    "hồ sơ thử": CaseOutcome.TEST_DOSSIER,
    "đã chuyển đi": CaseOutcome.MOVED,
    "đã mất": CaseOutcome.DECEASED,
    "sai liên hệ": CaseOutcome.WRONG_CONTACT,
    "khác": CaseOutcome.OTHER,
}
CHANNELS: Mapping[str, CaseChannel] = {
    "phiếu mời": CaseChannel.SLIP,
    "tin nhắn": CaseChannel.SMS,
    "điện thoại": CaseChannel.PHONE,
    "bưu điện": CaseChannel.POST,
}
Word = TypeVar("Word", bound=StrEnum)
WORKERS = frozenset({Role.COORDINATOR})


@dataclass(frozen=True)
class Case:
    """How an attempt ended, by the code of its dossier; `row` is where it stands in a file."""

    code: str
    outcome: CaseOutcome
    channel: CaseChannel
    row: int = 1


@dataclass(frozen=True)
class CaseFault:
    """A row that cannot be used, and why: a catalogue text."""

    row: int
    value: str
    text: str


def note(actor: Actor, round_id: int, cases: Sequence[Case]) -> int:
    """Note how attempts ended; what was noted of a dossier before is replaced.

    Returns
    -------
    int
        Dossiers noted.

    Raises
    ------
    InvalidInputError
        If the list has no dossier of a code, with a `CaseFault` for each; nothing is noted then.
    WrongStateError
        If the round is not open.
    """
    with writing() as session:
        person = require(actor, WORKERS)
        found = rounds.locked_round(session, round_id)
        if found.state is not RoundState.OPEN:
            raise WrongStateError(N_("Outcomes are noted while a round is open."))
        numbers = _numbers(found, cases)
        for case in cases:
            _put(session, found.id, numbers[case.code], case, person.id)
        # Neither codes nor outcomes: the log is public, and rows of few would name people.
        recording.record(session, actor, "cases.noted", f"round:{round_id}", cases=len(numbers))
    return len(numbers)


def _numbers(found: Round, cases: Sequence[Case]) -> dict[str, int]:
    kinds = (found.plan or {}).get(populations.KEY, {}).get("respondents", [])
    numbers = rows.dossiers(found.id, [case.code for case in cases], kinds)
    faults = [
        CaseFault(case.row, case.code, UNKNOWN_CODE) for case in cases if case.code not in numbers
    ]
    if faults:
        raise InvalidInputError(faults=faults[:MOST_FAULTS])
    return numbers


def _put(session: Session, round_id: int, dossier_id: int, case: Case, account_id: int) -> None:
    where = DrawnCase.round_id == round_id, DrawnCase.dossier_id == dossier_id
    row = session.scalar(select(DrawnCase).where(*where))
    if row is None:
        row = DrawnCase(round_id=round_id, dossier_id=dossier_id)
        session.add(row)
    row.outcome, row.channel = case.outcome, case.channel
    row.noted_by, row.noted_on = account_id, clock.today()


UNKNOWN_CODE = N_("The list of the round has no dossier of this code.")
UNKNOWN_OUTCOME = N_("This is none of the outcomes.")
UNKNOWN_CHANNEL = N_("This is none of the channels.")
TWICE = N_("This dossier stands in the file twice.")


def read(content: bytes, filename: str) -> list[Case]:
    """Read rows of code, outcome and channel, from a text file or workbook.

    Raises
    ------
    InvalidInputError
        If the file cannot be read or is empty, or with a `CaseFault` for each row that cannot be
        used.
    """
    try:
        rows_read = list(numbered_rows(content, filename, lambda _: False))
    except UnreadableFileError as error:
        raise InvalidInputError(UNREADABLE) from error
    table = [(row, [tidy(cell) for cell in cells]) for row, cells in rows_read if any(cells)]
    if table and table[0][1][0].casefold() in HEADING:
        table = table[1:]
    if not 1 <= len(table) <= MOST_ROWS:
        raise InvalidInputError(UNREADABLE)
    found: dict[str, Case] = {}
    faults: list[CaseFault] = []
    for row, cells in table:
        code, outcome, channel = [*cells, "", "", ""][:3]
        how, through = _word(outcome, OUTCOMES), _word(channel, CHANNELS)
        if how is None:
            faults.append(CaseFault(row, outcome, UNKNOWN_OUTCOME))
        elif through is None:
            faults.append(CaseFault(row, channel, UNKNOWN_CHANNEL))
        elif code in found:
            faults.append(CaseFault(row, code, TWICE))
        else:
            found[code] = Case(code, how, through, row)
    if faults:
        raise InvalidInputError(faults=faults[:MOST_FAULTS])
    return list(found.values())


def _word(text: str, words: Mapping[str, Word]) -> Word | None:
    """Read a word of a closed list, in Vietnamese or as it is stored."""
    known = {value.value: value for value in words.values()} | {**words}
    return known.get(text.casefold())


UNREADABLE = N_(
    "The file cannot be read: send a text file or a workbook with code, outcome and channel in "
    "each row."
)
