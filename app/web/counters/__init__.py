"""Pages about counters and their posters."""

from app.web.counters import changes, pages, printing
from app.web.counters.site import blueprint

__all__ = ["blueprint", "changes", "pages", "printing"]
