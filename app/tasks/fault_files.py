"""A list with its faults beside it, kept for whoever sent it."""

from collections.abc import Iterable
from itertools import islice

from app.database import writing
from app.documents.fault_workbook import fault_workbook
from app.documents.media import XLSX
from app.queries.jobs import JobView
from app.services import job_files
from app.services.errors import InvalidInputError
from sampling.listing.sheet import opened

FAULTS = "loi-danh-sach.xlsx"
# A longer list would take minutes to write and more than a spreadsheet opens with ease.
MOST_ROWS = 50_000


def keep(job: JobView, content: bytes, filename: str, error: InvalidInputError) -> None:
    """Keep the list of a job with its faults beside it; of a long list only the faulty rows."""
    error.__traceback__ = None  # its frames hold the list as it was read the first time
    table = opened(content, filename)
    if not table.rows:
        return
    rows: Iterable[tuple[int, tuple[str, ...]]] = zip(table.numbers, table.rows, strict=True)
    if len(table.rows) > MOST_ROWS:
        faulty = {fault.row for fault in error.faults}
        rows = islice((row for row in rows if row[0] in faulty), MOST_ROWS)
    workbook = fault_workbook(rows, table.header, error.faults, "vi")
    with writing() as session:
        job_files.keep(session, job, FAULTS, XLSX, workbook)
