"""All blueprints of the site."""

from flask import Flask

from app.web import (
    account,
    api,
    api_keys,
    approvals,
    components,
    contacts,
    coordinate,
    counters,
    credentials,
    cycles,
    door,
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
    questionnaires,
    receipts,
    respond,
    results,
    score_imports,
    screens,
    second_factor,
    sign_in,
    slips,
    typed_code,
    units,
)

STAFF = (
    home,
    language,
    sign_in,
    units,
    counters,
    credentials,
    api_keys,
    screens,
    coordinate,
    questionnaires,
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
PUBLIC = (publish, draws, receipts, health, typed_code, api)


def register(app: Flask) -> None:
    """Add every blueprint."""
    for module in (*STAFF, *PUBLIC, respond, door):
        app.register_blueprint(module.blueprint)
