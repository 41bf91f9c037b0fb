"""The job that gives personal data a new key."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries.jobs import JobView
from app.services import key_rotation, leases, mixing
from app.tasks import given
from app.vocabulary import JobKind


def rotate_key(job: JobView) -> dict[str, Any]:
    """Seal every phone under a new key and destroy the old one."""
    done = key_rotation.rotate(
        given.actor(job), leases.reporting(job), leases.concluding(job, asdict)
    )
    mixing.wipe_wal()
    return asdict(done)


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {JobKind.ROTATE_KEY: rotate_key}
