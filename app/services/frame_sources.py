"""From an uploaded list to its import: recognised at once, or mapped by a person first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from app.database import writing
from app.models import Job
from app.queries import jobs as job_rows, sources as rows
from app.queries.jobs import JobView
from app.services import frame_lists, jobs, leases, rounds, sources
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.framing import Origin
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import JobKind, JobState, SourceKind
from sampling.listing.errors import MappingError
from sampling.listing.mapping import Mapping
from sampling.listing.sheet import Sheet, look


@dataclass(frozen=True)
class Recognised:
    """What a list looks like, and how it may be read.

    Attributes
    ----------
    source_id : int or None
        The remembered source with this header.
    name : str
        Its name, "" when there is none.
    sure : bool
        Whether the list can be read so without asking anybody.
    """

    sheet: Sheet
    mapping: Mapping
    source_id: int | None
    name: str
    sure: bool

    @property
    def origin(self) -> Origin:
        """Tell an import how to read the list."""
        return Origin(self.mapping, self.source_id)


@dataclass(frozen=True)
class Waiting:
    """A list that waits for its mapping."""

    sheet: Sheet
    mapping: Mapping
    name: str
    upload_id: int


def recognise(content: bytes, filename: str) -> Recognised:
    """Look at a list: does it come in the frame format, or from a source that came before?

    Raises
    ------
    InvalidInputError
        If it cannot be read as a table.
    """
    sheet = look(content, filename)
    if sheet.faults:
        none = Mapping(columns={})
        faults = frame_lists.discreet(list(sheet.faults), none)
        raise InvalidInputError(N_("The file cannot be read; nothing was stored."), faults)
    source = rows.find(SourceKind.FRAME, sheet.signature)
    mapping = _remembered(source.mapping) if source else None
    if source is not None and mapping is not None:
        sure = not mapping.faults(sheet)
        return Recognised(sheet, mapping, source.id, source.name, sure)
    mapping = frame_lists.proposed(sheet, known_words())
    sure = frame_lists.in_frame_format(sheet) and not mapping.faults(sheet)
    return Recognised(sheet, mapping, None, "", sure)


def known_words() -> dict[str, dict[str, str]]:
    """Collect what words of closed columns meant in sources that came before."""
    words: dict[str, dict[str, str]] = {}
    for source in rows.of_kind(SourceKind.FRAME):
        mapping = _remembered(source.mapping)
        for target, meanings in mapping.words.items() if mapping else ():
            words.setdefault(target, {}).update(meanings)
    return words


def _remembered(document: Any) -> Mapping | None:
    """Read a stored mapping; one that an older program wrote may not be readable."""
    try:
        return Mapping.from_document(document)
    except MappingError:
        return None


def hand_on(job: JobView, round_id: int, found: Recognised) -> dict[str, Any]:
    """End the look at a list and keep the file for the import that a person will ask for."""
    with writing() as session:
        kept = {name: value for name, value in job.arguments.items() if name != jobs.UPLOAD}
        # The end of a job deletes the file it names: this job must not name it any more.
        session.execute(update(Job).where(Job.id == job.id).values(arguments=kept))
        result = {
            "sheet": found.sheet.to_document(),
            "mapping": found.mapping.to_document(),
            "source": found.name,
            jobs.UPLOAD: job.arguments[jobs.UPLOAD],
            "next": f"/rounds/{round_id}/frame/mapping/{job.id}",
        }
        leases.conclude(session, job, result)
    return result


def waiting(round_id: int, job_id: int) -> Waiting:
    """Find the list that a look handed on.

    Raises
    ------
    NotFoundError
        If there was no such look, for this round.
    WrongStateError
        If the file is not kept any more.
    """
    job = job_rows.job(job_id)
    if job is None or job.kind is not JobKind.READ_FRAME or job.state is not JobState.DONE:
        raise NotFoundError()
    if job.arguments.get("round_id") != round_id or "sheet" not in job.result:
        raise NotFoundError()
    upload_id = job.result[jobs.UPLOAD]
    if job_rows.upload(upload_id) is None:
        raise WrongStateError(N_("The file is not kept any more: send it again."))
    return Waiting(
        Sheet.from_document(job.result["sheet"]),
        Mapping.from_document(job.result["mapping"]),
        job.result["source"],
        upload_id,
    )


def ask_import(actor: Actor, round_id: int, found: Waiting, mapping: Mapping, name: str) -> int:
    """Remember how lists with this header are read, and ask for the import of this one.

    Returns
    -------
    int
        Number of the job.

    Raises
    ------
    InvalidInputError
        If the source has no name.
    WrongStateError
        If the round has a list by now.
    """
    document = mapping.to_document()
    with writing() as session:
        signature = found.sheet.signature
        source_id = sources.remember(session, actor, SourceKind.FRAME, name, signature, document)
    wanted = {"mapping": document, "source_id": source_id, jobs.UPLOAD: found.upload_id}
    return rounds.ask(actor, JobKind.IMPORT_FRAME, round_id, wanted)
