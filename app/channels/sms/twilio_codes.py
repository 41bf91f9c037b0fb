"""What Twilio's words and numbers mean."""

from app.channels.sms.provider import NotSent, Obstacle, Outcome, Refusal, Refused
from app.channels.sms.states import State

STATES = {
    "accepted": State.QUEUED,
    "scheduled": State.QUEUED,
    "queued": State.QUEUED,
    "sending": State.SENDING,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}

REFUSED = {
    21211: Refusal.NUMBER,  # not a phone number
    21214: Refusal.NUMBER,  # cannot be reached
    21217: Refusal.NUMBER,
    21612: Refusal.NUMBER,  # not reachable from this sender
    21614: Refusal.NUMBER,  # not a mobile phone
    30003: Refusal.NUMBER,  # handset unreachable
    30005: Refusal.NUMBER,  # nobody has the number
    30006: Refusal.NUMBER,  # landline
    21610: Refusal.OPTED_OUT,
    30004: Refusal.OPTED_OUT,  # blocked
    21602: Refusal.CONTENT,
    21605: Refusal.CONTENT,
    21617: Refusal.CONTENT,  # too long
    30007: Refusal.CONTENT,  # filtered by the carrier
    21656: Refusal.TEMPLATE,
    21655: Refusal.TEMPLATE,
}

NOT_SENT = {
    20429: Obstacle.BUSY,
    14107: Obstacle.BUSY,
    21611: Obstacle.BUSY,  # the sender's queue is full
    30001: Obstacle.BUSY,
    20003: Obstacle.ACCOUNT,
    20005: Obstacle.ACCOUNT,
    20008: Obstacle.ACCOUNT,  # test credentials
    20404: Obstacle.ACCOUNT,
    21212: Obstacle.ACCOUNT,  # the sender is not valid: no message would go
    21408: Obstacle.ACCOUNT,  # sending to the country is not switched on
    21603: Obstacle.ACCOUNT,
    21606: Obstacle.ACCOUNT,
    21659: Obstacle.ACCOUNT,
    21660: Obstacle.ACCOUNT,
    21701: Obstacle.ACCOUNT,  # no such Messaging Service
    21703: Obstacle.ACCOUNT,
    30002: Obstacle.ACCOUNT,  # suspended
}


def by_code(code: int, retry_after: float | None) -> Outcome | None:
    """Tell what an error code of a reply means; None if it is not in the tables."""
    if code in REFUSED:
        return Refused(REFUSED[code], str(code))
    if code in NOT_SENT:
        return NotSent(NOT_SENT[code], str(code), retry_after)
    return None
