"""Who takes part in a ceremony and by which rules: fixed and published before any secret (0053)."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.services.errors import FieldFault, InvalidInputError
from app.texts import N_
from app.vocabulary import AbsentRule, NumberKind
from sampling.ceremony import FEWEST_PARTIES, Ceremony as Held
from sampling.draw_errors import DrawError
from sampling.draw_record import Commitment
from sampling.seeding import tidy

MOST_PARTIES = 6
LONGEST_NAME = 100
LONGEST_SOURCE = 300
# Names stand in lines that people copy into a shell: nothing that a shell would read as its own.
NAME = re.compile(r"[\w.,()/&–\- ]+")


@dataclass(frozen=True)
class Guest:
    """A party besides the office, with the commitment that it handed in.

    Attributes
    ----------
    row : int
        Its row in the form, for faults.
    """

    name: str
    commitment: str
    row: int


@dataclass(frozen=True)
class Arrangement:
    """What is announced of a ceremony.

    Attributes
    ----------
    office : str
        The name under which the office itself commits.
    number_at : datetime or None
        When the number comes out; None for dice thrown once everybody has revealed.
    """

    office: str
    guests: tuple[Guest, ...]
    absent: AbsentRule
    number_kind: NumberKind
    number_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        """Write it as a job is given it."""
        return {
            "office": self.office,
            "guests": [asdict(guest) for guest in self.guests],
            "absent": self.absent.value,
            "number_kind": self.number_kind.value,
            "number_at": self.number_at.isoformat() if self.number_at else None,
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Arrangement":
        """Read what `document` wrote."""
        at = document["number_at"]
        return cls(
            document["office"],
            tuple(Guest(**guest) for guest in document["guests"]),
            AbsentRule(document["absent"]),
            NumberKind(document["number_kind"]),
            datetime.fromisoformat(at) if at else None,
        )


def agreed(arrangement: Arrangement, own: str, source: str, now: datetime) -> Commitment:
    """Check an arrangement and write it as it is published.

    Parameters
    ----------
    own : str
        The office's commitment, made under its name.
    source : str
        Which public number; the moment from which it is taken is added.

    Returns
    -------
    Commitment
        With the office first, and the source as it is told everywhere.

    Raises
    ------
    InvalidInputError
        With a `FieldFault` for each fault.
    """
    faults = faults_of(arrangement, source, now)
    if faults:
        raise InvalidInputError(faults=faults)
    told = source_text(source, arrangement.number_at)
    hashes: Mapping[str, str] = {
        tidy(arrangement.office): own,
        **{tidy(guest.name): guest.commitment for guest in arrangement.guests},
    }
    try:
        held = Held.opened(hashes, told, now.isoformat(timespec="seconds"), arrangement.absent)
    except DrawError as error:
        raise InvalidInputError(faults=[fault_of(error, arrangement)]) from error
    return held.commitment


def faults_of(arrangement: Arrangement, source: str, now: datetime) -> list[FieldFault]:
    """List what is wrong with names, number of parties and the public number."""
    faults = [
        FieldFault(part, NAMED)
        for part, name in named(arrangement)
        if not NAME.fullmatch(tidy(name)) or len(tidy(name)) > LONGEST_NAME
    ]
    names = [tidy(name).casefold() for _, name in named(arrangement)]
    if not FEWEST_PARTIES <= len(names) <= MOST_PARTIES or len({*names}) < len(names):
        faults.append(FieldFault("office", ENOUGH, {"least": FEWEST_PARTIES, "most": MOST_PARTIES}))
    at = arrangement.number_at
    if arrangement.number_kind is NumberKind.LOTTERY and (at is None or at <= now):
        faults.append(FieldFault("number_day", LATER))
    if not source.strip() or len(source_text(source, at)) > LONGEST_SOURCE:
        faults.append(FieldFault("public_source", SOURCE))
    return faults


def named(arrangement: Arrangement) -> list[tuple[str, str]]:
    """List names with the field each was entered in."""
    guests = [(f"party_{guest.row}", guest.name) for guest in arrangement.guests]
    return [("office", arrangement.office), *guests]


def fault_of(error: DrawError, arrangement: Arrangement) -> FieldFault:
    """Put what the pure rules refuse beside the field it is about."""
    party = error.params.get("party")
    for guest in arrangement.guests:
        if tidy(guest.name) == party:
            return FieldFault(f"hash_{guest.row}", HASH)
    return FieldFault("office", ENOUGH, {"least": FEWEST_PARTIES, "most": MOST_PARTIES})


def source_text(source: str, number_at: datetime | None) -> str:
    """Write the source of the number with the moment from which it is taken."""
    if number_at is None:
        return tidy(source)
    local = number_at.astimezone(clock.LOCAL)
    return f"{tidy(source)} (từ {local:%H:%M} ngày {local:%d/%m/%Y})"


NAMED = N_("Name the party with letters, digits and blanks, at most 100 characters.")
ENOUGH = N_("From %(least)s to %(most)s parties are needed with the office, each named once.")
LATER = N_("Enter a day and a time still to come: secrets are taken only before it.")
SOURCE = N_("Name the public number and its date, in at most 300 characters.")
HASH = N_("A commitment has 64 hexadecimal digits, and no two parties have the same.")
