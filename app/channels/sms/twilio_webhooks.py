"""Calls of Twilio at our door: who made them, and what they say.

The signature covers the address as the public knows it and all fields of the form, run together
without a mark between name and value. So whoever holds one signed call could shift letters from
one field to the next: known fields must have exactly their form, others are not looked at.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from app.channels.sms.errors import ForgedError
from app.channels.sms.provider import Inbound, StatusEvent, WebRequest
from app.channels.sms.twilio_codes import STATES

SIGNATURE = "X-Twilio-Signature"
STATUS_PATH, INBOUND_PATH = "/sms/twilio/status", "/sms/twilio/inbound"
LARGEST_BODY, MOST_FIELDS = 64 * 1024, 200
FORM = "application/x-www-form-urlencoded"
PARTY = re.compile(r"\+[0-9]{3,15}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ._&+-]{1,11}")
KNOWN = {
    "AccountSid": re.compile(r"AC[0-9a-f]{32}"),
    "ApiVersion": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "Body": re.compile(r"(?s).{0,1600}"),
    "ErrorCode": re.compile(r"[0-9]{5}"),
    "From": PARTY,
    "MessageSid": re.compile(r"(SM|MM)[0-9a-f]{32}"),
    "MessageStatus": re.compile("|".join(STATES)),
    "MessagingServiceSid": re.compile(r"MG[0-9a-f]{32}"),
    "NumMedia": re.compile(r"[0-9]{1,2}"),
    "NumSegments": re.compile(r"[0-9]{1,2}"),
    "SmsMessageSid": re.compile(r"(SM|MM)[0-9a-f]{32}"),
    "SmsSid": re.compile(r"(SM|MM)[0-9a-f]{32}"),
    "SmsStatus": re.compile("receiv(ed|ing)|" + "|".join(STATES)),
    "To": PARTY,
}


class Door:
    """Reads the calls of one account.

    Parameters
    ----------
    account : str
        Account SID.
    token : str
        The secret by which Twilio signs.
    public_url : str
        Our address as Twilio was told it; what a request says of host and scheme is not used.
    """

    def __init__(self, account: str, token: str, public_url: str) -> None:
        self.account, self.public_url = account, public_url.rstrip("/")
        self.validator = RequestValidator(token)

    def status(self, request: WebRequest) -> StatusEvent:
        """Read news of a message.

        Raises
        ------
        ForgedError
            Unless Twilio signed it and it is whole.
        """
        fields, query = self.fields(request, STATUS_PATH)
        _need(fields, "MessageSid", "MessageStatus")
        return StatusEvent(
            fields["MessageSid"],
            STATES[fields["MessageStatus"]],
            fields.get("ErrorCode", ""),
            request_id=query.get("request", ""),
        )

    def inbound(self, request: WebRequest) -> Inbound:
        """Read an answer; raises as `status` does."""
        fields, _ = self.fields(request, INBOUND_PATH)
        _need(fields, "MessageSid", "From", "To", "Body")
        return Inbound(fields["MessageSid"], fields["From"], fields["To"], fields["Body"])

    def fields(self, request: WebRequest, path: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the known fields of the form and those of the query, once believed."""
        parts = urlsplit(request.url)
        mine = urlsplit(self.public_url + path)
        if request.method != "POST" or parts.path != mine.path or len(request.body) > LARGEST_BODY:
            raise ForgedError("not a call to this address")
        url = mine.geturl() + (f"?{parts.query}" if parts.query else "")
        fields = _once(_decoded(request.body))
        if not self.validator.validate(url, fields, request.header(SIGNATURE)):
            raise ForgedError("not signed by Twilio")
        known = {name: value for name, value in fields.items() if name in KNOWN}
        if any(not KNOWN[name].fullmatch(value) for name, value in known.items() if value):
            raise ForgedError("a field has another form")
        if known.get("AccountSid") != self.account:
            raise ForgedError("of another account")
        return known, _once(parts.query)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise ForgedError("not a form") from None


def _once(form: str) -> dict[str, str]:
    """Read a form in which nothing is said twice."""
    try:
        pairs = parse_qsl(
            form,
            keep_blank_values=True,
            strict_parsing=bool(form),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:  # also letters that are not UTF-8
        raise ForgedError("not a form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ForgedError("a field stands there twice")
    return fields


def _need(fields: dict[str, str], *names: str) -> None:
    if any(name not in fields or (not fields[name] and name != "Body") for name in names):
        raise ForgedError("a field is missing")
