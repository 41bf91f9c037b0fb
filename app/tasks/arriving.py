"""Jobs about lists that come while a round asks: the same file, read in the same way (0049)."""

from dataclasses import asdict
from typing import Any

from app.queries import rounds
from app.queries.jobs import JobView
from app.services import arriving_lists, frame_sources, leases
from app.services.arriving_lists import Taken
from app.services.arriving_plans import is_arriving
from app.services.errors import InvalidInputError
from app.services.framing import Origin
from app.tasks import claims, fault_files, given
from app.vocabulary import ArrivalState


def concerns(round_id: int) -> bool:
    """Whether the dossiers of a round arrive."""
    found = rounds.one(round_id)
    return found is not None and is_arriving(found.plan)


def read(job: JobView, round_id: int) -> dict[str, Any]:
    """Look at a list; take it at once if nobody needs to be asked how its columns are read."""
    content, filename = given.file(job)
    list_id, before = arriving_lists.begin(round_id, content, filename, job.id)
    try:
        found = frame_sources.recognise(content, filename)
    except InvalidInputError as error:
        arriving_lists.note(list_id, ArrivalState.REFUSED, faults=len(error.faults))
        raise
    if before is None and (job.arguments.get("check") or not found.sure):
        arriving_lists.note(list_id, ArrivalState.UNMAPPED)
        return frame_sources.hand_on(job, round_id, found)
    return take(job, round_id, found.origin)


def take(job: JobView, round_id: int, origin: Origin) -> dict[str, Any]:
    """Take a list; the end of the job is part of its last transaction."""
    content, filename = given.file(job)
    try:
        done = arriving_lists.take(
            given.actor(job),
            round_id,
            content,
            filename,
            leases.reporting(job),
            origin.of_job(job.id),
            leases.concluding(job, told),
        )
    except InvalidInputError as error:
        fault_files.keep(job, content, filename, error)
        raise
    claims.ask_to_match(job, round_id)
    return told(done)


def told(done: Taken) -> dict[str, Any]:
    """Tell what a list brought: counts, no dossier, and not how many were drawn."""
    return {**asdict(done), "next": f"/rounds/{done.round_id}/arriving"}
