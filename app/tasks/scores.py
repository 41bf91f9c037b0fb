"""Jobs about score files: look at one, work out what it would change, store it."""

import json
from typing import Any

from sqlalchemy.orm import Session

from app.database import writing
from app.documents.media import XLSX
from app.documents.score_faults import FaultySheet, score_faults
from app.queries import jobs as job_rows
from app.queries.jobs import JobView
from app.services import job_files, leases, score_files, scoring
from app.services.errors import InvalidInputError, NotFoundError
from app.services.score_files import Policy, ScoreFile, Workbook
from app.services.scoring import ScoreImport
from app.tasks import given

FAULTS = "loi-bang-diem.xlsx"


def read_scores(job: JobView) -> dict[str, Any]:
    """Look at a file: go to its mapping, or to what it would change."""
    cycle = scoring.importable_cycle(int(job.arguments["cycle_id"]))
    scheme = scoring.scheme_of_cycle(cycle)
    file_id = score_files.file_id(job)
    content, filename = score_files.open_upload(file_id)
    here = {"file_id": file_id, "filename": filename}
    found = recognised(job, content, filename)
    if isinstance(found, Workbook):
        looked = score_files.looked_at(found, scheme, filename, job.arguments.get("headers", {}))
        onward = {"next": f"/index/{cycle.id}/scores/mapping/{job.id}"}
        return score_files.hand_on(job, looked | here | onward)
    return preview(job, cycle.id, found, here)


def recognised(job: JobView, content: bytes, filename: str) -> ScoreFile | Workbook:
    """Tell how a file is read: as a person said, as it came before, or not known yet."""
    asked = job.arguments
    if "mapping" in asked:
        return score_files.mapped(
            content, filename, asked["mapping"], asked["source"], asked["signature"]
        )
    if "headers" in asked:
        return score_files.look(content, filename)
    if "policy" in asked:
        return ScoreFile(content, filename, policy=Policy(asked["policy"]))
    cycle = scoring.cycle_and_set(int(asked["cycle_id"]))
    return score_files.recognise(content, filename, scoring.scheme_of_cycle(cycle))


def preview(job: JobView, cycle_id: int, file: ScoreFile, here: dict[str, Any]) -> dict[str, Any]:
    """Work out what a file would change; its faults come back as a workbook too."""
    try:
        found = scoring.preview(cycle_id, file)
    except InvalidInputError as error:
        keep_workbook(job, file, error)
        look = job.arguments.get("look")
        if look is None:
            raise
        # The file itself may be right and the mapping wrong: the way back to it.
        back = f"/index/{cycle_id}/scores/mapping/{look}?attempt={job.id}"
        raise InvalidInputError(error.text, error.faults, back=back) from error
    result = {
        **here,
        **file.way(),
        "digest": found.digest,
        "look": job.arguments.get("look"),
        "next": f"/index/{cycle_id}/scores/preview/{job.id}",
    }
    return score_files.hand_on(job, result, json.dumps(found.changes).encode())


def keep_workbook(job: JobView, file: ScoreFile, error: InvalidInputError) -> None:
    """Keep the sheets with their faulty cells marked for whoever sent the file."""
    book = score_files.look(file.content, file.filename)
    if not book.sheets:
        return
    sheets = [FaultySheet(sheet.name, sheet.rows) for sheet in book.visible()]
    faults = [fault.as_dict("vi") for fault in error.faults]
    with writing() as session:
        job_files.keep(session, job, FAULTS, XLSX, score_faults(sheets, faults))


def import_scores(job: JobView) -> dict[str, Any]:
    """Store the changes that somebody confirmed."""
    cycle_id = int(job.arguments["cycle_id"])
    read = job_rows.job(int(job.arguments["read_job"]))
    if read is None or read.arguments.get("cycle_id") != cycle_id or "digest" not in read.result:
        raise NotFoundError()

    def told(done: ScoreImport) -> dict[str, Any]:
        onward = f"/index/{cycle_id}/scores/imports/{done.id}"
        return {"units": done.units, "scores": done.scores, "next": onward}

    def end(session: Session, done: ScoreImport) -> None:
        score_files.let_go(session, read.result)
        leases.conclude(session, job, told(done))

    done = scoring.import_file(
        given.actor(job),
        cycle_id,
        score_files.handed_on(read.result),
        confirmed=str(job.arguments["digest"]),
        conclude=end,
    )
    return told(done)
