"""Calls at our door are believed when Twilio signed them, to this address, and are whole."""

import random
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import pytest

from app.channels.sms.errors import ForgedError
from app.channels.sms.provider import Inbound, StatusEvent, WebRequest
from app.channels.sms.states import State
from app.channels.sms.twilio import Twilio
from app.channels.sms.twilio_webhooks import LARGEST_BODY
from tests.app.sms.conftest import PUBLIC_URL, message
from tests.gateway import twilio_form
from tests.gateway.serving import Server

STATUS = f"{PUBLIC_URL}/sms/twilio/status?request=r1"
INBOUND = f"{PUBLIC_URL}/sms/twilio/inbound"
SID = "SM" + "1" * 32


@pytest.fixture
def news(gateway: Server, twilio: Twilio) -> dict[str, str]:
    """What the callback of a message says."""
    twilio.send(message())
    [text] = gateway.ledger.texts.values()
    return twilio_form.status_fields(gateway, text, "undelivered", 30005)


def signed(gateway: Server, fields: Mapping[str, str], url: str = STATUS) -> WebRequest:
    headers, body = twilio_form.signed(gateway, url, fields)
    return WebRequest("POST", url, headers, body)


def test_signed_news_is_read(gateway: Server, twilio: Twilio, news: dict[str, str]) -> None:
    found = twilio.parse_status(signed(gateway, news))
    assert found == StatusEvent(news["MessageSid"], State.FAILED, "30005", True, "r1")
    assert found.key == (news["MessageSid"], State.FAILED)


def test_host_and_scheme_of_a_request_are_not_believed(gateway, twilio, news) -> None:
    """A proxy ends TLS: the address that was signed is the one that the public knows."""
    one = signed(gateway, news)
    behind = WebRequest(
        "POST", STATUS.replace(PUBLIC_URL, "http://10.0.0.7:8000"), one.headers, one.body
    )
    assert twilio.parse_status(behind).state is State.FAILED
    names = {name.lower(): value for name, value in one.headers.items()}
    assert twilio.parse_status(WebRequest("POST", STATUS, names, one.body)).state is State.FAILED


@pytest.mark.parametrize("body", ["1", "", "Có ạ & đúng", "a=b&c=d", "x" * 1600])
def test_an_answer_is_read_whatever_stands_in_it(body: str, gateway, twilio) -> None:
    fields = twilio_form.inbound_fields(gateway, SID, "+84901234567", "1080", body)
    found = twilio.parse_inbound(signed(gateway, fields, INBOUND))
    assert found == Inbound(SID, "+84901234567", "1080", body)
    assert "901234567" not in repr(found)


Forgery = Callable[[Server, dict[str, str]], WebRequest]


def resigned(change: Callable[[dict[str, str]], None]) -> Forgery:
    """Signed by the account's own key, and yet not to be believed."""

    def forge(gateway: Server, fields: dict[str, str]) -> WebRequest:
        change(fields)
        return signed(gateway, fields)

    return forge


def replaced(**parts: object) -> Forgery:
    def forge(gateway: Server, fields: dict[str, str]) -> WebRequest:
        one = signed(gateway, fields)
        whole = {"method": one.method, "url": one.url, "headers": one.headers, "body": one.body}
        return WebRequest(**{**whole, **parts})  # type: ignore[arg-type]

    return forge


def other_body(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(gateway: Server, fields: dict[str, str]) -> WebRequest:
        one = signed(gateway, fields)
        return WebRequest("POST", one.url, one.headers, change(one.body))

    return forge


def letters_shifted(gateway: Server, fields: dict[str, str]) -> WebRequest:
    """Move letters from a name to a value: names and values are signed run together."""
    one = signed(gateway, fields)
    state = fields.pop("MessageStatus")
    moved = {**fields, "MessageStat": "us" + state}
    return WebRequest("POST", one.url, one.headers, urlencode(moved).encode())


def into_another_field(gateway: Server, fields: dict[str, str]) -> WebRequest:
    """Let the value of one field swallow the next one: the signature does not see it."""
    one = signed(gateway, fields)
    swallowed = fields.pop("MessageSid")
    fields["From"] += f"MessageSid{swallowed}"
    return WebRequest("POST", one.url, one.headers, urlencode(fields).encode())


def another_key(gateway: Server, fields: dict[str, str]) -> WebRequest:
    headers = {"X-Twilio-Signature": twilio_form.signature("guessed", STATUS, fields)}
    return WebRequest("POST", STATUS, headers, urlencode(fields).encode())


FORGERIES: dict[str, Forgery] = {
    "no signature": replaced(headers={}),
    "empty signature": replaced(headers={"X-Twilio-Signature": ""}),
    "signed with another key": another_key,
    "of another request of ours": replaced(url=STATUS.replace("r1", "r2")),
    "without our request": replaced(url=STATUS.partition("?")[0]),
    "to the other door": replaced(url=STATUS.replace("status", "inbound")),
    "looked at": replaced(method="GET"),
    "another state": other_body(lambda body: body.replace(b"undelivered", b"delivered")),
    "a field more": other_body(lambda body: body + b"&ErrorMessage=x"),
    "a field twice": other_body(lambda body: body + b"&MessageStatus=delivered"),
    "a field twice, once as signed": other_body(lambda body: b"MessageStatus=delivered&" + body),
    "no form": other_body(lambda _: b"\xff\xfe"),
    "broken letters": other_body(lambda body: body + b"&x=%ff"),
    "nothing": other_body(lambda _: b""),
    "too large": other_body(lambda body: body + b"&x=" + b"y" * LARGEST_BODY),
    "too many fields": other_body(lambda body: body + b"".join(b"&f%d=" % i for i in range(300))),
    "letters shifted": letters_shifted,
    "one field in another": into_another_field,
    "of another account": resigned(lambda it: it.update(AccountSid="AC" + "9" * 32)),
    "too large, though signed": resigned(lambda it: it.update(Raw="y" * LARGEST_BODY)),
    "without a message": resigned(lambda it: it.pop("MessageSid") and None),
    "with an empty message": resigned(lambda it: it.update(MessageSid="")),
    "an unknown state": resigned(lambda it: it.update(MessageStatus="perhaps")),
    "no name of a message": resigned(lambda it: it.update(MessageSid="SM1; DROP TABLE")),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_forged_is_not_believed(name, gateway, twilio, news) -> None:
    with pytest.raises(ForgedError) as refused:
        twilio.parse_status(FORGERIES[name](gateway, news))
    assert "901234567" not in str(refused.value)


def test_no_signature_fits_another_call(gateway, twilio, news) -> None:
    """Two thousand calls, each with one byte changed somewhere, and none gets in."""
    chance, one = random.Random(8), signed(gateway, news)
    signature = one.headers["X-Twilio-Signature"]
    believed = 0
    for _ in range(2000):
        body, header = bytearray(one.body), signature
        if chance.random() < 0.5:
            place = chance.randrange(len(body))
            body[place] ^= 1 << chance.randrange(8)
        else:
            place = chance.randrange(len(header) - 1)
            letter = chance.choice(
                [it for it in "ABCDEFGHabcdefgh0123456789+/" if it != header[place]]
            )
            header = header[:place] + letter + header[place + 1 :]
        forged = WebRequest("POST", STATUS, {"X-Twilio-Signature": header}, bytes(body))
        try:
            found = twilio.parse_status(forged)
        except ForgedError:
            continue
        # Another writing of the same form, such as %2B and %2b, is the same call.
        believed += found != StatusEvent(news["MessageSid"], State.FAILED, "30005", True, "r1")
    assert believed == 0


def test_request_ids_of_any_letters_come_back(gateway, twilio, news) -> None:
    url = f"{PUBLIC_URL}/sms/twilio/status?request={quote('a b+c/đ')}"
    assert twilio.parse_status(signed(gateway, news, url)).request_id == "a b+c/đ"
