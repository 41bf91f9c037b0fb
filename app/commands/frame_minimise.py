"""`khaosat frame minimise`: a list made free of personal data where it is kept, without network.

Two files leave the place: the frame, which names nobody, and the contacts, sealed for the office
that sends the messages.
"""

import csv
import hmac
import io
import secrets
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from app.commands.frame_report import said, tell
from app.commands.lists import INPUT, Lists, with_list_options
from app.commands.reporting import FAULTS, locale, stop_with_faults
from app.config import write_private
from app.services.errors import InvalidInputError
from app.services.sealed_contacts import KEY_LENGTH, SealedContacts, recipient, seal
from sampling.dossier import Dossier
from sampling.frame import frame_hash
from sampling.listing.contacts import Contact
from sampling.listing.phones import read_phone
from sampling.listing.reading import ListReading, Options

OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)
COLUMNS = (
    *("code", "unit", "field", "procedure", "respondent_kind", "channel", "status"),
    *("received", "due", "finished", "receiving_unit", "resolving_unit", "language"),
    *("person_role", "phone_group", "digits_hash"),
)
NEVER_WRITTEN = ("sensitive_procedure", "staff_phone")
EXISTS = {"vi": "{path} đã có: chọn tên khác", "en": "{path} exists: choose another name"}
# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@with_list_options
@click.option("--to", "key_path", type=INPUT, required=True, help="Khoá công khai của nơi nhận.")
@click.option("--out", "out_path", type=OUTPUT, required=True, help="Tệp dàn mẫu sẽ ghi (CSV).")
@click.option("--contacts", "contacts_path", type=OUTPUT, required=True, help="Tệp liên hệ.")
@click.option("--staff-phones", type=INPUT, help="Số của cán bộ và người nộp hộ, mỗi dòng một số.")
def minimise(
    list_path: Path,
    mapping_path: Path | None,
    units_path: Path | None,
    crosswalk_path: Path | None,
    key_path: Path,
    out_path: Path,
    contacts_path: Path,
    staff_phones: Path | None,
) -> None:
    """Tách danh sách thành dàn mẫu không có dữ liệu cá nhân và tệp liên hệ đã niêm phong."""
    try:
        public = recipient(key_path.read_text(encoding="ascii", errors="replace"))
    except InvalidInputError as error:
        raise click.UsageError(f"{key_path}: {error}") from error
    for path in (out_path, contacts_path):
        if path.exists():
            raise click.UsageError(EXISTS[locale()].format(path=path))
    options = Options(staff_phones=phones_of(staff_phones))
    lists = Lists(list_path, mapping_path, units_path, crosswalk_path, options=options)
    reading = lists.reading
    if reading.faults:
        click.echo(said("faults", count=len(reading.faults)), err=True)
        stop_with_faults(reading.faults, as_json=False)
    if not reading.dossiers:
        tell(reading.report, lists.book)
        sys.exit(FAULTS)
    key = secrets.token_bytes(KEY_LENGTH)
    frame = minimised(reading, key)
    contacts = tuple(map(without_need, reading.contacts))
    sealed = SealedContacts(key, frame_hash(reading.dossiers), contacts)
    write_private(contacts_path, seal(public, sealed))
    out_path.write_bytes(frame)
    tell(reading.report, lists.book)
    for path in (out_path, contacts_path):
        click.echo(said("written", path=path))
    click.echo(f"SHA-256 {sealed.frame_hash}")


def without_need(contact: Contact) -> Contact:
    """Leave out a phone that no message may ever go to."""
    return replace(contact, phone="") if contact.barred in NEVER_WRITTEN else contact


def phones_of(path: Path | None) -> frozenset[str]:
    """Phones of a file, one a line; lines that are none end the command."""
    if path is None:
        return frozenset()
    lines = [*filter(None, map(str.strip, path.read_text(encoding="utf-8-sig").splitlines()))]
    numbers = [read_phone(line).number for line in lines]
    if "" in numbers:
        row = numbers.index("") + 1
        told = {"vi": "dòng {row} không phải số điện thoại", "en": "row {row} is no phone"}
        raise click.UsageError(f"{path}: {told[locale()].format(row=row)}")
    return frozenset(numbers)


def minimised(reading: ListReading, key: bytes) -> bytes:
    """Write the frame: days without times, no name, no phone."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows(reading, key)])
    return text.getvalue().encode()


def rows(reading: ListReading, key: bytes) -> Iterator[list[str]]:
    """Rows of the frame in the order of the codes, whatever order the list had."""
    pairs = zip(reading.dossiers, reading.contacts, strict=True)
    for dossier, contact in sorted(pairs, key=lambda pair: pair[0].code):
        yield [*map(harmless, cells(dossier)), contact.person_role, *hashes(contact, key)]


def cells(dossier: Dossier) -> list[str]:
    """A dossier's facts."""
    days = (dossier.received, dossier.due, dossier.finished)
    return [
        *(dossier.code, dossier.unit, dossier.field, dossier.procedure),
        *(dossier.respondent_kind, dossier.channel, dossier.status),
        *(moment.date().isoformat() if moment else "" for moment in days),
        *(dossier.receiving_unit, dossier.resolving_unit, dossier.language),
    ]


def hashes(contact: Contact, key: bytes) -> tuple[str, str]:
    """Group of the phone, hash of code and last digits: without the key they tell nothing."""
    group = keyed(key, "phone", contact.phone) if contact.phone else ""
    digits = contact.last_digits
    return group, keyed(key, "digits", contact.code, digits) if digits else ""


def keyed(key: bytes, *parts: str) -> str:
    """Keyed hash of some texts, in hexadecimal digits."""
    return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from running a cell."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
