"""Named leases: which workers are there, and which one alone works with the mixing keys.

The keys lie in one folder on one machine. The row "mixer" says whose folder that is and which
worker holds it now; a worker with another folder leaves all work with keys to that machine.
"""

import secrets
import socket
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Box, Claim, Lease, MixingKey
from app.queries import boxes
from app.services import keys, leases, recording
from app.services.recording import SYSTEM
from app.vocabulary import JobKind

MIXER = "mixer"
WORKER = "worker:"
FORGOTTEN = timedelta(days=7)
LONGEST_HOST = 30
# An estimation first opens what a closing that was cut short left.
WITH_KEYS = frozenset(
    {
        JobKind.OPEN_ROUND,
        JobKind.MATCH_CLAIMS,
        JobKind.MIX,
        JobKind.CLOSE_ROUND,
        JobKind.ESTIMATE,
        JobKind.DEMO,
    }
)


def holder_name() -> str:
    """Name this worker: its key folder, its machine, and a random part for this start."""
    return f"{keys.identity()}:{socket.gethostname()[:LONGEST_HOST]}:{secrets.token_hex(6)}"


def folder_of(holder: str) -> str:
    """Tell which key folder a worker has."""
    return holder.partition(":")[0]


def machine_of(holder: str) -> str:
    """Tell which key folder on which machine a worker has."""
    return holder.rpartition(":")[0]


def succeed(holder: str) -> int:
    """Put back what earlier workers of this machine and folder held; how many jobs that is.

    Called under the file lock of the folder, so that those workers are gone.
    """
    with writing() as session:
        for lease in session.scalars(select(Lease).with_for_update()):
            if machine_of(lease.holder) == machine_of(holder):
                lease.until = clock.now()
        return leases.put_back(session, f"{machine_of(holder)}:", failed=True)


def beat(holder: str, *, embedded: bool, take_keys: bool = False) -> bool:
    """Say for another minute that this worker is there, and hold on to the keys.

    Parameters
    ----------
    embedded : bool
        Database and queue lie on this machine alone; a folder of keys that is new here then
        follows the one that was lost.
    take_keys : bool
        Somebody decided that the machine with the keys is gone for good.

    Returns
    -------
    bool
        Whether this worker is the one that works with the keys.
    """
    with writing() as session:
        _hold(session, WORKER + folder_of(holder), holder)
        session.execute(
            delete(Lease).where(
                Lease.name.startswith(WORKER), Lease.until < clock.now() - FORGOTTEN
            )
        )
    with writing() as session:
        return _hold_keys(session, holder, embedded=embedded, take_keys=take_keys)


def leave(holder: str) -> None:
    """Let everything go, so that nobody waits for a worker that stops."""
    with writing() as session:
        leases.put_back(session, holder, failed=False)
        for lease in session.scalars(select(Lease).where(Lease.holder == holder)):
            lease.until = clock.now()


def _hold(session: Session, name: str, holder: str) -> None:
    row = session.get(Lease, name, with_for_update=True, populate_existing=True)
    if row is None:
        row = Lease(name=name)
        session.add(row)
    row.holder, row.until = holder, clock.now() + leases.LENGTH


def _hold_keys(session: Session, holder: str, *, embedded: bool, take_keys: bool) -> bool:
    row = session.get(Lease, MIXER, with_for_update=True, populate_existing=True)
    if row is None:
        if not (embedded or take_keys or _may_begin(session)):
            return False
        recording.record(session, SYSTEM, "keys.folder_named", f"folder:{folder_of(holder)}")
    elif row.holder != holder:
        free = row.until <= clock.now()
        if not free and not take_keys:
            return False
        if folder_of(row.holder) != folder_of(holder):
            if not (embedded or take_keys):
                return False
            recording.record(
                session,
                SYSTEM,
                "keys.folder_replaced",
                f"folder:{folder_of(holder)}",
                before=folder_of(row.holder),
            )
    _hold(session, MIXER, holder)
    return True


def _may_begin(session: Session) -> bool:
    """Whether no boxes depend on another folder: no key is in use, or one of them is here."""
    if boxes.known_keys(keys.kept()):
        return True
    sealed = exists().where(Box.key_id == MixingKey.id)
    claimed = exists().where(Claim.key_id == MixingKey.id)
    in_use = select(MixingKey.id).where(or_(~MixingKey.retired, sealed, claimed)).limit(1)
    return session.scalar(in_use) is None
