"""An account at a gateway that speaks Twilio's protocol over HTTP."""

from collections.abc import Iterator

import pytest

from app.channels.sms.provider import Message
from app.channels.sms.twilio import Twilio, TwilioSettings
from app.channels.sms.wire import Wire
from surveys.texts import parts
from tests.gateway.serving import Server, running

PHONE = "+84901234567"
PUBLIC_URL = "https://khaosat.example.gov.vn"
SERVICE = "MG" + "a" * 32


@pytest.fixture
def gateway() -> Iterator[Server]:
    with running() as server:
        yield server


def account(server: Server, token: str = "token", read: float = 2.0) -> Twilio:
    """Make the adapter of an account."""
    settings = TwilioSettings(
        server.account, token, SERVICE, PUBLIC_URL, address=server.address, price=350
    )
    return Twilio(settings, parts, Wire(server.address, connect=1.0, read=read))


@pytest.fixture
def twilio(gateway: Server) -> Iterator[Twilio]:
    found = account(gateway)
    yield found
    found.wire.close()


def message(request_id: str = "r1", body: str = "Moi Ong/Ba danh gia: https://x.vn/q/abc", **more):
    """Write a message."""
    return Message(**{"request_id": request_id, "to": PHONE, "body": body, **more})
