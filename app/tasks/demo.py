"""The job that plays the demo province."""

from collections.abc import Callable
from typing import Any

from app.queries.jobs import JobView
from app.services import leases
from app.services.demo.playing import play
from app.services.demo.sizes import SMALL
from app.vocabulary import JobKind


def demo(job: JobView) -> dict[str, Any]:
    """Play the rounds; the result tells how to sign in."""
    played = play(leases.reporting(job), job.arguments.get("size", SMALL))
    staff = played.staff
    return {
        "password": staff.password,
        "accounts": [
            {"email": person.email, "roles": sorted(person.roles)} for person in staff.people
        ],
        "public": f"/public/{played.result_id}",
        "answers": played.answers,
    }


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {JobKind.DEMO: demo}
