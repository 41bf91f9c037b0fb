"""Pages of the library of questionnaires."""

from app.web.questionnaires import changes, downloads, pages, preview, voices
from app.web.questionnaires.site import blueprint

__all__ = ["blueprint", "changes", "downloads", "pages", "preview", "voices"]
