"""What a call may hold, as JSON Schema: the same values check calls and stand in the document."""

from typing import Any

from app.services.credentials import Event

Schema = dict[str, Any]

MOST_ITEMS = 500
LONGEST_CODE, LONGEST_TEXT = 64, 300
CHANNELS = ("counter", "online", "post")
KINDS = ("citizen", "business", "household_business")

_DAY = r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_MOMENT = (
    r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$"
)


def _code(description: str, example: str, *, needed: bool = False) -> Schema:
    return {
        "type": "string" if needed else ["string", "null"],
        "minLength": 1 if needed else 0,
        "maxLength": LONGEST_CODE,
        "description": description,
        "examples": [example],
    }


def _day(description: str, example: str) -> Schema:
    return {
        "type": ["string", "null"],
        "format": "date",
        "pattern": _DAY,
        "description": description,
        "examples": [example],
    }


DOSSIER_CODE = _code(
    "Code of the dossier, spelled as the lists of the one-stop centre spell it.",
    "H19-260105-0001",
    needed=True,
)

CREDENTIAL: Schema = {
    "type": "object",
    "description": "A dossier and what has just happened to it.",
    "required": ["dossier_code", "receiving_unit", "event"],
    "additionalProperties": False,
    "properties": {
        "dossier_code": DOSSIER_CODE,
        "receiving_unit": _code(
            "Code of the unit that received the dossier.", "26068", needed=True
        ),
        "resolving_unit": _code("Code of the unit that resolves it, if another.", "STP"),
        "procedure": {
            "type": ["string", "null"],
            "maxLength": LONGEST_TEXT,
            "description": "Name or code of the procedure. Taken so that the whole event may be "
            "sent; not kept.",
            "examples": ["1.004194"],
        },
        "channel": {
            "type": ["string", "null"],
            "enum": [*CHANNELS, None],
            "description": "How the dossier was handed in; not kept.",
            "examples": ["counter"],
        },
        "respondent_kind": {
            "type": ["string", "null"],
            "enum": [*KINDS, None],
            "description": "Whose dossier it is; helps to choose the round while no list holds it.",
            "examples": ["citizen"],
        },
        "counter": _code(
            "The counter, in the words of the calling software; codes are counted by it.", "Quầy 3"
        ),
        "event": {
            "type": "string",
            "enum": [event.value for event in Event],
            "description": "received: the receipt is being printed; finished: the result is ready; "
            "handed_over: the result is being handed over.",
            "examples": ["received"],
        },
        "occurred_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "pattern": _MOMENT,
            "description": "When it happened; not kept. A code that is asked for with a result "
            "opens at once, one for a receipt on the earlier of the two days below.",
            "examples": ["2026-07-01T08:30:00+07:00"],
        },
        "due": _day("The day that the receipt promises.", "2026-07-15"),
        "finished": _day("The day of the result, if it is known already.", "2026-07-14"),
    },
}

BATCH: Schema = {
    "type": "object",
    "required": ["items"],
    "additionalProperties": False,
    "properties": {
        "items": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ITEMS,
            "description": "Each is checked on its own.",
            "items": {"$ref": "#/components/schemas/CredentialRequest"},
        }
    },
}
# The items are checked one by one, so that a fault in one is told beside its own result.
BATCH_SHAPE: Schema = {
    **BATCH,
    "properties": {"items": {**BATCH["properties"]["items"], "items": {}}},
}

SCREEN: Schema = {
    "type": "object",
    "description": "The dossier that is being closed at the counter.",
    "required": ["dossier_code"],
    "additionalProperties": False,
    "properties": {"dossier_code": DOSSIER_CODE},
}
