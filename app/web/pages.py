"""All blueprints of the site."""

from flask import Flask

from app.web import (
    coordinate,
    cycles,
    draws,
    estimates,
    health,
    home,
    jobs,
    language,
    publish,
    receipts,
    respond,
    sign_in,
    slips,
    units,
)

STAFF = (home, language, sign_in, units, coordinate, slips, estimates, cycles, jobs)
PUBLIC = (publish, draws, receipts, health)


def register(app: Flask) -> None:
    """Add every blueprint."""
    for module in (*STAFF, *PUBLIC, respond):
        app.register_blueprint(module.blueprint)
