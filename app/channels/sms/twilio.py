"""Twilio: links to phones, and answers from them where its country allows.

The package has no setting for another address, so its HTTP client is replaced by one that calls
whatever host our own wire speaks to (decision 0057).
"""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote as quoted_part, urlencode, urlsplit

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from app.channels.sms.errors import AskingError
from app.channels.sms.outcomes import by_status, unfit, without_reply
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
    Unknown,
    WebRequest,
    quoted,
)
from app.channels.sms.states import State
from app.channels.sms.twilio_codes import STATES, by_code
from app.channels.sms.twilio_webhooks import STATUS_PATH, Door
from app.channels.sms.wire import Reply, Wire, WireError

ADDRESS = "https://api.twilio.com"
SERVICE = "MG"
CAPABILITIES = Capabilities(
    concat_max=10, sender_ids=True, delivery_report="handset", currency="USD"
)
# Their clock and ours; and so many messages of one phone are looked through.
TOLERANCE, LOOKED_AT = timedelta(minutes=5), 100


@dataclass(frozen=True)
class TwilioSettings:
    """An account at Twilio.

    Attributes
    ----------
    account : str
        Account SID, AC….
    token : str
        Auth token, which also signs their calls.
    sender : str
        Messaging Service (MG…), number or name from which messages come.
    public_url : str
        Our address, to which news is sent; "" asks for none.
    """

    account: str
    token: str = field(repr=False)
    sender: str
    public_url: str = ""
    address: str = ADDRESS
    price: int | None = None
    capabilities: Capabilities = CAPABILITIES


class Carrier(TwilioHttpClient):
    """The package's HTTP client, on our wire: it neither logs nor remembers what it carries."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(pool_connections=False)
        self.wire, self.seen = wire, threading.local()

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Call the host of the wire, whatever the address says."""
        path = quoted_part(urlsplit(url).path) + (f"?{urlencode(params)}" if params else "")
        sent = {**(headers or {})}
        if auth:
            pair = base64.b64encode(":".join(auth).encode()).decode()
            sent["Authorization"] = f"Basic {pair}"
        body = urlencode(data, doseq=True).encode() if data else None
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.seen.reply = None
        reply = self.wire.call(method, path, sent, body)
        self.seen.reply = reply
        return Response(reply.status, reply.body.decode("utf-8", "replace"), dict(reply.headers))

    @property
    def reply(self) -> Reply | None:
        """What came back to this thread's last call."""
        found: Reply | None = getattr(self.seen, "reply", None)
        return found


class Twilio:
    """Sends by Twilio's REST interface."""

    def __init__(self, settings: TwilioSettings, count: Counting, wire: Wire | None = None) -> None:
        self.settings, self.count = settings, count
        self.wire = wire or Wire(settings.address)
        self.carrier = Carrier(self.wire)
        self.client = Client(settings.account, settings.token, http_client=self.carrier)
        self.door = Door(settings.account, settings.token, settings.public_url)

    @property
    def capabilities(self) -> Capabilities:
        """What the account can do."""
        return self.settings.capabilities

    def quote(self, body: str) -> Quote:
        """Tell what a text will count as."""
        return quoted(self.count, body, self.settings.price)

    def send(self, message: Message) -> Outcome:
        """Hand a message over, once."""
        refused = unfit(message, self.capabilities, self.quote(message.body))
        if refused is not None:
            return refused
        try:
            made = self.client.messages.create(**self.arguments(message))
        except WireError as error:
            return without_reply(error)
        except TwilioException as error:
            return self.turned_away(error)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Unknown("unreadable")  # the reply, for the call was made
        if not made.sid:
            return Unknown("nameless")
        return Sent(made.sid, STATES.get(str(made.status), State.QUEUED))

    def arguments(self, message: Message) -> dict[str, Any]:
        """Say it in Twilio's words."""
        sender = message.sender or self.settings.sender
        said: dict[str, Any] = {"to": message.to, "body": message.body}
        said["messaging_service_sid" if sender.startswith(SERVICE) else "from_"] = sender
        if self.settings.public_url:
            # Our own name comes back with the news, even if the reply to this call is lost.
            query = urlencode({"request": message.request_id})
            said["status_callback"] = f"{self.settings.public_url}{STATUS_PATH}?{query}"
        return said

    def turned_away(self, error: TwilioException) -> Outcome:
        """Tell what a reply that is not a success means; its words name the phone, so none stay."""
        reply = self.carrier.reply
        if reply is None:
            return Unknown("unreadable")
        code = getattr(error, "code", None)
        known = by_code(code, reply.retry_after) if isinstance(code, int) else None
        # A code says what became of the message only where Twilio itself turned it away.
        if known is not None and 400 <= reply.status < 500:
            return known
        return by_status(reply, str(code) if code else "")

    def parse_status(self, request: WebRequest) -> StatusEvent:
        """Read signed news of a message."""
        return self.door.status(request)

    def parse_inbound(self, request: WebRequest) -> Inbound:
        """Read a signed answer."""
        return self.door.inbound(request)

    def balance(self) -> Balance:
        """Ask what is left on the account."""
        found = asked(self.client.api.v2010.account.balance.fetch)
        try:
            return Balance(Decimal(found.balance), str(found.currency))
        except (InvalidOperation, TypeError):
            raise AskingError("unreadable") from None

    def status(self, provider_id: str) -> StatusEvent:
        """Ask how far a message has come."""
        found = asked(lambda: self.client.messages(provider_id).fetch())
        if found.sid != provider_id or found.status not in STATES:
            raise AskingError("unreadable")
        return StatusEvent(provider_id, STATES[found.status], str(found.error_code or ""))

    def find(self, to: str, since: datetime, marker: str) -> Sent | None:
        """Look for a message by phone, time of creation and a part of its text.

        By the time of sending they would be filtered faster, but one that still waits has none.
        """
        if not marker:
            raise ValueError("a message is found by what it alone says")
        found = asked(lambda: self.client.messages.list(to=to, limit=LOOKED_AT))
        for each in found:
            made = each.date_created
            late = made is None or made.astimezone(UTC) >= since - TOLERANCE
            if late and each.sid and marker in (each.body or ""):
                return Sent(each.sid, STATES.get(str(each.status), State.QUEUED))
        return None


def asked(ask: Callable[[], Any]) -> Any:
    """Ask Twilio something that changes nothing.

    Raises
    ------
    AskingError
        If no answer comes or it cannot be read.
    """
    try:
        return ask()
    except WireError:
        code = "unreachable"
    except TwilioException as error:
        code = "unknown_message" if getattr(error, "status", 0) == 404 else "refused"
    except (ValueError, KeyError, TypeError, AttributeError):
        code = "unreadable"
    # Outside of the handler: their words and addresses name phones.
    raise AskingError(code)
