"""Twilio's REST protocol, from its public documentation; shares no code with its package."""

import base64
import hmac
import http.client
from collections.abc import Mapping
from email.message import Message as Headers
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.gateway.ledger import Text

if TYPE_CHECKING:
    from tests.gateway.serving import Server

VERSION = "2010-04-01"
Reply = tuple[int, Any]


def root(server: "Server") -> str:
    return f"/{VERSION}/Accounts/{server.account}"


def authorised(server: "Server", headers: Headers) -> bool:
    pair = base64.b64encode(f"{server.account}:{server.token}".encode()).decode()
    return hmac.compare_digest(headers.get("Authorization", ""), f"Basic {pair}")


def error(status: int, code: int, message: str) -> Reply:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": message, "more_info": info, "status": status}


def sent(server: "Server", path: str, body: bytes, headers: Headers) -> Reply | None:
    """POST …/Messages.json."""
    if not path.startswith(f"/{VERSION}/"):
        return None
    if not authorised(server, headers):
        return error(401, 20003, "Authenticate")
    if path != f"{root(server)}/Messages.json":
        return error(404, 20404, f"The requested resource {path} was not found")
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    to, text = form.get("To", ""), form.get("Body", "")
    if not to.startswith("+") or not to[1:].isdecimal():
        return error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not text:
        return error(400, 21602, "Message body is required.")
    sender = form.get("MessagingServiceSid") or form.get("From")
    if not sender:
        return error(400, 21603, "A 'From' phone number is required.")
    return 201, shown(
        server, server.ledger.accept(to, sender, text, form.get("StatusCallback", ""))
    )


def asked(server: "Server", path: str, query: Mapping[str, str], headers: Headers) -> Reply | None:
    """GET of one message, of the list and of the balance."""
    if not path.startswith(f"/{VERSION}/"):
        return None
    if not authorised(server, headers):
        return error(401, 20003, "Authenticate")
    if path == f"{root(server)}/Balance.json":
        return 200, {"account_sid": server.account, "balance": "12.34", "currency": "USD"}
    if path == f"{root(server)}/Messages.json":
        return 200, listed(server, query)
    sid = path.removeprefix(f"{root(server)}/Messages/").removesuffix(".json")
    if sid in server.ledger.texts:
        return 200, shown(server, server.ledger.texts[sid])
    return error(404, 20404, f"The requested resource {path} was not found")


def listed(server: "Server", query: Mapping[str, str]) -> dict[str, Any]:
    """One page of messages; DateSent leaves out what has not been sent yet."""
    since = query.get("DateSent>", "")
    found = server.ledger.matching(query.get("To", ""), since)
    if since:
        found = [text for text in found if text.state != "queued"]
    size = int(query.get("PageSize", "50"))
    return {
        "messages": [shown(server, text) for text in found[:size]],
        "page": 0,
        "page_size": size,
        "next_page_uri": None,
        "uri": f"{root(server)}/Messages.json",
    }


def shown(server: "Server", text: Text) -> dict[str, Any]:
    """A message as the REST interface shows it."""
    service = text.sender if text.sender.startswith("MG") else None
    made = format_datetime(text.made)
    return {
        "account_sid": server.account,
        "api_version": VERSION,
        "body": text.body,
        "date_created": made,
        "date_sent": None if text.state == "queued" else made,
        "date_updated": made,
        "direction": "outbound-api",
        "error_code": text.error,
        "error_message": None,
        "from": None if service else text.sender,
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.state,
        "subresource_uris": {},
        "to": text.to,
        "uri": f"{root(server)}/Messages/{text.sid}.json",
    }


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Sign a call: HMAC-SHA1 over the address and the sorted fields run together."""
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def status_fields(server: "Server", text: Text, state: str, code: int = 0) -> dict[str, str]:
    """What a status callback says."""
    fields = {
        "AccountSid": server.account,
        "ApiVersion": VERSION,
        "From": "" if text.sender.startswith("MG") else text.sender,
        "MessageSid": text.sid,
        "MessageStatus": state,
        "RawDlrDoneDate": "2611240700",  # a field that nobody was told of
        "SmsSid": text.sid,
        "SmsStatus": state,
        "To": text.to,
    }
    return {**fields, "ErrorCode": str(code)} if code else fields


def inbound_fields(server: "Server", sid: str, sender: str, to: str, body: str) -> dict[str, str]:
    """What the webhook of a message to us says."""
    return {
        "AccountSid": server.account,
        "ApiVersion": VERSION,
        "Body": body,
        "From": sender,
        "FromCity": "",
        "FromCountry": "VN",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": to,
    }


def signed(server: "Server", url: str, fields: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    """Headers and body of a signed call."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signature(server.token, url, fields),
    }
    return headers, urlencode(fields).encode()


def call_back(
    server: "Server", text: Text, states: list[str], *, site: str = "", times: int = 1
) -> list[int]:
    """Report states to the callback of a message, in the order given, each so many times.

    `site` is where the address is really served, if not where it says.
    """
    replies = []
    for state in [state for state in states for _ in range(times)]:
        text.state = state
        fields = status_fields(server, text, state)
        replies.append(deliver(server, text.callback, fields, site))
    return replies


def deliver(server: "Server", url: str, fields: Mapping[str, str], site: str = "") -> int:
    """Make a signed call to an address; return its HTTP status."""
    headers, body = signed(server, url, fields)
    parts, served = urlsplit(url), urlsplit(site or url)
    secure = served.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(served.hostname or "", served.port, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {**headers, "Host": parts.netloc})
        return connection.getresponse().status
    finally:
        connection.close()
