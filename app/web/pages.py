"""All blueprints of the site."""

from flask import Flask

from app.web import (
    account,
    approvals,
    components,
    contacts,
    coordinate,
    cycles,
    draws,
    estimates,
    health,
    home,
    jobs,
    join,
    language,
    office,
    people,
    publish,
    receipts,
    respond,
    results,
    score_imports,
    second_factor,
    sign_in,
    slips,
    units,
)

STAFF = (
    home,
    language,
    sign_in,
    units,
    coordinate,
    contacts,
    slips,
    estimates,
    cycles,
    results,
    score_imports,
    approvals,
    office,
    jobs,
    people,
    account,
    second_factor,
    join,
    components,
)
PUBLIC = (publish, draws, receipts, health)


def register(app: Flask) -> None:
    """Add every blueprint."""
    for module in (*STAFF, *PUBLIC, respond):
        app.register_blueprint(module.blueprint)
