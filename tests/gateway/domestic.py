"""A domestic gateway that takes JSON, with a key in a header and a request id against doubles."""

import json
from collections.abc import Mapping
from email.message import Message as Headers
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from tests.gateway.serving import Server

KEY = "khoa-thu"
STATES = {"queued": "0", "sending": "1", "sent": "2", "delivered": "3", "failed": "4"}
CONFIGURATION = """
kind: http
name: Cổng thử
address: {address}
sender: SNV-TEST
price: 350
capabilities: {{concat_max: 3, sender_ids: true, delivery_report: smsc, dedupe_key: true,
               rate_per_s: 100}}
secrets: [key]
send:
  path: /api/v1/sms
  headers: {{X-Api-Key: "{{secret.key}}"}}
  fields: {{phone: "{{to_84}}", text: "{{body}}", brand: "{{sender}}", id: "{{request_id}}",
           unicode: "{{unicode}}", data: "{{params}}", news: "{{callback}}"}}
  reply:
    id: data.id
    code: code
    accepted: ["0"]
    refused: {{number: ["11"], content: ["12"]}}
    not_sent: {{account: ["21"], busy: ["22"]}}
status:
  method: GET
  path: /api/v1/sms/{{provider_id}}
  form: query
  headers: {{X-Api-Key: "{{secret.key}}"}}
  reply:
    code: code
    accepted: ["0"]
    state: data.state
    states: {{queued: ["0"], sending: ["1"], sent: ["2"], delivered: ["3"], failed: ["4"]}}
balance:
  method: GET
  path: /api/v1/balance
  headers: {{X-Api-Key: "{{secret.key}}"}}
  reply: {{amount: data.left}}
callback: {{form: query, id: id, request_id: request}}
"""


def sent(server: "Server", path: str, body: bytes, headers: Headers) -> tuple[int, Any] | None:
    """POST /api/v1/sms."""
    if path != "/api/v1/sms":
        return None
    if headers.get("X-Api-Key") != KEY:
        return 200, {"code": 21, "message": "key"}
    said = json.loads(body)
    if said["id"] in server.ledger.requests:
        return 200, {"code": 31, "message": "the id was used before"}
    if len(said["phone"]) != 11:
        return 200, {"code": 11, "message": f"{said['phone']} is not a phone"}
    text = server.ledger.accept(
        "+" + said["phone"], said["brand"], said["text"], said["news"], said["id"]
    )
    return 200, {"code": 0, "data": {"id": text.sid}}


def asked(
    server: "Server", path: str, query: Mapping[str, str], headers: Headers
) -> tuple[int, Any] | None:
    """GET of a message and of the balance."""
    if not path.startswith("/api/v1/"):
        return None
    if headers.get("X-Api-Key") != KEY:
        return 200, {"code": 21}
    if path == "/api/v1/balance":
        return 200, {"code": 0, "data": {"left": 1_500_000}}
    text = server.ledger.texts.get(path.removeprefix("/api/v1/sms/"))
    if text is None:
        return 200, {"code": 41}
    return 200, {"code": 0, "data": {"state": STATES[text.state]}}


def hint(callback: str, sid: str, request: str = "") -> str:
    """Address of the unsigned call that tells that there is news."""
    return f"{callback}?id={quote(sid)}&request={quote(request)}"
