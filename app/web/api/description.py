"""The description of the interface, as OpenAPI 3.1."""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Response, current_app

from app.web import access
from app.web.api.replies import TYPE
from app.web.api.schemas import BATCH, CREDENTIAL, MOST_ITEMS, SCREEN, Schema
from app.web.api.site import blueprint
from app.web.problems import TYPE as PROBLEM

JSON = "application/json"
EXAMPLE_REQUEST = {
    "dossier_code": "H19-260105-0001",
    "receiving_unit": "26068",
    "counter": "Quầy 3",
    "event": "received",
    "due": "2026-07-15",
}
EXAMPLE_CREDENTIAL = {
    "url": "https://khaosat.dongnai.gov.vn/q/AAAAAAAAAAAAAAAAAAAAAA",
    "short_code": "3F-0000-0000-00015",
    "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41">…</svg>',
    "opens_at": "2026-07-15T00:00:00+07:00",
}
EXAMPLE_FAULT = {
    "path": "/receiving_unit",
    "code": "unknown_unit",
    "message": "Không có đơn vị nào mang mã này.",
}

TEXT: Schema = {"type": "string"}
ANSWER_SCHEMAS: dict[str, Schema] = {
    "Credential": {
        "type": "object",
        "required": ["url", "short_code", "qr_svg", "opens_at"],
        "properties": {
            "url": {**TEXT, "format": "uri", "description": "What the QR code leads to."},
            "short_code": {**TEXT, "description": "To be typed at /q/code; print it as it is."},
            "qr_svg": {**TEXT, "description": "The QR code with the white around it, level M."},
            "opens_at": {
                **TEXT,
                "format": "date-time",
                "description": "From when on the code can be answered, once the round is open.",
            },
        },
    },
    "Fault": {
        "type": "object",
        "required": ["path", "code", "message"],
        "properties": {
            "path": {**TEXT, "description": "JSON Pointer to the field; empty for the whole call."},
            "code": {**TEXT, "description": "Stays the same in all languages and versions."},
            "message": {**TEXT, "description": "Vietnamese, or English by Accept-Language."},
        },
    },
    "Problem": {
        "type": "object",
        "description": "A problem of RFC 9457; nothing was issued or changed.",
        "required": ["type", "title", "status", "detail", "faults"],
        "properties": {
            "type": {**TEXT, "description": "Always about:blank: the status tells the kind."},
            "title": {**TEXT, "description": "The words of the status, in English."},
            "status": {"type": "integer"},
            "detail": {**TEXT, "description": "Vietnamese, or English by Accept-Language."},
            "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        },
    },
    "Faults": {
        "type": "object",
        "description": "What is wrong with an item of a batch.",
        "required": ["faults"],
        "properties": {
            "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}
        },
    },
    "BatchResults": {
        "type": "object",
        "required": ["results"],
        "properties": {
            "results": {
                "type": "array",
                "maxItems": MOST_ITEMS,
                "items": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/Credential"},
                        {"$ref": "#/components/schemas/Faults"},
                    ]
                },
            }
        },
    },
    "Shown": {
        "type": "object",
        "required": ["until"],
        "properties": {"until": {**TEXT, "format": "date-time"}},
    },
}
REFUSALS = {
    "400": "The body is not JSON, or the Idempotency-Key cannot be read.",
    "401": "The key is missing, wrong or revoked.",
    "404": "No counter has this code, or there is nothing at the address.",
    "405": "The address does not take this method; Allow names those that it does.",
    "409": "No round that is drawn or open asks about the dossier, or the counter has no screen.",
    "413": "The body is too large.",
    "415": "The body is not sent as application/json.",
    "422": "Fields are at fault; nothing was issued.",
    "429": "Too many wrong keys came from this network; a right one always passes.",
    "500": "A fault of ours; nothing was issued. Print without a code.",
    "503": "Busy; nothing was issued. Print without a code.",
}
COUNTER = {
    "name": "code",
    "in": "path",
    "required": True,
    "description": "Code of the counter, as on its poster.",
    "schema": TEXT,
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same dossier and event gives the same code again, and "
    "is not counted again. Codes are not stored: it is derived anew from the API key.",
    "schema": {**TEXT, "minLength": 1, "maxLength": 128},
}


def _content(schema: str, example: Any) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}}


def _problem(status: int) -> dict[str, Any]:
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": EXAMPLE_FAULT["message"],
        "faults": [EXAMPLE_FAULT],
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {PROBLEM: {"schema": schema, "example": example}}


def _body(schema: str, example: Any) -> dict[str, Any]:
    return {"required": True, "content": _content(schema, example)}


def _answers(status: str, text: str, content: Any, *refusals: str) -> dict[str, Any]:
    good = {"description": text} | ({"content": content} if content else {})
    bad = {
        each: {
            "description": REFUSALS[each],
            "content": _problem(int(each)),
        }
        for each in (*refusals, "401", "405", "429", "500", "503")
    }
    return dict(sorted({status: good, **bad}.items()))


def _issuing() -> dict[str, Any]:
    of_body = ("400", "413", "415", "422")
    return {
        "/api/v1/credentials": {
            "post": {
                "operationId": "issueCredential",
                "summary": "Give a dossier a code; an earlier one for the same event is void.",
                "parameters": [IDEMPOTENCY],
                "requestBody": _body("CredentialRequest", EXAMPLE_REQUEST),
                "responses": _answers(
                    "201", "The code.", _content("Credential", EXAMPLE_CREDENTIAL), *of_body, "409"
                ),
            }
        },
        "/api/v1/credentials/batch": {
            "post": {
                "operationId": "issueCredentials",
                "summary": "Give many dossiers a code; each has its own result, in order.",
                "parameters": [IDEMPOTENCY],
                "requestBody": _body("Batch", {"items": [EXAMPLE_REQUEST]}),
                "responses": _answers(
                    "200",
                    "A code or faults for each item.",
                    _content("BatchResults", {"results": [EXAMPLE_CREDENTIAL]}),
                    *of_body,
                ),
            }
        },
    }


def _screens() -> dict[str, Any]:
    return {
        "/api/v1/counters/{code}/screen": {
            "parameters": [COUNTER],
            "post": {
                "operationId": "showOnScreen",
                "summary": "Let the customer screen show a dossier's code for three minutes.",
                "requestBody": _body("Screen", {"dossier_code": "H19-260105-0001"}),
                "responses": _answers(
                    "201",
                    "Until when it is shown.",
                    _content("Shown", {"until": "2026-07-14T09:03:00+07:00"}),
                    *("400", "404", "409", "413", "415", "422"),
                ),
            },
            "delete": {
                "operationId": "clearScreen",
                "summary": "Let the customer screen wait again.",
                "responses": _answers("204", "It waits.", None, "404", "422"),
            },
        },
        "/api/v1/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description.",
                "security": [],
                "responses": {"200": {"description": "OpenAPI 3.1."}},
            }
        },
    }


def document(address: str) -> dict[str, Any]:
    """Write the description of the interface at an address."""
    key = {
        "type": "http",
        "scheme": "bearer",
        "description": "khs_…, made by an administrator.",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Khảo sát CCHC",
            "version": "1.0.0",
            "description": "Codes for receipts, results and customer screens.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address}],
        "security": [{"key": []}],
        "paths": {**_issuing(), **_screens()},
        "components": {
            "securitySchemes": {"key": key},
            "schemas": {
                "CredentialRequest": CREDENTIAL,
                "Batch": BATCH,
                "Screen": SCREEN,
                **ANSWER_SCHEMAS,
            },
        },
    }


@lru_cache(maxsize=8)
def _written(address: str) -> bytes:
    return json.dumps(document(address), ensure_ascii=False).encode()


@blueprint.get("/openapi.json")
@access.anyone
def describe() -> Response:
    """Send the description; it holds nothing that is secret."""
    return Response(_written(current_app.config["KHAOSAT"].address), content_type=TYPE)
