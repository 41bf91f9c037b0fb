"""The doors of a poster: by a dossier code and four digits, or without a dossier."""

from app.web.door import entrance, open_form
from app.web.door.site import blueprint

__all__ = ["blueprint", "entrance", "open_form"]
