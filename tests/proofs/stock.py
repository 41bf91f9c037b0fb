"""Tokens and receipts in every state they can be in."""

from dataclasses import dataclass

from app.extensions import db
from app.services import mixing
from app.services.recording import SYSTEM
from surveys.links import new_token, receipt
from tests.app.round_factory import answer, hand_out, open_and_hand_out
from tests.proofs.site import Site

EACH = 12


@dataclass
class Stock:
    """Tokens and codes by what has become of them; those of `tokens` all look the same."""

    tokens: dict[str, list[str]]
    codes: dict[str, list[str]]
    live: list[str]
    counted: list[str]


def layout(ballots: int) -> dict[str, dict[str, int]]:
    """Lay out so many live ballots, and those that are to be void or used."""
    return {"TB": {"land": ballots}, "VO": {"land": EACH}, "US": {"land": EACH}}


def stocked(site: Site) -> Stock:
    """Let tokens be used, void and of a closed round, and receipts be counted."""
    with site.app.app_context():
        closed = open_and_hand_out({"CL": {"land": EACH + 10}}, k=5, name="Đợt khảo sát 0")
        left, counting = closed[1]["CL/land"][:EACH], closed[1]["CL/land"][EACH:]
        counted = [answer(token).receipt or "" for token in counting]
        mixing.close_round(SYSTEM, closed[0].id)
        hand_out(site.made, "VO")
        used = site.strata["US/land"]
        waiting = [answer(token).receipt or "" for token in used]
        db.session.remove()
    unknown = [new_token() for _ in range(EACH)]
    return Stock(
        {"unknown": unknown, "used": used, "void": site.strata["VO/land"], "closed": left},
        {"unknown": [receipt(token) for token in unknown], "waiting": waiting},
        site.strata["TB/land"],
        counted,
    )
