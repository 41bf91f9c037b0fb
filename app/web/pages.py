"""All blueprints of the site."""

from flask import Flask

from app.web import health, home, jobs, language, sign_in, units

BLUEPRINTS = (home, language, sign_in, units, jobs, health)


def register(app: Flask) -> None:
    """Add every blueprint."""
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
