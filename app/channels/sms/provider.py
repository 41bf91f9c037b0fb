"""What every way of sending text messages offers, and the values that pass through it.

At most one copy for each person and wave rests on one difference: a message that has *certainly
not* been sent may be offered again, one whose outcome is *unknown* may not (decision 0057). So
`send` gives exactly one of four results, and an adapter that is in doubt says `Unknown`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol

from app.channels.sms.states import State

Report = Literal["none", "smsc", "handset"]


@dataclass(frozen=True)
class Capabilities:
    """What a vendor can do.

    Attributes
    ----------
    two_way : bool
        Whether people can answer a message.
    unicode : bool
        Whether letters with Vietnamese marks can be sent.
    concat_max : int
        Parts that one message may have.
    templates_required : bool
        Whether only texts registered before can be sent, with their parameters.
    sender_ids : bool
        Whether a sender's name (brandname) can be shown.
    delivery_report : {"none", "smsc", "handset"}
        From where news of the delivery comes.
    dedupe_key : bool
        Whether the vendor refuses a second message with the same request id.
    sandbox : bool
        Whether messages can be tried without being sent or charged.
    rate_per_s : float
        Messages that may be handed over in a second.
    currency : str
        In which the vendor bills.
    """

    two_way: bool = False
    unicode: bool = True
    concat_max: int = 1
    templates_required: bool = False
    sender_ids: bool = False
    delivery_report: Report = "none"
    dedupe_key: bool = False
    sandbox: bool = False
    rate_per_s: float = 1.0
    currency: str = "VND"


@dataclass(frozen=True)
class Message:
    """One message to one phone. Neither phone nor text shows in a log or a traceback.

    Attributes
    ----------
    request_id : str
        Our own name for this attempt, opaque, never used twice.
    to : str
        E.164, such as +84901234567.
    sender : str
        Brandname, number or Messaging Service; "" takes the one of the configuration.
    body : str
    template : str
        The vendor's number of a registered text.
    params : mapping of str to str
        What fills the blanks of the registered text.
    """

    request_id: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    sender: str = ""
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Quote:
    """What a message will count as; `cost` in whole đồng, None where no price is configured."""

    encoding: str
    parts: int
    cost: int | None


class Parts(Protocol):
    """How a text splits, as `surveys.texts.parts` works it out."""

    @property
    def encoding(self) -> str:
        """The alphabet: gsm7 or ucs2."""

    @property
    def count(self) -> int:
        """Parts that are sent and billed."""


class Counting(Protocol):
    """A function that splits a text."""

    def __call__(self, text: str, /) -> Parts:
        """Split a text."""


class Refusal(StrEnum):
    """Why a vendor will never send this message."""

    NUMBER = "number"
    OPTED_OUT = "opted_out"
    CONTENT = "content"
    TEMPLATE = "template"
    SENDER = "sender"
    OTHER = "other"


class Obstacle(StrEnum):
    """Why a message has certainly not been sent, though later it may be."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    # Credentials, balance, address: the next message would fare no better. Stop and tell somebody.
    ACCOUNT = "account"


@dataclass(frozen=True)
class Sent:
    """The vendor has the message and gave it a name."""

    provider_id: str
    state: State = State.QUEUED


@dataclass(frozen=True)
class Refused:
    """The vendor will never send this message; it has not been sent."""

    reason: Refusal
    code: str = ""


@dataclass(frozen=True)
class NotSent:
    """Certainly not sent: the vendor has not had the message, or has turned it away for now."""

    obstacle: Obstacle
    code: str = ""
    retry_after: float | None = None


@dataclass(frozen=True)
class Unknown:
    """The vendor may have the message. Never send it again without having asked."""

    code: str = ""


Outcome = Sent | Refused | NotSent | Unknown


@dataclass(frozen=True)
class WebRequest:
    """A call of a vendor at our door, as plain values.

    Attributes
    ----------
    url : str
        As the public knows it, with its query. Host and scheme are not believed.
    headers : mapping of str to str
        Names in any case.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return a header whatever its case, "" if it is not there."""
        folded = name.lower()
        return next((v for key, v in self.headers.items() if key.lower() == folded), "")


@dataclass(frozen=True)
class StatusEvent:
    """News of a message.

    Attributes
    ----------
    confirmed : bool
        Whether the vendor's signature vouches for it. If not, it is a mere hint: the state is to
        be asked for with `Provider.status` before anything is believed.
    request_id : str
        Our own name for the message, where the vendor sends it back.
    """

    provider_id: str
    state: State
    code: str = ""
    confirmed: bool = True
    request_id: str = ""

    @property
    def key(self) -> tuple[str, State]:
        """What makes two reports the same one."""
        return self.provider_id, self.state


@dataclass(frozen=True)
class Inbound:
    """A message that somebody sent to us."""

    provider_id: str
    sender: str = field(repr=False)
    recipient: str
    body: str = field(repr=False)


@dataclass(frozen=True)
class Balance:
    """What is left on the account."""

    amount: Decimal
    currency: str


class Provider(Protocol):
    """A way of sending text messages."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def quote(self, body: str) -> Quote:
        """Tell what a text will count as."""

    def send(self, message: Message) -> Outcome:
        """Hand one message over, once; never tries again by itself."""

    def parse_status(self, request: WebRequest) -> StatusEvent:
        """Read a call that brings news; raises `ForgedError` unless it is the vendor's."""

    def parse_inbound(self, request: WebRequest) -> Inbound:
        """Read a call that brings an answer; raises `ForgedError` unless it is the vendor's."""

    def balance(self) -> Balance:
        """Ask what is left; raises `AskingError` where that cannot be told."""

    def status(self, provider_id: str) -> StatusEvent:
        """Ask how far a message has come; raises `AskingError` where that cannot be told."""

    def find(self, to: str, since: datetime, marker: str) -> Sent | None:
        """Look for a message whose outcome is unknown by phone, time and a part of its text.

        None means that it was not found, which does not prove that it will never be sent. Raises
        `AskingError` where that cannot be asked.
        """


def settled(provider: Provider, event: StatusEvent) -> StatusEvent:
    """Return news that can be believed: signed, or asked for at the vendor.

    Raises
    ------
    AskingError
        If the vendor cannot be asked or does not know the message.
    """
    if event.confirmed:
        return event
    return provider.status(event.provider_id)


def quoted(count: Counting, body: str, price: int | None) -> Quote:
    """Work out a quote from the parts of a text and the price of one part in đồng."""
    parts = count(body)
    cost = None if price is None else parts.count * price
    return Quote(parts.encoding, parts.count, cost)
