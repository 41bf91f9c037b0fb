"""A list with its faults beside it, kept for whoever sent it."""

from app.database import writing
from app.documents.fault_workbook import fault_workbook
from app.documents.media import XLSX
from app.queries.jobs import JobView
from app.services import job_files
from app.services.errors import InvalidInputError
from sampling.listing.sheet import opened

FAULTS = "loi-danh-sach.xlsx"


def keep(job: JobView, content: bytes, filename: str, error: InvalidInputError) -> None:
    """Keep the list of a job with its faults beside it."""
    table = opened(content, filename)
    if not table.rows:
        return
    rows = zip(table.numbers, table.rows, strict=True)
    workbook = fault_workbook(rows, table.header, error.faults, "vi")
    with writing() as session:
        job_files.keep(session, job, FAULTS, XLSX, workbook)
