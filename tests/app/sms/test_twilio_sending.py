"""Twilio's adapter says of a message what is true, or that it is unknown."""

import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.channels.sms.errors import AskingError
from app.channels.sms.provider import (
    NotSent,
    Obstacle,
    Outcome,
    Refusal,
    Refused,
    Sent,
    Unknown,
)
from app.channels.sms.states import State
from app.channels.sms.twilio import Twilio, TwilioSettings
from app.channels.sms.wire import LARGEST_REPLY
from surveys.texts import parts
from tests.app.sms.conftest import PHONE, PUBLIC_URL, SERVICE, account, message
from tests.gateway.ledger import Fault
from tests.gateway.serving import Server


def test_a_message_arrives_as_it_was_written(gateway: Server, twilio: Twilio) -> None:
    sent = twilio.send(message("r-1", "Moi Ong/Ba đánh giá & góp ý: https://x.vn/q/a?b=c+d"))
    assert isinstance(sent, Sent)
    [text] = gateway.ledger.texts.values()
    assert (text.sid, text.to, text.sender) == (sent.provider_id, PHONE, SERVICE)
    assert text.body == "Moi Ong/Ba đánh giá & góp ý: https://x.vn/q/a?b=c+d"
    assert text.callback == f"{PUBLIC_URL}/sms/twilio/status?request=r-1"
    assert sent.state is State.QUEUED


def test_a_sender_of_the_message_goes_before_that_of_the_account(gateway, twilio) -> None:
    twilio.send(message(sender="+84281080"))
    assert [text.sender for text in gateway.ledger.texts.values()] == ["+84281080"]


FAULTS = {
    "reset before it was read": (Fault("reset_before"), (NotSent, Unknown)),
    "reset after it was read": (Fault("reset_after"), (Unknown,)),
    "accepted without a reply": (Fault("mute"), (Unknown,)),
    "accepted, the reply too late": (Fault("slow", seconds=3), (Unknown,)),
    "accepted, the reply unreadable": (Fault("garbage"), (Unknown,)),
    "accepted, the reply endless": (Fault("endless"), (Unknown,)),
    "error 500": (Fault("status", 500), (Unknown,)),
    "error 502 with a code": (Fault("status", 502, 21211), (Unknown,)),
    "error 408": (Fault("status", 408), (Unknown,)),
    "redirect": (Fault("redirect", 307, location="http://127.0.0.1:9/"), (NotSent,)),
    "other error": (Fault("status", 400, 29999), (Refused,)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_in_doubt_is_called_unknown_and_nothing_is_sent_twice(
    name: str, gateway: Server, twilio: Twilio
) -> None:
    fault, allowed = FAULTS[name]
    gateway.ledger.fail(fault)
    found = twilio.send(message())
    assert isinstance(found, allowed), found
    assert gateway.ledger.calls == 1
    accepted = sum(gateway.ledger.accepted.values())
    assert accepted <= 1
    # What is said to be certain must be.
    if not isinstance(found, Unknown):
        assert accepted == isinstance(found, Sent)
    # A broken connection does not spoil the next message.
    assert isinstance(twilio.send(message("r2", "Tin thu hai")), Sent)


def test_a_reply_without_end_is_not_listened_to(gateway: Server, twilio: Twilio) -> None:
    gateway.ledger.fail(Fault("endless"))
    assert isinstance(twilio.send(message()), Unknown)
    # What the system's buffers hold on both sides is on its way already.
    assert gateway.ledger.written < 50 * LARGEST_REPLY


TURNED_AWAY: dict[str, tuple[Fault, Outcome]] = {
    "too fast": (Fault("status", 429, 20429, retry_after=7), NotSent(Obstacle.BUSY, "20429", 7.0)),
    "too fast, no code": (Fault("status", 429), NotSent(Obstacle.BUSY, "429")),
    "closed for now": (Fault("status", 503, retry_after=30), NotSent(Obstacle.BUSY, "503", 30.0)),
    "wrong number": (Fault("status", 400, 21211), Refused(Refusal.NUMBER, "21211")),
    "opted out": (Fault("status", 400, 21610), Refused(Refusal.OPTED_OUT, "21610")),
    "too long": (Fault("status", 400, 21617), Refused(Refusal.CONTENT, "21617")),
    "suspended": (Fault("status", 403, 30002), NotSent(Obstacle.ACCOUNT, "30002")),
    "no such account": (Fault("status", 404), NotSent(Obstacle.ACCOUNT, "404")),
}


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_a_message_that_is_turned_away_has_its_reason(name, gateway, twilio) -> None:
    fault, wanted = TURNED_AWAY[name]
    gateway.ledger.fail(fault)
    assert twilio.send(message()) == wanted
    assert not gateway.ledger.accepted


def test_wrong_keys_stop_everything(gateway: Server) -> None:
    found = account(gateway, token="another").send(message())
    assert found == NotSent(Obstacle.ACCOUNT, "20003")


def test_who_cannot_be_reached_has_not_had_the_message() -> None:
    with socket.socket() as taken:  # bound and not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = TwilioSettings("AC" + "0" * 32, "token", SERVICE, address=address)
        found = Twilio(settings, parts).send(message())
    assert isinstance(found, NotSent)
    assert found.obstacle is Obstacle.UNREACHABLE


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"to": "+12025550123"}, Refusal.NUMBER),
        ({"to": "+842812345678"}, Refusal.NUMBER),
        ({"body": ""}, Refusal.CONTENT),
        ({"body": "x" * 2000}, Refusal.CONTENT),
    ],
)
def test_what_could_only_be_refused_is_not_offered(changed, reason, gateway, twilio) -> None:
    found = twilio.send(message(**changed))
    assert isinstance(found, Refused)
    assert found.reason is reason
    assert gateway.ledger.calls == 0


def test_nothing_is_sent_in_the_clear_to_another_machine() -> None:
    settings = TwilioSettings("AC" + "0" * 32, "t", SERVICE, address="http://api.twilio.com")
    with pytest.raises(ValueError, match="https"):
        Twilio(settings, parts)


def test_an_unknown_message_is_found_by_what_it_alone_says(gateway, twilio) -> None:
    begun = datetime.now(UTC)
    gateway.ledger.fail(Fault("mute"))
    assert isinstance(twilio.send(message(body="Moi Ong/Ba: https://x.vn/q/tokenone")), Unknown)
    twilio.send(message("r2", "Moi Ong/Ba: https://x.vn/q/tokentwo"))
    found = twilio.find(PHONE, begun, "tokenone")
    assert isinstance(found, Sent)
    assert gateway.ledger.texts[found.provider_id].body.endswith("tokenone")
    assert twilio.find(PHONE, begun, "tokenthree") is None
    assert twilio.find("+84907654321", begun, "tokenone") is None
    assert twilio.find(PHONE, begun + timedelta(hours=1), "tokenone") is None
    with pytest.raises(ValueError, match="alone"):
        twilio.find(PHONE, begun, "")


def test_state_and_balance_can_be_asked_for(gateway: Server, twilio: Twilio) -> None:
    sent = twilio.send(message())
    assert isinstance(sent, Sent)
    gateway.ledger.texts[sent.provider_id].state = "undelivered"
    gateway.ledger.texts[sent.provider_id].error = 30005
    found = twilio.status(sent.provider_id)
    assert (found.state, found.code, found.confirmed) == (State.FAILED, "30005", True)
    assert (twilio.balance().amount, twilio.balance().currency) == (Decimal("12.34"), "USD")
    with pytest.raises(AskingError) as unknown:
        twilio.status("SM" + "f" * 32)
    assert unknown.value.code == "unknown_message"
    with pytest.raises(AskingError) as refused:
        account(gateway, token="another").balance()
    assert refused.value.code == "refused"


def test_a_price_is_told_by_parts(twilio: Twilio) -> None:
    short, long = twilio.quote("Moi Ong/Ba"), twilio.quote("Mời Ông/Bà " * 10)
    assert (short.encoding, short.parts, short.cost) == ("gsm7", 1, 350)
    assert (long.encoding, long.parts, long.cost) == ("ucs2", 2, 700)


@pytest.mark.parametrize("fault", [Fault("status", 400, 21211), Fault("mute"), None])
def test_no_phone_text_or_key_stands_in_a_log_or_a_traceback(
    fault: Fault | None, gateway: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = account(gateway, token="verysecrettoken")
    gateway.token = "verysecrettoken"
    if fault:
        gateway.ledger.fail(fault)
    one = message(body="Noi dung rieng")
    told = [repr(one), repr(found.settings), repr(found.send(one))]
    found.find(PHONE, datetime.now(UTC), "rieng")  # its address has the phone in it
    gateway.server_close()
    found.wire.close()
    with pytest.raises(AskingError) as failed:
        found.find(PHONE, datetime.now(UTC), "rieng")
    told += traceback.format_exception(failed.value)
    said = "\n".join([*told, caplog.text])
    for secret in ("901234567", "Noi dung rieng", "verysecrettoken"):
        assert secret not in said
