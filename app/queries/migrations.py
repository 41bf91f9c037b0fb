"""Where the migrations are and which is the newest."""

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@cache
def head() -> str | None:
    """Return the newest migration."""
    return ScriptDirectory(str(FOLDER)).get_current_head()
