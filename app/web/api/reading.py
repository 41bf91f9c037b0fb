"""Reading calls: JSON that is nothing but what it says, and not too much of it."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from app.services.credential_writing import Wish
from app.services.credentials import DOORS, Event
from app.web.api.checking import ApiFault, faults_of
from app.web.api.schemas import Schema
from app.web.api.site import CallError

LARGEST, LARGEST_BATCH = 16 * 1024, 1024 * 1024
IDEMPOTENCY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?")


def body(schema: Schema, largest: int = LARGEST) -> Any:
    """Read what a call brings.

    Raises
    ------
    CallError
        If it is too much, not JSON, or not what the schema says.
    """
    value = _parsed(_bytes(largest))
    faults = faults_of(schema, value)
    if faults:
        raise CallError(422, *faults)
    return value


def _bytes(largest: int) -> bytes:
    if request.mimetype != "application/json":
        raise CallError(415, ApiFault("", "not_json_type"))
    request.max_content_length = largest
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise CallError(413, ApiFault("", "too_large")) from None


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(
            content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise CallError(400, ApiFault("", "not_json")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def idempotency() -> str:
    """Read the key of a call that may be repeated; "" if it has none.

    Raises
    ------
    CallError
        If nobody can tell what it is.
    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    if IDEMPOTENCY.fullmatch(given) is None:
        raise CallError(400, ApiFault("", "bad_header"))
    return given


def wish(value: Mapping[str, Any], repeatable: str) -> Wish:
    """Make a wish of a call that has no faults."""
    return Wish(
        dossier_code=tidy(value["dossier_code"]),
        receiving_unit=tidy(value["receiving_unit"]),
        resolving_unit=tidy(value.get("resolving_unit")),
        respondent_kind=value.get("respondent_kind") or "",
        counter=tidy(value.get("counter")),
        door=DOORS[Event(value["event"])],
        due=_day(value.get("due")),
        finished=_day(value.get("finished")),
        idempotency=repeatable,
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def tidy(value: str | None) -> str:
    """Write a code as lists do: composed, and without blanks around it."""
    return unicodedata.normalize("NFC", value or "").strip()
