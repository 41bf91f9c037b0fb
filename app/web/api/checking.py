"""Checking a value against a schema: the few words of JSON Schema that `schemas` uses."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.web.api.schemas import Schema

# No keyboard types them, PostgreSQL cannot store NUL, and nothing can print half a character.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
TYPES: dict[str, type[Any]] = {
    **{"string": str, "object": dict, "array": list, "integer": int, "null": type(None)}
}
READERS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


@dataclass(frozen=True)
class ApiFault:
    """What is wrong with a call.

    Attributes
    ----------
    path : str
        JSON Pointer (RFC 6901) to the place; "" for the whole call.
    code : str
        A word for the fault; `messages` has its text.
    """

    path: str
    code: str


def faults_of(schema: Schema, value: Any, path: str = "") -> list[ApiFault]:
    """List what is wrong with a value; a place with several faults tells the first."""
    if not _is_one_of(schema.get("type"), value):
        return [ApiFault(path, "wrong_type")]
    if isinstance(value, dict):
        return [*_object_faults(schema, value, path)]
    if isinstance(value, list):
        return [*_array_faults(schema, value, path)]
    code = _text_fault(schema, value) if isinstance(value, str) else ""
    if "enum" in schema and value not in schema["enum"]:
        code = code or "unknown_word"
    return [ApiFault(path, code)] if code else []


def _is_one_of(names: str | list[str] | None, value: Any) -> bool:
    if names is None:
        return True
    listed = [names] if isinstance(names, str) else names
    return any(isinstance(value, TYPES[name]) for name in listed)


def _object_faults(schema: Schema, value: dict[str, Any], path: str) -> Iterator[ApiFault]:
    for name in schema.get("required", ()):
        if name not in value:
            yield ApiFault(f"{path}/{name}", "missing")
    known = schema.get("properties", {})
    for name, found in value.items():
        if name in known:
            yield from faults_of(known[name], found, f"{path}/{name}")
        elif schema.get("additionalProperties") is False:
            yield ApiFault(f"{path}/{pointed(name)}", "unknown_field")


def _array_faults(schema: Schema, value: list[Any], path: str) -> Iterator[ApiFault]:
    if len(value) < schema.get("minItems", 0):
        yield ApiFault(path, "empty")
    elif len(value) > schema.get("maxItems", len(value)):
        yield ApiFault(path, "too_many")
    else:
        for place, found in enumerate(value):
            yield from faults_of(schema.get("items", {}), found, f"{path}/{place}")


def _text_fault(schema: Schema, value: str) -> str:
    if UNPRINTABLE.search(value):
        return "unprintable"
    length = len(unicodedata.normalize("NFC", value))  # as it will be stored
    if length > schema.get("maxLength", length):
        return "too_long"
    if len(value.strip()) < schema.get("minLength", 0):
        return "empty"
    form = schema.get("format")
    if form is not None and not _is_written(schema["pattern"], form, value):
        return f"not_{form.replace('-', '_')}"
    return ""


def _is_written(pattern: str, form: str, value: str) -> bool:
    """Tell whether a day or moment is written as the pattern says and is in the calendar."""
    if re.fullmatch(pattern, value, re.ASCII) is None:
        return False
    try:
        READERS[form](value)
    except ValueError:
        return False
    return True


def pointed(name: str) -> str:
    """Write a name as part of a JSON Pointer, cut short; nothing in it is left unprintable."""
    shown = UNPRINTABLE.sub("?", name[:64])
    return shown.replace("~", "~0").replace("/", "~1")
