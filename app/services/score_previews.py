"""The way of a score file through the pages: sent, mapped, looked at, confirmed.

The work itself is the worker's (`score_files`, `scoring`); this part is what the web needs of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.queries import jobs as job_rows
from app.queries.cycles import CycleView
from app.queries.jobs import JobView
from app.queries.score_imports import ChangeSet, change_set
from app.services import jobs
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.sources import LONGEST_NAME
from app.texts import N_
from app.vocabulary import JobKind, JobState


@dataclass(frozen=True)
class Look:
    """A file that waits for somebody to say how its columns are read; `document` tells of it."""

    job_id: int
    file_id: int
    filename: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Preview:
    """What a file would change, before anything is stored.

    Attributes
    ----------
    mapping : mapping or None
        How the file is read; None for the canonical format.
    look_id : int or None
        Number of the look at whose page the mapping was made.
    """

    job_id: int
    file_id: int
    filename: str
    policy: str
    mapping: Mapping[str, Any] | None
    source: str
    signature: str
    digest: str
    look_id: int | None
    changes: ChangeSet


def ask_read(actor: Actor, cycle: CycleView, file: tuple[str, bytes]) -> int:
    """Ask the worker to look at a file; the number of the job."""
    wanted = {"cycle_id": cycle.id}
    return jobs.ask(actor, JobKind.READ_SCORES, wanted, file, subject=_subject(cycle))


def ask_headers(
    actor: Actor, cycle: CycleView, look: Look, headers: Mapping[str, tuple[int, int]]
) -> int:
    """Ask the worker to look again with other header lines."""
    lines = {name: [first, last] for name, (first, last) in headers.items()}
    wanted = {"cycle_id": cycle.id, "file_id": look.file_id, "headers": lines}
    return jobs.ask(actor, JobKind.READ_SCORES, wanted, subject=_subject(cycle))


def ask_mapped(
    actor: Actor, cycle: CycleView, look: Look, mapping: Mapping[str, Any], source: str
) -> int:
    """Ask the worker to read a file as somebody mapped it.

    Raises
    ------
    InvalidInputError
        If the source has no name.
    """
    source = source.strip()
    if not source or len(source) > LONGEST_NAME:
        raise InvalidInputError(N_("Name the source of this file, in at most 300 characters."))
    wanted = {
        "cycle_id": cycle.id,
        "file_id": look.file_id,
        "mapping": dict(mapping),
        "source": source,
        "signature": look.document["signature"],
        "look": look.job_id,
    }
    return jobs.ask(actor, JobKind.READ_SCORES, wanted, subject=_subject(cycle))


def ask_policy(actor: Actor, cycle: CycleView, seen: Preview, policy: str) -> int:
    """Ask the worker to work out the same file with another policy."""
    wanted: dict[str, Any] = {"cycle_id": cycle.id, "file_id": seen.file_id, "policy": policy}
    if seen.mapping is not None:
        wanted |= {
            "mapping": {**seen.mapping, "policy": policy},
            "source": seen.source,
            "signature": seen.signature,
            "look": seen.look_id,
        }
    return jobs.ask(actor, JobKind.READ_SCORES, wanted, subject=_subject(cycle))


def ask_import(actor: Actor, cycle: CycleView, seen: Preview, digest: str) -> int:
    """Ask the worker to store what a page showed.

    Raises
    ------
    WrongStateError
        If the digest is not that of the page.
    """
    if digest != seen.digest:
        raise WrongStateError()
    wanted = {"cycle_id": cycle.id, "read_job": seen.job_id, "digest": digest}
    return jobs.ask(actor, JobKind.IMPORT_SCORES, wanted, subject=_subject(cycle))


def _subject(cycle: CycleView) -> str:
    return f"cycle:{cycle.id}"


def attempted(cycle_id: int, job_id: int) -> Mapping[str, Any] | None:
    """Give the mapping of an attempt that failed, so that nothing must be chosen twice."""
    job = job_rows.job(job_id)
    if job is None or job.kind is not JobKind.READ_SCORES:
        return None
    same = job.arguments.get("cycle_id") == cycle_id
    found = job.arguments.get("mapping") if same else None
    return found if isinstance(found, dict) else None


def look_of(cycle_id: int, job_id: int) -> Look:
    """Find the look whose file waits for its mapping.

    Raises
    ------
    NotFoundError
        If there was no such look, for this cycle.
    WrongStateError
        If the file is not kept any more.
    """
    job = _read_job(cycle_id, job_id)
    if "sheets" not in job.result:
        raise NotFoundError()
    file_id = job.result["file_id"]
    if job_rows.upload(file_id) is None:
        raise WrongStateError(N_("The file is not kept any more: send it again."))
    return Look(job_id, file_id, job.result["filename"], job.result)


def preview_of(cycle_id: int, job_id: int) -> Preview:
    """Find what a look at a file found that it would change.

    Raises
    ------
    NotFoundError
        If there was no such look, for this cycle.
    WrongStateError
        If the file, or what it would change, is not kept any more.
    """
    result = _read_job(cycle_id, job_id).result
    if "changes" not in result:
        raise NotFoundError()
    kept = job_rows.upload(result["changes"])
    if kept is None or job_rows.upload(result["file_id"]) is None:
        raise WrongStateError(N_("The file is not kept any more: send it again."))
    changes = json.loads(jobs.unpacked(kept.sealed))
    return Preview(
        job_id,
        result["file_id"],
        result["filename"],
        result["policy"],
        result["mapping"],
        result["source"],
        result["signature"],
        result["digest"],
        result.get("look"),
        change_set(changes),
    )


def _read_job(cycle_id: int, job_id: int) -> JobView:
    job = job_rows.job(job_id)
    if job is None or job.kind is not JobKind.READ_SCORES or job.state is not JobState.DONE:
        raise NotFoundError()
    if job.arguments.get("cycle_id") != cycle_id:
        raise NotFoundError()
    return job
