"""Checking a receipt: whether an answer was counted, and nothing about what it said."""

from flask import Blueprint, render_template, request

from app.extensions import csrf
from app.queries import receipts
from app.web import access
from surveys import links

blueprint = Blueprint("receipts", __name__)
LONGEST = 64


@blueprint.get("/r")
@access.respondent
def form() -> str:
    """Ask for the code."""
    return render_template("receipts/check.html", typed="", outcome="")


@blueprint.post("/r")
@access.respondent
@csrf.exempt
def check() -> str:
    """Say whether the answer behind a code is counted; nothing is stored."""
    typed = request.form.get("code", "")[:LONGEST]
    code = links.read_receipt(typed)
    if code is None:
        return render_template("receipts/check.html", typed=typed, outcome="unreadable")
    counted = receipts.counted(links.receipt_hash(code).hex())
    return render_template(
        "receipts/check.html",
        typed=typed,
        outcome="counted" if counted else "not_yet",
        trial_run=counted is not None and counted.dry_run,
    )
