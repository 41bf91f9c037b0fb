"""Who may be asked about a dossier, and at which phone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sampling.dossier import Dossier
from sampling.listing.cells import Cells
from sampling.listing.phones import NONE, Phone, read_phone

ROLES = ("owner", "submitter", "authorised", "taker")
# In this order a phone is looked for: who did or authorised the procedure, then who came along.
PHONES = (
    ("owner_phone", "owner"),
    ("phone", ""),
    ("authorised_phone", "authorised"),
    ("submitter_phone", "submitter"),
    ("taker_phone", "taker"),
)
RANK = {"ok": 0, "landline": 1, "masked": 2, "staff": 3, "invalid": 4, "none": 5}
REASONS = (
    *("sensitive_procedure", "staff_phone", "no_phone", "landline", "shared_phone"),
    "same_business",
)


@dataclass(frozen=True, slots=True)
class Contact:
    """The one person of a dossier that may be asked.

    Attributes
    ----------
    code : str
        Code of the dossier.
    phone : str
        E.164 (+84901234567); "" when none can be used.
    last_digits : str
        Last four digits of the phone on file, also of a masked one that shows them; "" if none.
    person_role : {"owner", "submitter", "authorised", "taker", ""}
        Whose phone it is; "" when the list does not say.
    barred : str
        Why no message may go there, the first that holds: sensitive_procedure, staff_phone,
        no_phone, landline, shared_phone, same_business (another dossier of the same tax code
        is asked); "" if one may.
    phone_group, digits_hash : str
        Of a minimised list, in hexadecimal digits: the same for equal phones; a keyed hash of
        code and last digits. Then `phone` is empty and the phone lies in a sealed file.
    """

    code: str
    phone: str
    last_digits: str = ""
    person_role: str = ""
    barred: str = ""
    phone_group: str = ""
    digits_hash: str = ""


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """A phone, or group of a minimised list, on more dossiers than allowed: personal data."""

    phone: str
    dossiers: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A phone with the role of who answers it, and what became of the search."""

    phone: Phone
    role: str
    state: str


NOTHING = Found(NONE, "", "none")


def phone_columns(cells: Cells) -> list[tuple[Sequence[str], str]]:
    """Columns of phones that a list has, with the role of who answers, in order of search."""
    return [(cells[target], role) for target, role in PHONES if target in cells]


def find_phone(
    columns: Sequence[tuple[Sequence[str], str]],
    role: str,
    rows: Sequence[int],
    staff: Collection[str],
) -> Found:
    """Take the best phone of a dossier: usable, of the owner first, never one of the staff.

    A phone of staff counts only where there is no other; `role` is that of a phone whose column
    names none.
    """
    best, best_rank = NOTHING, RANK["none"]
    for column, told in columns:
        for row in reversed(rows):
            text = column[row]
            if not text:
                continue
            phone = read_phone(text)
            state = "staff" if phone.number and phone.number in staff else phone.state
            if state == "ok":
                return Found(phone, told or role, state)
            if RANK[state] < best_rank:
                best_rank = RANK[state]
                best = Found(NONE if state == "staff" else phone, told or role, state)
    return best


def contact(code: str, found: Found, *, sensitive: bool, group: str, digits: str) -> Contact:
    """Make the contact of a dossier, barred where its own facts bar it."""
    barred = ""
    if sensitive:
        barred = "sensitive_procedure"
    elif found.state == "staff":
        barred = "staff_phone"
    elif not found.phone.number and not group:
        barred = "no_phone"
    elif found.state == "landline":
        barred = "landline"
    return Contact(
        code, found.phone.number, found.phone.last_digits, found.role, barred, group, digits
    )


def one_phone_of(contact: Contact) -> str:
    """What tells equal phones: the number, or its group in a minimised list."""
    return contact.phone or contact.phone_group


def bar_shared(
    contacts: Sequence[Contact],
    dossiers: Sequence[Dossier],
    tax_codes: Sequence[str],
    shared_above: int,
) -> tuple[list[Contact], tuple[SharedPhone, ...]]:
    """Bar phones on many dossiers, and all but one contact of each business.

    Of the contacts of a business that nothing else bars, the one with the smallest dossier code
    stays, so that the order of the list does not matter.
    """
    times = Counter(filter(None, map(one_phone_of, contacts)))
    shared = {phone for phone, count in times.items() if count > shared_above}
    units: defaultdict[str, set[str]] = defaultdict(set)
    asked: dict[str, str] = {}
    out = []
    for one, dossier, tax_code in zip(contacts, dossiers, tax_codes, strict=True):
        phone = one_phone_of(one)
        if phone in shared:
            units[phone].add(dossier.unit)
        barred = one.barred or ("shared_phone" if phone in shared else "")
        if not barred and tax_code and one.code < asked.get(tax_code, "\U0010ffff"):
            asked[tax_code] = one.code
        out.append(one if barred == one.barred else replace(one, barred=barred))
    for place, (one, tax_code) in enumerate(zip(out, tax_codes, strict=True)):
        if tax_code and not one.barred and asked[tax_code] != one.code:
            out[place] = replace(one, barred="same_business")
    review = [SharedPhone(phone, times[phone], tuple(sorted(units[phone]))) for phone in shared]
    return out, tuple(sorted(review, key=lambda phone: (-phone.dossiers, phone.phone)))
