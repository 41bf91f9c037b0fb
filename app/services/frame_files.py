"""The frozen list of a round with its salts, as a file for whoever may check the draw."""

import hashlib

from app.database import writing
from app.queries import draw_records, frames
from app.services import apart, jobs, recording, records
from app.services.courses import ALONE, Course
from app.services.errors import NotFoundError
from app.services.recording import Actor
from app.vocabulary import JobKind
from sampling.record_reading import read_promise

# Of the file: the list read, its salts written, the log.
STEPS = 3


def ask(actor: Actor, round_id: int) -> int:
    """Have the worker write the file for whoever asks; number of the job.

    Raises
    ------
    NotFoundError
        If the round has no papers.
    """
    if draw_records.promise(round_id) is None:
        raise NotFoundError()
    # Everybody has a job of the own: its file is for who asked.
    subject = f"round:{round_id}:{actor.account_id}"
    return jobs.ask(actor, JobKind.FRAME_FILE, {"round_id": round_id}, subject=subject)


def frame_file(actor: Actor, round_id: int, course: Course[bytes] = ALONE) -> bytes:
    """Write the frozen list with its salts; the log says for whom.

    With this file and the record anybody can tell who was drawn: it is for those who may know.

    Raises
    ------
    NotFoundError
        If the round has no papers.
    """
    kept, frame = draw_records.kept(round_id), frames.of_round(round_id)
    if kept is None or frame is None:
        raise NotFoundError()
    promised, _ = read_promise(kept.promise.encode())
    owners = apart.promised_owners(promised, round_id) if promised else None
    course.report(0, STEPS)
    listed = frames.rows(frame.id)
    course.report(1, STEPS)
    content = records.salted(listed, kept.leaf_key, owners).csv()
    course.report(2, STEPS)
    with writing() as session:
        digest = hashlib.sha256(content).hexdigest()
        recording.record(session, actor, "draw.frame_taken", f"round:{round_id}", file=digest)
        course.conclude(session, content)
    return content
