"""Read the description of a gateway, naming every fault by its place."""

import re
from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from app.channels.sms.gateway_settings import (
    ALL_PARAMS,
    BLANK,
    Asking,
    Call,
    Calling,
    Form,
    GatewaySettings,
    Sending,
    Weighing,
)
from app.channels.sms.provider import Capabilities, Obstacle, Refusal, Report
from app.channels.sms.reading import Section
from app.channels.sms.states import State
from app.channels.sms.wire import LOCAL

SENDING = ("to", "to_84", "to_national", "body", "sender", "template", "request_id", "unicode")
PHONES, TEXTS = ("to", "to_84", "to_national"), ("body", "template")
CALL = ("method", "path", "form", "headers", "basic", "fields", "reply")
FORMS, METHODS = ("json", "form", "query"), ("GET", "POST")
SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]+")
CALLBACK_LENGTH = 32
GATEWAY = (
    *("kind", "vendor", "name", "address", "sender", "price", "capabilities", "secrets"),
    *("send", "status", "balance", "callback"),
)


def gateway(section: Section, secrets: Mapping[str, str]) -> GatewaySettings:
    """Read a gateway; of use only where `section.faults` stays empty."""
    section.only(*GATEWAY)
    named = section.texts("secrets")
    known = {f"secret.{name}" for name in named} | {"callback"}
    callback = _callback(section)
    needed = [*named, "callback"] if callback else list(named)
    for name in needed:
        if not secrets.get(name):
            section.wrong("secrets", "missing_secret", name=name)
    if callback and secrets.get("callback"):
        _check_callback_secret(section, secrets["callback"])
    status = _asking(section, known)
    if callback and status is None and "status" not in section.content:
        section.wrong("callback", "no_confirmation")
    return GatewaySettings(
        name=section.text("name"),
        address=address(section, "address"),
        sender=section.text("sender", ""),
        capabilities=capabilities(section.section("capabilities")),
        price=price(section),
        send=_sending(section, known),
        status=status,
        balance=_weighing(section, known),
        callback=callback,
        secrets={name: secrets.get(name, "") for name in needed},
    )


def address(section: Section, key: str, default: str | None = None) -> str:
    """Read the address of a vendor: https, or this machine."""
    found = section.text(key, default)
    parts = urlsplit(found)
    try:
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if found and (not usable or not secure or "@" in parts.netloc or parts.query or parts.fragment):
        section.wrong(key, "not_https")
    return found


def price(section: Section) -> int | None:
    """Read the price of one part in whole đồng."""
    if "price" not in section.content:
        return None
    return int(section.number("price", 0, 100_000, 0))


def capabilities(section: Section | None, start: Capabilities | None = None) -> Capabilities:
    """Read what a vendor can do; what is not said is as in `start`."""
    given = start or Capabilities()
    if section is None:
        return given
    section.only(*Capabilities.__dataclass_fields__)
    report = section.one_of("delivery_report", ("none", "smsc", "handset"), given.delivery_report)
    return Capabilities(
        two_way=section.flag("two_way", given.two_way),
        unicode=section.flag("unicode", given.unicode),
        concat_max=int(section.number("concat_max", 1, 10, given.concat_max)),
        templates_required=section.flag("templates_required", given.templates_required),
        sender_ids=section.flag("sender_ids", given.sender_ids),
        delivery_report=cast(Report, report),
        dedupe_key=section.flag("dedupe_key", given.dedupe_key),
        sandbox=section.flag("sandbox", given.sandbox),
        rate_per_s=section.number("rate_per_s", 0.01, 1000, given.rate_per_s),
        currency=section.text("currency", given.currency),
    )


def _sending(parent: Section, known: set[str]) -> Sending:
    section = parent.section("send")
    if section is None:
        parent.wrong("send", "missing_key")
        section = Section({}, parent.at("send"), [])
    call = _call(section, known | set(SENDING))
    blanks = set(_blanks([call.path, call.fields, call.headers]))
    if not blanks & set(PHONES):
        section.wrong("fields", "no_recipient")
    if not blanks & set(TEXTS):
        section.wrong("fields", "no_text")
    reply = section.section("reply")
    if reply is None:
        section.wrong("reply", "missing_key")
        reply = Section({}, section.at("reply"), [])
    reply.only("id", "code", "accepted", "refused", "not_sent")
    accepted = reply.texts("accepted")
    if not accepted:
        reply.wrong("accepted", "missing_key")
    taken = dict.fromkeys(accepted, reply.at("accepted"))
    refused = _table(reply, "refused", Refusal, taken)
    not_sent = _table(reply, "not_sent", Obstacle, taken)
    return Sending(
        call, reply.text("id"), reply.text("code"), frozenset(accepted), refused, not_sent
    )


def _asking(parent: Section, known: set[str]) -> Asking | None:
    section = parent.section("status")
    if section is None:
        return None
    call = _call(section, known | {"provider_id"})
    reply = section.section("reply")
    if reply is None:
        section.wrong("reply", "missing_key")
        return None
    reply.only("state", "states", "code", "accepted")
    states = _table(reply, "states", State, {})
    if not states:
        reply.wrong("states", "missing_key")
    accepted = frozenset(reply.texts("accepted"))
    return Asking(call, reply.text("state"), states, reply.text("code", ""), accepted)


def _weighing(parent: Section, known: set[str]) -> Weighing | None:
    section = parent.section("balance")
    if section is None:
        return None
    call = _call(section, known)
    reply = section.section("reply")
    if reply is None:
        section.wrong("reply", "missing_key")
        return None
    reply.only("amount")
    return Weighing(call, reply.text("amount"))


def _callback(parent: Section) -> Calling | None:
    section = parent.section("callback")
    if section is None:
        return None
    section.only("form", "id", "request_id")
    form = cast(Form, section.one_of("form", FORMS))
    return Calling(form, section.text("id"), section.text("request_id", ""))


def _call(section: Section, known: Collection[str]) -> Call:
    section.only(*CALL)
    path = section.text("path")
    if path and (not path.startswith("/") or path.startswith("//") or "\\" in path):
        section.wrong("path", "not_a_path")
    fields, headers = section.content.get("fields", {}), section.content.get("headers", {})
    for key, each in (("fields", fields), ("headers", headers)):
        if not isinstance(each, Mapping):
            section.wrong(key, "not_a_mapping")
    basic = tuple(section.texts("basic"))
    for key, each in (("path", path), ("fields", fields), ("headers", headers), ("basic", basic)):
        _check_blanks(section, key, each, known)
    return Call(
        section.one_of("method", METHODS, "POST"),
        path,
        cast(Form, section.one_of("form", FORMS, "json")),
        {str(name): str(value) for name, value in headers.items()}
        if isinstance(headers, Mapping)
        else {},
        basic,
        fields if isinstance(fields, Mapping) else {},
    )


def _table(reply: Section, key: str, words: Any, taken: dict[str, str]) -> dict[str, Any]:
    """Turn lists of codes below our words into one table from code to word."""
    section = reply.section(key)
    if section is None:
        return {}
    section.only(*words)
    table: dict[str, Any] = {}
    for word in words:
        for code in section.texts(word):
            if code in taken:
                section.wrong(word, "said_twice", value=code, first=taken[code])
            taken[code] = section.at(word)
            table[code] = words(word)
    return table


def _check_blanks(section: Section, key: str, template: Any, known: Collection[str]) -> None:
    if isinstance(template, Mapping):
        for name, each in template.items():
            _check_blanks(section, f"{key}.{name}", each, known)
    elif isinstance(template, list | tuple):
        for number, each in enumerate(template):
            _check_blanks(section, f"{key}.{number}", each, known)
    elif isinstance(template, str) and template != ALL_PARAMS:
        for name in _blanks(template):
            if name not in known and not (name.startswith("param.") and "to" in known):
                section.wrong(key, "unknown_blank", name=name, allowed=", ".join(sorted(known)))
    elif not isinstance(template, str | int | float | bool):
        section.wrong(key, "not_text")


def _blanks(template: Any) -> list[str]:
    if isinstance(template, Mapping):
        return [name for each in template.values() for name in _blanks(each)]
    if isinstance(template, list | tuple):
        return [name for each in template for name in _blanks(each)]
    return BLANK.findall(template) if isinstance(template, str) else []


def _check_callback_secret(section: Section, secret: str) -> None:
    if len(secret) < CALLBACK_LENGTH or not SECRET_SHAPE.fullmatch(secret):
        section.wrong("secrets", "weak_secret", name="callback", length=str(CALLBACK_LENGTH))
