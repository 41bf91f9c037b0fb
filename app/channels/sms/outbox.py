"""The embedded default: nothing is sent, messages are kept for a screen."""

from datetime import datetime
from typing import Protocol

from app.channels.sms.errors import AskingError, ForgedError
from app.channels.sms.outcomes import unfit
from app.channels.sms.provider import (
    Balance,
    Capabilities,
    Counting,
    Inbound,
    Message,
    Outcome,
    Quote,
    Sent,
    StatusEvent,
    WebRequest,
    quoted,
)
from app.channels.sms.states import State

CAPABILITIES = Capabilities(
    concat_max=10, sender_ids=True, dedupe_key=True, sandbox=True, rate_per_s=1000.0
)


class Keeper(Protocol):
    """Where messages are kept; given from outside."""

    def keep(self, message: Message) -> None:
        """Keep a message; a second one with the same request id replaces the first."""

    def state(self, request_id: str) -> State | None:
        """How far a message has come; None if it is not there."""

    def find(self, to: str, since: datetime, marker: str) -> str | None:
        """Return the request id of a kept message with this phone, time and part of its text."""


class Outbox:
    """Keeps messages under their request id.

    Parameters
    ----------
    keeper : Keeper
    count : Counting
        Splits a text into parts.
    state : State
        What a kept message counts as; delivered on a screen that stands for the phones.
    """

    def __init__(
        self,
        keeper: Keeper,
        count: Counting,
        state: State = State.DELIVERED,
        capabilities: Capabilities = CAPABILITIES,
        price: int | None = None,
    ) -> None:
        self.keeper, self.count, self.kept_as = keeper, count, state
        self.capabilities, self.price = capabilities, price

    def quote(self, body: str) -> Quote:
        """Tell what a text would count as."""
        return quoted(self.count, body, self.price)

    def send(self, message: Message) -> Outcome:
        """Keep a message."""
        refused = unfit(message, self.capabilities, self.quote(message.body))
        if refused is not None:
            return refused
        self.keeper.keep(message)
        return Sent(message.request_id, self.kept_as)

    def parse_status(self, request: WebRequest) -> StatusEvent:
        """Refuse: nobody sends news of kept messages."""
        raise ForgedError("nobody calls here")

    def parse_inbound(self, request: WebRequest) -> Inbound:
        """Refuse: nobody answers kept messages."""
        raise ForgedError("nobody calls here")

    def balance(self) -> Balance:
        """Refuse: there is no account."""
        raise AskingError("unsupported")

    def status(self, provider_id: str) -> StatusEvent:
        """Look a message up."""
        state = self.keeper.state(provider_id)
        if state is None:
            raise AskingError("unknown_message")
        return StatusEvent(provider_id, state, request_id=provider_id)

    def find(self, to: str, since: datetime, marker: str) -> Sent | None:
        """Look for a message."""
        found = self.keeper.find(to, since, marker)
        return None if found is None else Sent(found, self.keeper.state(found) or self.kept_as)
