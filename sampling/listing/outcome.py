"""What a reading of a list is asked, and what comes of it."""

from dataclasses import dataclass
from datetime import date

from sampling.dossier import Dossier
from sampling.errors import Fault
from sampling.listing.contacts import Contact, SharedPhone
from sampling.listing.report import ListReport


@dataclass(frozen=True)
class Options:
    """What the reading needs beyond the file, its mapping and the units.

    Attributes
    ----------
    staff_phones : frozenset of str
        Phones of staff and brokers in E.164: nobody is asked there.
    exclude_staff : bool
        Whether dossiers that have no other phone than one of those leave the frame, counted as
        staff. Otherwise they stay, barred from messages: staff type many dossiers for people.
    period : (date, date) or None
        First and last day of receipt that the list should cover; None takes its own extent.
    """

    staff_phones: frozenset[str] = frozenset()
    exclude_staff: bool = False
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class ListReading:
    """What came of a list.

    Attributes
    ----------
    dossiers : tuple of Dossier
        The frame: `phone` and `name` are empty, `unit`, `receiving_unit` and `resolving_unit`
        are codes of the book, "" where a receiving or resolving unit is not resolved.
    contacts : tuple of Contact
        One for each dossier, in the same order; personal data.
    shared_phones : tuple of SharedPhone
        Phones to review; personal data.
    faults : tuple of Fault
        In the order of the file. Values of personal columns are never in them.
    report : ListReport
        Counts.
    """

    dossiers: tuple[Dossier, ...]
    contacts: tuple[Contact, ...]
    shared_phones: tuple[SharedPhone, ...]
    faults: tuple[Fault, ...]
    report: ListReport
