"""Jobs about dossier lists: look at one, import it, take it back."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries.jobs import JobView
from app.services import contact_files, frame_sources, framing, leases
from app.services.contact_files import ContactImport
from app.services.errors import InvalidInputError
from app.services.framing import FrameImport, Origin, Removal
from app.tasks import arriving, claims, fault_files, given
from app.vocabulary import JobKind
from sampling.listing.mapping import Mapping


def read_frame(job: JobView) -> dict[str, Any]:
    """Look at the uploaded list; import it at once if nobody needs to be asked."""
    round_id = _round_id(job)
    if arriving.concerns(round_id):
        return arriving.read(job, round_id)
    framing.check_planned(round_id)
    found = frame_sources.recognise(*given.file(job))
    if job.arguments.get("check") or not found.sure:
        return frame_sources.hand_on(job, round_id, found)
    return take_over(job, found.origin)


def import_frame(job: JobView) -> dict[str, Any]:
    """Take over the uploaded list as a person mapped it, or the sealed contacts of one."""
    if job.arguments.get("contacts"):
        return add_contacts(job)
    stored = job.arguments.get("mapping")
    mapping = Mapping.from_document(stored) if stored else None
    return take_over(job, Origin(mapping, job.arguments.get("source_id")))


def take_over(job: JobView, origin: Origin) -> dict[str, Any]:
    """Import a list; the end of the job is part of the import's last transaction."""
    if arriving.concerns(_round_id(job)):
        return arriving.take(job, _round_id(job), origin)
    content, filename = given.file(job)
    try:
        done = framing.import_frame(
            given.actor(job),
            _round_id(job),
            content,
            filename,
            leases.reporting(job),
            origin.of_job(job.id),
            leases.concluding(job, lambda outcome: told(_round_id(job), outcome)),
        )
    except InvalidInputError as error:
        fault_files.keep(job, content, filename, error)
        raise
    claims.ask_to_match(job, _round_id(job))
    return told(_round_id(job), done)


def told(round_id: int, done: FrameImport) -> dict[str, Any]:
    """Tell what an import stored: counts, no dossier."""
    return {
        "dossiers": done.dossiers,
        "units": done.units,
        "unresolved": done.unresolved,
        "frame_hash": done.hash,
        "ignored_columns": list(done.ignored_columns),
        "next": f"/rounds/{round_id}/coverage",
    }


def add_contacts(job: JobView) -> dict[str, Any]:
    """Join sealed contacts to the list of a round."""
    round_id = _round_id(job)

    def joined(done: ContactImport) -> dict[str, Any]:
        return {**asdict(done), "next": f"/rounds/{round_id}/coverage"}

    done = contact_files.add_contacts(
        given.actor(job),
        round_id,
        given.file(job)[0],
        leases.reporting(job),
        leases.concluding(job, joined),
    )
    claims.ask_to_match(job, round_id)
    return joined(done)


def remove_frame(job: JobView) -> dict[str, Any]:
    """Take back the list of a round."""
    removal = framing.remove_frame(
        given.actor(job), _round_id(job), leases.concluding(job, removed)
    )
    return removed(removal)


def removed(removal: Removal) -> dict[str, Any]:
    """Tell what was taken back."""
    return {"dossiers": removal.dossiers, "next": f"/rounds/{removal.round_id}/frame"}


def _round_id(job: JobView) -> int:
    return int(job.arguments["round_id"])


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.READ_FRAME: read_frame,
    JobKind.IMPORT_FRAME: import_frame,
    JobKind.REMOVE_FRAME: remove_frame,
}
