"""Whether the program lives, and whether it can do its work."""

from flask import Blueprint

from app.queries import health
from app.web import access

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@access.anyone
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@blueprint.get("/ready")
@access.anyone
def ready() -> tuple[dict[str, str], int]:
    """Say whether the database answers and has the tables this program knows."""
    fault = health.fault()
    return ({"status": "ok"}, 200) if fault is None else ({"status": fault}, 503)
