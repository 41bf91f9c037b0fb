"""Calls of other software: a code for a dossier, codes for many, what a customer screen shows."""

from flask import Response

from app.services import credentials, screens
from app.services.credentials import Issued, Refused
from app.web import access
from app.web.api import reading
from app.web.api.checking import ApiFault, faults_of
from app.web.api.replies import credential, faults_in_words, refused, said
from app.web.api.schemas import BATCH_SHAPE, CREDENTIAL, SCREEN
from app.web.api.site import blueprint, caller, secret

CONFLICTS = frozenset({"no_round", "no_screen"})


@blueprint.post("/credentials")
@access.software
def issue() -> Response:
    """Give a dossier a code."""
    holder = caller(checked_later=True)
    repeatable = reading.idempotency()
    value = reading.body(CREDENTIAL)
    found = credentials.issue(holder, reading.wish(value, repeatable), secret())
    return said(credential(found), 201) if isinstance(found, Issued) else refusal(found)


@blueprint.post("/credentials/batch")
@access.software
def issue_all() -> Response:
    """Give many dossiers a code; each has its own result, in the order of the call."""
    holder = caller(checked_later=True)
    repeatable = reading.idempotency()
    items = reading.body(BATCH_SHAPE, reading.LARGEST_BATCH)["items"]
    faults = [faults_of(CREDENTIAL, item) for item in items]
    good = [item for item, wrong in zip(items, faults, strict=True) if not wrong]
    wishes = [reading.wish(item, repeatable) for item in good]
    found = iter(credentials.issue_all(holder, wishes, secret()) if wishes else ())
    results = [
        {"faults": faults_in_words(wrong)} if wrong else _result(next(found)) for wrong in faults
    ]
    return said({"results": results})


@blueprint.post("/counters/<code>/screen")
@access.software
def show(code: str) -> Response:
    """Let the customer screen of a counter show the code of a dossier."""
    holder = caller()
    value = reading.body(SCREEN)
    found = screens.show(holder, code, reading.tidy(value["dossier_code"]))
    if isinstance(found, Refused):
        return refusal(found)
    return said({"until": found.isoformat(timespec="seconds")}, 201)


@blueprint.delete("/counters/<code>/screen")
@access.software
def clear(code: str) -> Response:
    """Let the customer screen of a counter wait again."""
    found = screens.clear(caller(), code)
    return refusal(found) if found else Response(status=204)


def refusal(found: Refused) -> Response:
    """Say why there is no code."""
    if found.code == "no_counter":
        return refused(404, _fault(found))
    return refused(409 if found.code in CONFLICTS else 422, _fault(found))


def _result(found: Issued | Refused) -> dict[str, object]:
    if isinstance(found, Issued):
        return {**credential(found)}
    return {"faults": faults_in_words([_fault(found)])}


def _fault(found: Refused) -> ApiFault:
    return ApiFault(f"/{found.name}" if found.name else "", found.code)
