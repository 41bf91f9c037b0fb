"""Score files on their way in: recognised, mapped by a person, read; nothing is stored here."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from analysis.scoring.scheme import Scheme
from analysis.scoring.score_mapping import Policy, ScoreMapping, SheetMapping, from_document
from analysis.scoring.score_mapping_headers import Header
from analysis.scoring.score_mapping_names import UnitName
from analysis.scoring.score_mapping_reading import LeftOut, read_scores
from analysis.scoring.score_mapping_sheets import Sheet, Workbook, letter, look
from analysis.scoring.score_mapping_suggesting import guess_sheet, suggest
from analysis.scoring.score_mapping_table import Given, as_table
from analysis.scoring.scorecard import COLUMNS, is_legible
from app.database import writing
from app.models import Job, Upload
from app.queries import jobs as job_rows, sources, units
from app.queries.jobs import JobView
from app.services import jobs, leases
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.texts import N_
from app.vocabulary import SourceKind
from sampling.errors import Fault
from sampling.tabular import read_table

__all__ = ["Policy", "ScoreFile", "Workbook", "look", "recognise"]

SAMPLES, LONGEST_SAMPLE = 4, 60
MOST_LEFT_OUT = 200


@dataclass(frozen=True)
class ScoreFile:
    """A file and how it is read.

    Attributes
    ----------
    mapping : ScoreMapping or None
        None for a table in the canonical format.
    source, signature : str
        Under what name files with this header are remembered; "" for not at all.
    """

    content: bytes
    filename: str
    mapping: ScoreMapping | None = None
    policy: Policy = Policy.REPLACE
    source: str = ""
    signature: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def way(self) -> dict[str, Any]:
        """Tell how the file is read, as values for JSON."""
        return {
            "policy": self.policy.value,
            "mapping": self.mapping.to_document() if self.mapping else None,
            "source": self.source,
            "signature": self.signature,
        }


@dataclass(frozen=True)
class Read:
    """A file as a canonical table, what was left out, and what keeps it from being one."""

    given: Given
    left_out: tuple[LeftOut, ...] = ()
    faults: tuple[Fault, ...] = ()


def unit_names(scheme: Scheme) -> tuple[UnitName, ...]:
    """List the units that a file may name, with their group of the criteria set."""
    groups = {group.code for group in scheme.groups}
    return tuple(
        UnitName(unit.code, unit.name, unit.group if unit.group in groups else "")
        for unit in units.all_units()
    )


def is_canonical(content: bytes, filename: str) -> bool:
    """Whether a file comes in the format of SCORES.csv."""
    return is_legible(read_table(content, filename, COLUMNS).header)


def read(file: ScoreFile, scheme: Scheme) -> Read:
    """Read a file as it is mapped."""
    if file.mapping is None:
        return Read(Given(read_table(file.content, file.filename, COLUMNS)))
    book = look(file.content, file.filename)
    faults: list[Fault] = [*book.faults]
    if not faults:
        faults += file.mapping.faults(book, scheme)
    if faults:
        raise InvalidInputError(N_("The columns of this file cannot be read so."), faults)
    reading = read_scores(book, file.mapping, scheme, unit_names(scheme))
    return Read(as_table(reading), reading.left_out, reading.faults)


def remembered(book: Workbook, scheme: Scheme) -> tuple[str, ScoreMapping] | None:
    """Find how files with this header were read before; None where that does not fit."""
    source = sources.find(SourceKind.SCORES, book.signature())
    if source is None:
        return None
    mapping = from_document(source.mapping).fitted(book)
    return None if mapping.faults(book, scheme) else (source.name, mapping)


def recognise(content: bytes, filename: str, scheme: Scheme) -> ScoreFile | Workbook:
    """Tell how a file is read, or give it back as it looks where a person must say.

    Raises
    ------
    InvalidInputError
        If it is no table at all.
    """
    if is_canonical(content, filename):
        return ScoreFile(content, filename)
    book = look(content, filename)
    if book.faults:
        raise InvalidInputError(N_("The file cannot be read; nothing was stored."), book.faults)
    known = remembered(book, scheme)
    if known is None:
        return book
    name, mapping = known
    return ScoreFile(content, filename, mapping, mapping.policy, name, book.signature())


def mapped(
    content: bytes, filename: str, document: dict[str, Any], source: str, signature: str
) -> ScoreFile:
    """Take a mapping that a person made.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    try:
        mapping = from_document(document)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(N_("The columns of this file cannot be read so.")) from error
    return ScoreFile(content, filename, mapping, mapping.policy, source, signature)


def handed_on(result: dict[str, Any]) -> ScoreFile:
    """Take up the file of an earlier look again, read as it was then."""
    content, filename = open_upload(int(result["file_id"]))
    if result["mapping"] is None:
        return ScoreFile(content, filename, policy=Policy(result["policy"]))
    return mapped(content, filename, result["mapping"], result["source"], result["signature"])


def let_go(session: Session, result: dict[str, Any]) -> None:
    """Delete the file of an earlier look, and what it would change, once that is stored."""
    kept = (result["file_id"], result["changes"])
    session.execute(delete(Upload).where(Upload.id.in_(kept)))


def looked_at(
    book: Workbook, scheme: Scheme, filename: str, headers: dict[str, list[int]]
) -> dict[str, Any]:
    """Tell how a file looks and how it would be read, for the page on which a person says so."""
    chosen = {
        sheet.name: Header(*headers[sheet.name])
        for sheet in book.sheets
        if sheet.name in headers
        and 0 <= headers[sheet.name][0] <= headers[sheet.name][1] < len(sheet.rows)
    }
    names = unit_names(scheme)
    suggested = suggest(book, scheme, names, chosen)
    used = {own.name for own in suggested.sheets}
    every = [
        guess_sheet(sheet, scheme, names, chosen.get(sheet.name, sheet.header))
        for sheet in book.sheets
    ]
    return {
        "sheets": [
            sheet_document(sheet, own, used=sheet.name in used)
            for sheet, own in zip(book.sheets, every, strict=True)
        ],
        "mapping": ScoreMapping(tuple(every)).to_document(),
        "groups": [[group.code, group.title] for group in scheme.groups],
        "criteria": [[criterion.code, criterion.title] for criterion in scheme.criteria()],
        "units": [[unit.code, unit.name] for unit in names if unit.group],
        "name": PurePath(filename).stem,
        "signature": book.signature(),
    }


def sheet_document(sheet: Sheet, own: SheetMapping, *, used: bool) -> dict[str, Any]:
    """Tell what a sheet looks like: its columns with headers and some of their cells."""
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "used": used,
        "rows": len(sheet.rows),
        "columns": [
            {
                "place": column,
                "letter": letter(column),
                "header": sheet.title(column, own.header),
                "samples": samples(sheet, own, column),
            }
            for column in range(sheet.width)
        ],
    }


def samples(sheet: Sheet, own: SheetMapping, column: int) -> list[str]:
    """Give the first different cells of a column."""
    below = (sheet.text(row, column) for row in range(own.header.last + 1, len(sheet.rows)))
    return [cell[:LONGEST_SAMPLE] for cell in dict.fromkeys(filter(None, below))][:SAMPLES]


def left_out_values(left_out: tuple[LeftOut, ...]) -> list[list[Any]]:
    """Tell which rows were not read, as values for JSON."""
    shown = left_out[:MOST_LEFT_OUT]
    return [[each.sheet, each.row, each.text[:LONGEST_SAMPLE], each.reason] for each in shown]


def open_upload(upload_id: int) -> tuple[bytes, str]:
    """Read a file that an earlier look handed on.

    Raises
    ------
    WrongStateError
        If it is not kept any more.
    """
    found = job_rows.upload(upload_id)
    if found is None:
        raise WrongStateError(N_("The file is not kept any more: send it again."))
    return jobs.unpacked(found.sealed), found.filename


def hand_on(job: JobView, result: dict[str, Any], changes: bytes | None = None) -> dict[str, Any]:
    """End a look at a file and keep the file, and what it would change, for the next step."""
    with writing() as session:
        kept = {name: value for name, value in job.arguments.items() if name != jobs.UPLOAD}
        # The end of a job deletes the file it names: this job must not name it any more.
        session.execute(update(Job).where(Job.id == job.id).values(arguments=kept))
        if changes is not None:
            digest = hashlib.sha256(changes).hexdigest()
            result["changes"] = jobs.keep_upload(session, "changes.json", changes, digest)
        leases.conclude(session, job, result)
    return result


def file_id(job: JobView) -> int:
    """Number of the file that a look reads: its own, or the one that an earlier look kept."""
    found = job.arguments.get(jobs.UPLOAD) or job.arguments.get("file_id")
    if found is None:
        raise NotFoundError()
    return int(found)
