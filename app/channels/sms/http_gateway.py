"""A domestic gateway over HTTP, as its configuration describes it (decision 0056)."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, quote as quoted_part, urlencode, urlsplit

from app.channels.sms.errors import AskingError, ForgedError
from app.channels.sms.gateway_settings import Call, GatewaySettings, filled, found_at
from app.channels.sms.numbers import national
from app.channels.sms.outcomes import UNICODE, by_status, unfit, without_reply
from app.channels.sms.provider import (
    Balance,
    Capabilities,
    Counting,
    Inbound,
    Message,
    NotSent,
    Outcome,
    Quote,
    Refused,
    Sent,
    StatusEvent,
    Unknown,
    WebRequest,
    quoted,
)
from app.channels.sms.states import State
from app.channels.sms.wire import Reply, Wire, WireError

CALLBACK_PATH = "/sms/gateway/"
LARGEST_BODY, LONGEST_ID, MOST_FIELDS = 64 * 1024, 128, 100
SECRET = "secret."  # noqa: S105  (the beginning of a blank's name)
KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class HttpGateway:
    """Sends by a gateway that a configuration describes.

    Parameters
    ----------
    settings : GatewaySettings
    count : Counting
        Splits a text into parts.
    public_url : str
        Our address, at which the gateway may call.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        count: Counting,
        public_url: str = "",
        wire: Wire | None = None,
    ) -> None:
        self.settings, self.count = settings, count
        self.public_url = public_url.rstrip("/")
        self.wire = wire or Wire(settings.address)
        self.fixed = {SECRET + name: value for name, value in settings.secrets.items()}
        self.fixed["callback"] = self.callback_address

    @property
    def capabilities(self) -> Capabilities:
        """What the gateway can do."""
        return self.settings.capabilities

    @property
    def callback_address(self) -> str:
        """Where the gateway calls us: a path that only it knows."""
        if self.settings.callback is None:
            return ""
        return f"{self.public_url}{CALLBACK_PATH}{self.settings.secrets['callback']}"

    def quote(self, body: str) -> Quote:
        """Tell what a text will count as."""
        return quoted(self.count, body, self.settings.price)

    def send(self, message: Message) -> Outcome:
        """Hand a message over, once."""
        quote = self.quote(message.body)
        refused = unfit(message, self.capabilities, quote)
        if refused is not None:
            return refused
        blanks = {
            "to": message.to,
            "to_84": message.to.removeprefix("+"),
            "to_national": national(message.to),
            "body": message.body,
            "sender": message.sender or self.settings.sender,
            "template": message.template,
            "request_id": message.request_id,
            "unicode": "1" if quote.encoding == UNICODE else "0",
        }
        try:
            reply = self.called(self.settings.send.call, blanks, message.params)
        except WireError as error:
            return without_reply(error)
        return self.outcome(reply)

    def outcome(self, reply: Reply) -> Outcome:
        """Tell what a reply means; what no table tells is unknown."""
        sending = self.settings.send
        if not 200 <= reply.status < 500:
            return by_status(reply)
        document = _document(reply)
        code = found_at(document, sending.code)
        if code in sending.refused:
            return Refused(sending.refused[code], code)
        if code in sending.not_sent:
            return NotSent(sending.not_sent[code], code, reply.retry_after)
        if not 200 <= reply.status < 300:
            return by_status(reply)
        name = found_at(document, sending.identity)
        if code in sending.accepted and 0 < len(name) <= LONGEST_ID:
            return Sent(name)
        return Unknown("unreadable" if not code else code[:16] if code.isalnum() else "other")

    def parse_status(self, request: WebRequest) -> StatusEvent:
        """Read a hint that there is news of a message; nothing of it is believed (`settled`).

        Raises
        ------
        ForgedError
            If the path is not the secret one, or no message is named.
        """
        calling = self.settings.callback
        if calling is None or not self._at_secret_path(request):
            raise ForgedError("not a call to this address")
        fields = _fields(request, calling.form)
        name = found_at(fields, calling.identity)
        if not _plain(name):
            raise ForgedError("no message is named")
        ours = found_at(fields, calling.request) if calling.request else ""
        kept = ours if _plain(ours) else ""
        return StatusEvent(name, State.QUEUED, confirmed=False, request_id=kept)

    def parse_inbound(self, request: WebRequest) -> Inbound:
        """Refuse: an answer that nobody signed cannot be asked for again."""
        raise ForgedError("nobody answers here")

    def balance(self) -> Balance:
        """Ask what is left on the account."""
        weighing = self.settings.balance
        if weighing is None:
            raise AskingError("unsupported")
        document = self.asked(weighing.call, {})
        try:
            amount = Decimal(found_at(document, weighing.amount))
        except InvalidOperation:
            raise AskingError("unreadable") from None
        if not amount.is_finite():
            raise AskingError("unreadable")
        return Balance(amount, self.capabilities.currency)

    def status(self, provider_id: str) -> StatusEvent:
        """Ask how far a message has come."""
        asking = self.settings.status
        if asking is None:
            raise AskingError("unsupported")
        document = self.asked(asking.call, {"provider_id": provider_id})
        if asking.code and found_at(document, asking.code) not in asking.accepted:
            raise AskingError("refused")
        word = found_at(document, asking.state)
        if word not in asking.states:
            raise AskingError("unreadable")
        return StatusEvent(provider_id, asking.states[word], word)

    def find(self, to: str, since: datetime, marker: str) -> Sent | None:
        """Refuse: such gateways list no messages."""
        raise AskingError("unsupported")

    def called(
        self, call: Call, blanks: Mapping[str, str], params: Mapping[str, str] | None = None
    ) -> Reply:
        """Make one call, with its blanks filled; raises `WireError`."""
        known = {**self.fixed, **blanks}
        texts = params or {}
        # A blank inside the path stays one step of it, whatever stands in it.
        path = filled(call.path, {name: quoted_part(v, safe="") for name, v in known.items()}, {})
        headers = {name: filled(value, known, texts) for name, value in call.headers.items()}
        headers["Accept"] = KINDS["json"]
        if call.basic:
            pair = ":".join(filled(part, known, texts) for part in call.basic)
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        fields = filled(call.fields, known, texts)
        body = None
        if call.form == "query":
            path += "?" + urlencode(fields, doseq=True) if fields else ""
        else:
            headers["Content-Type"] = KINDS[call.form]
            said = json.dumps(fields) if call.form == "json" else urlencode(fields, doseq=True)
            body = said.encode()
        return self.wire.call(call.method, path, headers, body)

    def asked(self, call: Call, blanks: Mapping[str, str]) -> Any:
        """Ask something that changes nothing; raises `AskingError`."""
        try:
            reply = self.called(call, blanks)
        except WireError:
            raise AskingError("unreachable") from None
        if not 200 <= reply.status < 300:
            raise AskingError("unknown_message" if reply.status == 404 else "refused")
        return _document(reply)

    def _at_secret_path(self, request: WebRequest) -> bool:
        mine = urlsplit(self.callback_address).path.encode()
        return hmac.compare_digest(urlsplit(request.url).path.encode("utf-8", "replace"), mine)


def _plain(name: str) -> bool:
    return 0 < len(name) <= LONGEST_ID and name.isascii() and name.isprintable()


def _document(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):  # also what is not UTF-8
        return None


def _fields(request: WebRequest, form: str) -> Any:
    """Read what a call says."""
    if len(request.body) > LARGEST_BODY:
        raise ForgedError("too much is said")
    try:
        if form == "json":
            return json.loads(request.body)
        said = urlsplit(request.url).query if form == "query" else request.body.decode("ascii")
        return dict(parse_qsl(said, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError):
        raise ForgedError("not readable") from None
