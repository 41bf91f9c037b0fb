"""All blueprints of the site."""

from flask import Flask

from app.web import (
    account,
    api,
    api_keys,
    approvals,
    arriving_draws,
    components,
    contacts,
    coordinate,
    counter_sessions,
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
    kiosk,
    kiosks,
    language,
    listening,
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
    kiosks,
    credentials,
    api_keys,
    screens,
    coordinate,
    questionnaires,
    contacts,
    slips,
    counter_sessions,
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
PUBLIC = (publish, draws, arriving_draws, receipts, listening, health, typed_code, api)


def register(app: Flask) -> None:
    """Add every blueprint."""
    for module in (*STAFF, *PUBLIC, respond, door, kiosk):
        app.register_blueprint(module.blueprint)
