"""The description of the interface is what the interface does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.api import description
from app.web.api.checking import READERS, TYPES, faults_of
from app.web.api.messages import TEXTS
from app.web.api.schemas import BATCH, BATCH_SHAPE, CREDENTIAL, SCREEN
from tests.app.credential_world import PLACE, request, world

DOCUMENT = description.document("https://khaosat.dongnai.gov.vn")
METHODS = {"get", "post", "put", "patch", "delete"}
# Words of JSON Schema 2020-12 that the description uses, and what they hold.
KEYWORDS: dict[str, Any] = {
    "type": (str, list),
    "description": str,
    "examples": list,
    "required": list,
    "properties": dict,
    "additionalProperties": bool,
    "items": dict,
    "enum": list,
    "oneOf": list,
    "minLength": int,
    "maxLength": int,
    "minItems": int,
    "maxItems": int,
    "pattern": str,
    "format": str,
    "$ref": str,
}


def schemas(found: Any) -> Iterator[dict[str, Any]]:
    """Go through a schema and what is in it."""
    yield found
    for inner in found.get("properties", {}).values():
        yield from schemas(inner)
    for inner in (*found.get("oneOf", ()), *([found["items"]] if "items" in found else ())):
        yield from schemas(inner)


def everything(value: Any) -> Iterator[Any]:
    """Go through a value and all that is in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from everything(each)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def test_every_route_of_the_interface_is_described_and_no_other(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations()} == routes


def test_it_has_the_parts_that_openapi_asks_for() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert set(DOCUMENT) <= {"openapi", "info", "servers", "security", "paths", "components"}
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for path, method, operation in operations():
        assert set(operation) <= {
            *("operationId", "summary", "parameters", "requestBody", "responses", "security")
        }
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
        assert all("description" in each for each in operation["responses"].values())
        assert ("requestBody" in operation) == (method == "post"), path
    for path, item in DOCUMENT["paths"].items():
        named = {each["name"] for each in item.get("parameters", ()) if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


def test_every_reference_leads_somewhere() -> None:
    references = [
        each["$ref"] for each in everything(DOCUMENT) if isinstance(each, dict) and "$ref" in each
    ]
    assert references
    for reference in references:
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_uses_words_of_json_schema_as_they_are_meant(name: str) -> None:
    for schema in schemas(DOCUMENT["components"]["schemas"][name]):
        for word, value in schema.items():
            assert isinstance(value, KEYWORDS[word]), word
        types = schema.get("type", [])
        assert {types} <= {*TYPES} if isinstance(types, str) else set(types) <= {*TYPES}
        assert set(schema.get("required", ())) <= set(schema.get("properties", ()))
        if "pattern" in schema:
            assert re.compile(schema["pattern"])
            assert schema["format"] in READERS
        for example in schema.get("examples", ()):
            assert faults_of(schema, example) == []


def test_the_schemas_that_check_calls_are_those_that_are_described() -> None:
    described = DOCUMENT["components"]["schemas"]
    assert described["CredentialRequest"] is CREDENTIAL
    assert described["Screen"] is SCREEN
    assert described["Batch"] is BATCH
    items = BATCH["properties"]["items"]
    assert {**BATCH_SHAPE["properties"]["items"], "items": items["items"]} == items


def test_every_example_of_a_call_is_free_of_faults() -> None:
    bodies = {
        path: operation["requestBody"]["content"]["application/json"]["example"]
        for path, _, operation in operations()
        if "requestBody" in operation
    }
    assert faults_of(CREDENTIAL, bodies[PLACE]) == []
    assert faults_of(BATCH_SHAPE, bodies[f"{PLACE}/batch"]) == []
    assert faults_of(SCREEN, bodies["/api/v1/counters/{code}/screen"]) == []


def test_a_reply_has_the_fields_that_are_described(client: FlaskClient) -> None:
    made, described = world(client), DOCUMENT["components"]["schemas"]
    found = made.call()
    assert set(found) == set(described["Credential"]["required"])
    reply = made.post(PLACE, {})
    assert reply.mimetype == "application/problem+json"
    faults = reply.json
    assert set(faults) == set(described["Problem"]["required"])
    assert set(described["Faults"]["required"]) <= set(faults)
    assert set(faults["faults"][0]) == set(described["Fault"]["required"])
    batch = made.post(f"{PLACE}/batch", {"items": [request()]}).json
    assert set(batch) == set(described["BatchResults"]["required"])


def test_anybody_may_read_it(client: FlaskClient, app: Flask) -> None:
    reply = client.get("/api/v1/openapi.json")
    assert reply.status_code == 200
    assert reply.json == description.document(app.config["KHAOSAT"].address)


def test_faults_have_words_for_people() -> None:
    assert all(text.endswith((".", "…")) or "khs_" in text for text in TEXTS.values())
