"""A gateway described as data: what is asked of it, and what its replies mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.channels.sms.provider import Capabilities, Obstacle, Refusal
from app.channels.sms.states import State

Form = Literal["json", "form", "query"]
BLANK = re.compile(r"\{([a-z0-9_]+(?:\.[A-Za-z0-9_]+)?)\}")
ALL_PARAMS = "{params}"


@dataclass(frozen=True)
class Call:
    """One question to a gateway.

    Attributes
    ----------
    method, path : str
    form : {"json", "form", "query"}
        How the fields travel.
    headers : mapping of str to str
    basic : tuple of str
        User name and password, or nothing.
    fields : mapping
        Names of fields, and texts with blanks such as ``{to}``; in JSON also lists and mappings.
    """

    method: str
    path: str
    form: Form = "json"
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sending:
    """How to send, and what the reply means.

    Attributes
    ----------
    identity, code : str
        Where in the reply the name of the message stands, and the code: keys with dots between.
    accepted : frozenset of str
        Codes by which the gateway takes the message.
    refused, not_sent : mapping
        Codes by which it does not. Every other code leaves the outcome unknown.
    """

    call: Call
    identity: str
    code: str
    accepted: frozenset[str]
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    not_sent: Mapping[str, Obstacle] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """How to ask for a status, and what the words of the reply mean."""

    call: Call
    state: str
    states: Mapping[str, State]
    code: str = ""
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weighing:
    """How to ask for the balance, and where the amount stands."""

    call: Call
    amount: str


@dataclass(frozen=True)
class Calling:
    """How the gateway calls us: in which form, and where the names of the message stand."""

    form: Form
    identity: str
    request: str = ""


@dataclass(frozen=True)
class GatewaySettings:
    """Everything about one gateway."""

    name: str
    address: str
    sender: str
    capabilities: Capabilities
    price: int | None
    send: Sending
    status: Asking | None
    balance: Weighing | None
    callback: Calling | None
    secrets: Mapping[str, str] = field(repr=False)


def filled(template: Any, blanks: Mapping[str, str], params: Mapping[str, str]) -> Any:
    """Fill the blanks of a field; ``{params}`` alone becomes the whole mapping.

    Examples
    --------
    >>> filled({"To": ["{to}"], "Data": "{params}"}, {"to": "84901"}, {"ma": "H1"})
    {'To': ['84901'], 'Data': {'ma': 'H1'}}
    """
    if isinstance(template, Mapping):
        return {name: filled(each, blanks, params) for name, each in template.items()}
    if isinstance(template, list):
        return [filled(each, blanks, params) for each in template]
    if not isinstance(template, str):
        return template
    if template == ALL_PARAMS:
        return dict(params)
    return BLANK.sub(lambda found: _blank(found[1], blanks, params), template)


def found_at(document: Any, path: str) -> str:
    """Return what stands at keys with dots between, numbers counting in lists; "" if nothing does.

    Examples
    --------
    >>> found_at({"data": [{"status": 0}]}, "data.0.status")
    '0'
    """
    for key in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return ""
    if isinstance(document, str):
        return document
    plain = isinstance(document, int | float) and not isinstance(document, bool)
    return str(document) if plain else ""


def _blank(name: str, blanks: Mapping[str, str], params: Mapping[str, str]) -> str:
    kind, _, rest = name.partition(".")
    return params.get(rest, "") if kind == "param" else blanks[name]
