"""The interface for other software: one-stop systems ask for codes, and fill screens."""

from app.web.api import calls, description
from app.web.api.site import blueprint

__all__ = ["blueprint", "calls", "description"]
