"""The kiosk: a tablet at a counter on which one person after the other answers."""

from app.web.kiosk import entrance, form, setting_up
from app.web.kiosk.site import blueprint

__all__ = ["blueprint", "entrance", "form", "setting_up"]
