"""The minutes of a counter session, for signing."""

from app.documents import session_minutes
from app.documents.session_minutes import SessionMinutes
from app.queries import rounds
from app.queries.counter_sessions import SessionView


def minutes(found: SessionView) -> bytes:
    """Print the minutes of a session; before they are entered, with dots to fill in."""
    whole = rounds.one(found.round_id)
    assert whole is not None
    return session_minutes.render(
        SessionMinutes(
            round_name=whole.name,
            dry_run=whole.dry_run,
            unit_name=found.unit_name,
            point=found.counter_name,
            field=(whole.plan or {}).get("sessions", {}).get("field", ""),
            day=found.day,
            half=found.half,
            held=found.held or not found.closed,
            printed=found.cards,
            turns=found.turns if found.closed else None,
            served=found.served,
            handed=found.handed,
            returned=found.returned,
            spoiled=found.spoiled,
            missing=found.missing,
            witness=found.witness,
            note=found.note,
            closer=found.closer,
        )
    )
