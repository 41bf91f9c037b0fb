"""Reading what was published about a draw, and naming every fault by its place."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from sampling.arriving import exact_rate
from sampling.draw_errors import DrawError, RecordFault
from sampling.draw_record import APART, FORMAT, METHODS, DrawRecord, Promise, canonical
from sampling.errors import Fault

LATER = ("public_number", "result", "releases")
PROMISES, RECORDS = TypeAdapter(Promise), TypeAdapter(DrawRecord)
Paper = TypeVar("Paper", Promise, DrawRecord)


def read_promise(content: bytes) -> tuple[Promise | None, tuple[Fault, ...]]:
    """Read a commitment that was published before a draw.

    Returns
    -------
    Promise or None, and tuple of Fault
        The promise when there is no fault. A text that is not the canonical one is a fault: it
        would have another hash.
    """
    document, faults = opened(content)
    if document is None:
        return None, faults
    return judged(PROMISES, without(document, "format"), content)


def read_record(content: bytes) -> tuple[DrawRecord | None, tuple[Fault, ...]]:
    """Read the record of a draw, as `read_promise` does a commitment."""
    document, faults = opened(content)
    if document is None:
        return None, faults
    later = {name: document[name] for name in LATER if name in document}
    promise = without(document, "format", *LATER)
    return judged(RECORDS, {"promise": promise, **later}, content)


def opened(content: bytes) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Parse JSON and look at the form it claims."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None, (RecordFault(None, "", "", "broken_json"),)
    if not isinstance(document, dict):
        return None, (RecordFault(None, "", "", "wrong_kind", {"expected": "{…}"}),)
    if document.get("format") != FORMAT:
        told = str(document.get("format", ""))
        return None, (RecordFault(None, "format", told, "bad_entry", {"reason": FORMAT}),)
    return document, ()


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """Leave out some entries."""
    return {name: value for name, value in document.items() if name not in names}


def judged(
    adapter: TypeAdapter[Paper], document: dict[str, Any], content: bytes
) -> tuple[Paper | None, tuple[Fault, ...]]:
    """Give every entry its type; the value only if writing it gives the same text."""
    try:
        found = adapter.validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        return None, tuple(fault_of(it) for it in error.errors(include_url=False))
    faults = faults_of(found.promise if isinstance(found, DrawRecord) else found)
    if not faults and canonical(found.document()) != content:
        faults = (RecordFault(None, "", "", "not_canonical"),)
    return (None if faults else found), faults


def fault_of(error: Any) -> RecordFault:
    """Write an error of a type as a fault."""
    path = ".".join(str(part) for part in error["loc"] if part != "promise")
    if error["type"] == "missing":
        return RecordFault(None, path, "", "missing_key")
    return RecordFault(None, path, str(error["input"]), "bad_entry", {"reason": error["type"]})


def faults_of(promise: Promise) -> tuple[Fault, ...]:
    """List what no draw can do."""
    faults = []
    if promise.method not in METHODS:
        allowed = {"allowed": ", ".join(METHODS)}
        faults.append(RecordFault(None, "method", promise.method, "not_public", allowed))
    if (promise.method == APART) != (promise.asked is not None):
        faults.append(RecordFault(None, "asked", APART, "needed"))
    for stratum in promise.strata:
        place = f"strata.{stratum.label}"
        for number in (stratum.dossiers, stratum.size, stratum.reserves):
            if number is not None and number < 0:
                faults.append(RecordFault(None, place, str(number), "not_a_count"))
        try:
            exact_rate(stratum.rate or 0)
        except DrawError:
            faults.append(RecordFault(None, place, stratum.rate or "", "bad_rate"))
    return tuple(faults)
