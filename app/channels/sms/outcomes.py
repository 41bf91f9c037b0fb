"""What a reply means for a message, as far as HTTP itself tells, and what is not even offered."""

from app.channels.sms.numbers import sendable
from app.channels.sms.provider import (
    Capabilities,
    Message,
    NotSent,
    Obstacle,
    Outcome,
    Quote,
    Refusal,
    Refused,
    Unknown,
)
from app.channels.sms.wire import NotGoneError, Reply, WireError

UNICODE = "ucs2"
# Moved for good: the address is out of date, and nobody there has looked at the message.
MOVED = frozenset({301, 307, 308})
KEYS_OR_ADDRESS = frozenset({401, 402, 403, 404, 405, 407}) | MOVED
# Late, a conflict with an earlier copy, too early: the vendor may have it.
DOUBTFUL = frozenset({408, 409, 425, 499})


def unfit(message: Message, can: Capabilities, quote: Quote) -> Refused | None:
    """Refuse what the vendor could only refuse, or must never be asked to do."""
    if not sendable(message.to):
        return Refused(Refusal.NUMBER, "not_vietnamese_mobile")
    if can.templates_required:
        return None if message.template else Refused(Refusal.TEMPLATE, "no_template")
    if not message.body:
        return Refused(Refusal.CONTENT, "empty")
    if quote.encoding == UNICODE and not can.unicode:
        return Refused(Refusal.CONTENT, "no_unicode")
    if quote.parts > can.concat_max:
        return Refused(Refusal.CONTENT, "too_long")
    return None


def without_reply(error: WireError) -> Outcome:
    """Tell what it means that no reply came."""
    if isinstance(error, NotGoneError):
        return NotSent(Obstacle.UNREACHABLE, str(error))
    return Unknown(str(error))


def by_status(reply: Reply, code: str = "") -> Outcome:
    """Tell what a reply means by its HTTP status alone; what is in doubt is unknown."""
    status, code = reply.status, code or str(reply.status)
    if status == 429 or (status == 503 and "retry-after" in reply.headers):
        return NotSent(Obstacle.BUSY, code, reply.retry_after)
    if status in KEYS_OR_ADDRESS:
        return NotSent(Obstacle.ACCOUNT, code)
    if 400 <= status < 500 and status not in DOUBTFUL:
        return Refused(Refusal.OTHER, code)
    return Unknown(code)
