"""Khảo sát CCHC as an application; `create_app` is the one function that sees all parts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Put the application together.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when left out.

    Raises
    ------
    app.config.SettingsError
        If the environment holds a setting that cannot be used.
    """
    # Imported here so that `import app.config` and the file commands stay light.
    from app.config import read_settings
    from app.wiring import assemble

    return assemble(settings or read_settings())
