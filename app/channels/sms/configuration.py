"""Make a provider from a configuration file, or say all that is wrong with the file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from app.channels.sms.errors import ConfigurationError, Fault
from app.channels.sms.gateway_reading import address, capabilities, gateway, price
from app.channels.sms.handover import CAPABILITIES as HANDOVER, Handover
from app.channels.sms.http_gateway import HttpGateway
from app.channels.sms.outbox import CAPABILITIES as OUTBOX, Keeper, Outbox
from app.channels.sms.provider import Counting, Provider
from app.channels.sms.reading import Section, document
from app.channels.sms.twilio import ADDRESS, Twilio, TwilioSettings

SHIPPED = Path(__file__).parents[2] / "data" / "sms"
KINDS = ("outbox", "twilio", "http", "handover")
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
SENDER = re.compile(r"MG[0-9a-f]{32}|\+[0-9]{6,15}|(?=.*[A-Za-z])[A-Za-z0-9 ._&+-]{1,11}")
TOKEN = "auth_token"  # noqa: S105  (the name of a secret)
PLAIN = ("kind", "price", "capabilities")


def vendors() -> tuple[str, ...]:
    """Name the configurations that come with the program."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def provider(
    text: str, secrets: Mapping[str, str], keeper: Keeper, count: Counting, public_url: str
) -> Provider:
    """Read a configuration.

    Parameters
    ----------
    text : str
        YAML or JSON; ``kind`` says which of `KINDS` it is.
    secrets : mapping of str to str
        What must not stand in the file: keys, tokens, the secret step of the callback's path.
    keeper : Keeper
        Where the outbox and the hand-over keep messages.
    count : Counting
        Splits a text into parts.
    public_url : str
        Our address as the public knows it.

    Raises
    ------
    ConfigurationError
        Naming every fault with its place.
    """
    faults: list[Fault] = []
    section = Section(document(text), "", faults)
    kind = section.one_of("kind", KINDS)
    made: Callable[[], Provider] | None = None
    if kind == "twilio":
        settings = _twilio(section, secrets, public_url)
        made = lambda: Twilio(settings, count)  # noqa: E731  (made only without faults)
    elif kind == "http":
        described = gateway(_with_vendor(section), secrets)
        made = lambda: HttpGateway(described, count, public_url)  # noqa: E731
    elif kind in {"outbox", "handover"}:
        section.only(*PLAIN)
        start = OUTBOX if kind == "outbox" else HANDOVER
        can, cost = capabilities(section.section("capabilities"), start), price(section)
        if kind == "outbox":
            made = lambda: Outbox(keeper, count, capabilities=can, price=cost)  # noqa: E731
        else:
            made = lambda: Handover(keeper, count, can, cost)  # noqa: E731
    if faults or made is None:
        raise ConfigurationError(faults)
    return made()


def _with_vendor(section: Section) -> Section:
    """Lay what the file says over the configuration of a vendor that it names."""
    if "vendor" not in section.content:
        return section
    name = section.one_of("vendor", vendors())
    if name not in vendors():
        return section
    shipped = document((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
    return Section({**shipped, **section.content}, "", section.faults)


def _twilio(section: Section, secrets: Mapping[str, str], public_url: str) -> TwilioSettings:
    section.only(*PLAIN, "account", "sender", "address")
    account, sender = section.text("account"), section.text("sender")
    if account and not ACCOUNT.fullmatch(account):
        section.wrong("account", "not_an_account")
    if sender and not SENDER.fullmatch(sender):
        section.wrong("sender", "not_a_sender")
    if not secrets.get(TOKEN):
        section.wrong("secrets", "missing_secret", name=TOKEN)
    settings = TwilioSettings(account, secrets.get(TOKEN, ""), sender, public_url)
    return replace(
        settings,
        address=address(section, "address", ADDRESS),
        price=price(section),
        capabilities=capabilities(section.section("capabilities"), settings.capabilities),
    )
