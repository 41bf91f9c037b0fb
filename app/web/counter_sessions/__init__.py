"""Counter sessions: their calendar, their cards, their minutes."""

from app.web.counter_sessions import acts, lists, one
from app.web.counter_sessions.site import blueprint

__all__ = ["acts", "blueprint", "lists", "one"]
