"""Adding criteria sets; reached only by the worker and commands, for they are read first."""

import hashlib
from importlib import resources

from sqlalchemy import select

from analysis.scoring.errors import ScoringFault
from analysis.scoring.reading import read_scheme_file
from analysis.scoring.scheme import Scheme
from app import clock
from app.database import writing
from app.models import CriteriaSet
from app.queries.cycles import CriteriaSetView
from app.services import recording
from app.services.errors import InvalidInputError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.texts import N_

LONGEST_NAME = 300


def add_criteria_set(actor: Actor, content: bytes, conclude: Concluding[int] = open_end) -> int:
    """Store a criteria set as it was written, once its every entry can be read.

    Parameters
    ----------
    conclude : callable
        Ends the job that asked for it, in the same transaction.

    Returns
    -------
    int
        Number of the set; of the one that is there already when the bytes are the same.

    Raises
    ------
    InvalidInputError
        With every fault of the file.
    """
    reading = read_scheme_file(content)
    if reading.scheme is None:
        raise InvalidInputError(
            N_("The criteria set has faults; nothing was stored."), reading.faults
        )
    digest = hashlib.sha256(content).hexdigest()
    with writing() as session:
        known = session.scalar(select(CriteriaSet.id).where(CriteriaSet.hash == digest))
        if known is not None:
            conclude(session, known)
            return known
        added = CriteriaSet(
            name=reading.scheme.name[:LONGEST_NAME],
            document=content.decode(),
            hash=digest,
            created_at=clock.now(),
        )
        session.add(added)
        session.flush()
        recording.record(session, actor, "criteria.added", f"criteria:{added.id}", hash=digest)
        conclude(session, added.id)
        return added.id


def example() -> bytes:
    """Return the criteria set that comes with the program, no province's document."""
    return (resources.files("app") / "data" / "criteria" / "example.yaml").read_bytes()


def scheme_of(found: CriteriaSetView) -> Scheme:
    """Read a stored set, which was read without fault before.

    Raises
    ------
    InvalidInputError
        If the text is no longer the one that was hashed, or this program reads it otherwise.
    """
    content = found.document.encode()
    if hashlib.sha256(content).hexdigest() != found.hash:
        fault = ScoringFault(None, "", found.name, "broken_yaml", {"problem": "SHA-256"})
        raise InvalidInputError(N_("The stored criteria set was changed."), [fault])
    reading = read_scheme_file(content)
    if reading.scheme is None:
        raise InvalidInputError(N_("The stored criteria set cannot be read."), reading.faults)
    return reading.scheme
