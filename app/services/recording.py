"""The log of staff actions: each entry carries the hash of the one before it.

An entry is written in the transaction of the change it tells of. It holds no personal
data: people stand in it under keyed pseudonyms. Acts of respondents are never logged.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import LogEntry, LogHead
from app.services.secrets import purpose_key

FIRST = "0" * 64
VERSION = b"log-v1"


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or the system itself (account None)."""

    account_id: int | None
    role: str


SYSTEM = Actor(None, "system")


def pseudonym(account_id: int | None) -> str:
    """Name an account in the log without naming the person."""
    if account_id is None:
        return "system"
    key = purpose_key("log-pseudonym")
    return hmac.digest(key, str(account_id).encode(), "sha256").hex()[:16]


def entry_hash(previous: str, body: str) -> str:
    """SHA-256 of version, previous hash, length and body."""
    data = body.encode()
    length = len(data).to_bytes(8, "big")
    return hashlib.sha256(VERSION + bytes.fromhex(previous) + length + data).hexdigest()


def record(session: Session, actor: Actor, act: str, obj: str, **details: Any) -> LogEntry:
    """Append one act to the log, inside the caller's transaction.

    Parameters
    ----------
    act, obj : str
        What was done ("round.drawn") and to what ("round:3").
    details
        Safe values only: counts, hashes, states; never names, phones or answers.
    """
    head = session.execute(select(LogHead).with_for_update()).scalar_one()
    body = rfc8785.dumps(
        {
            "seq": head.seq + 1,
            "at": clock.now().isoformat(timespec="seconds"),
            "actor": pseudonym(actor.account_id),
            "role": actor.role,
            "act": act,
            "object": obj,
            "details": details,
        }
    ).decode()
    entry = LogEntry(seq=head.seq + 1, body=body, hash=entry_hash(head.hash, body))
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash
    return entry
