"""Where a conversation by message stands: a value that JSON can carry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from surveys.answers import Answer
from surveys.errors import ConversationError

FORM = 1
PATIENCE = timedelta(hours=72)


class Stage(StrEnum):
    """How far a conversation has come."""

    CONSENT = "consent"
    ASKING = "asking"
    FINISHED = "finished"
    PARTIAL = "partial"
    REFUSED = "refused"


OPEN = (Stage.CONSENT, Stage.ASKING)


@dataclass(frozen=True)
class Conversation:
    """One person's conversation about one round.

    Attributes
    ----------
    version : str
        Hash of the questionnaire, as `surveys.writing.version_hash` gives it.
    language : str
        ``vi`` or ``en``.
    keyword : str
        Of the round: it stands before our messages, and may stand before a reply.
    sender : str
        Who asks, as the first message says it.
    stage : Stage
        ``PARTIAL`` has the answers up to where it ended, perhaps none; ``REFUSED`` has none.
    sent : int
        Messages sent; the number of the last one, to which the next reply must belong.
    since : datetime
        When that was, in UTC.
    asked : str or None
        Code of the question it asked.
    given : tuple of (str, Answer)
        Codes of questions and what was answered, in the order in which it was said.
    skipped : tuple of str
        Codes of questions that are not asked again.
    wrong : int
        Replies to the present question that were not understood.
    stopped : bool
        Whether the person wants no more messages at all.
    seen : tuple of str
        The provider's names of the replies that were read.
    """

    version: str
    language: str
    keyword: str
    sender: str
    stage: Stage
    sent: int
    since: datetime
    asked: str | None = None
    given: tuple[tuple[str, Answer], ...] = ()
    skipped: tuple[str, ...] = ()
    wrong: int = 0
    stopped: bool = False
    seen: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a reply is waited for."""
        return self.stage in OPEN

    @property
    def answers(self) -> dict[str, Answer]:
        """What was answered, by the code of the question."""
        return dict(self.given)

    def is_over(self, at: datetime) -> bool:
        """Whether the time for a reply has run out."""
        return at - self.since > PATIENCE

    def ended(self, stage: Stage) -> "Conversation":
        """End it; a refusal leaves no answers."""
        given = () if stage is Stage.REFUSED else self.given
        return replace(self, stage=stage, asked=None, wrong=0, given=given)


def to_document(conversation: Conversation) -> dict[str, Any]:
    """Give the document that `from_document` reads back to an equal value."""
    return {
        "form": FORM,
        "version": conversation.version,
        "language": conversation.language,
        "keyword": conversation.keyword,
        "sender": conversation.sender,
        "stage": conversation.stage.value,
        "sent": conversation.sent,
        "since": conversation.since.astimezone(UTC).isoformat(),
        "asked": conversation.asked,
        "given": [
            [code, answer if isinstance(answer, str) else list(answer)]
            for code, answer in conversation.given
        ],
        "skipped": list(conversation.skipped),
        "wrong": conversation.wrong,
        "stopped": conversation.stopped,
        "seen": list(conversation.seen),
    }


def from_document(document: Mapping[str, Any]) -> Conversation:
    """Read a conversation that was put away.

    Raises
    ------
    ConversationError
        If it was written in another form, or is damaged.
    """
    if document.get("form") != FORM:
        raise ConversationError(f"a conversation of form {document.get('form')!r} is not known")
    try:
        members = {name: value for name, value in document.items() if name != "form"}
        return Conversation(
            **{
                **members,
                "stage": Stage(document["stage"]),
                "since": datetime.fromisoformat(document["since"]),
                "given": tuple((code, _answer(said)) for code, said in document["given"]),
                "skipped": tuple(document["skipped"]),
                "seen": tuple(document["seen"]),
            }
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ConversationError("a conversation that was put away is damaged") from problem


def _answer(said: str | list[str]) -> Answer:
    return said if isinstance(said, str) else tuple(said)
