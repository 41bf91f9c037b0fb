"""Every route says who may use it, and is closed to everybody else."""

import pytest
from flask import Flask

from app.vocabulary import Role
from app.web import access

STAFF = list(Role)


def routes(app: Flask):
    return [
        (rule.rule, rule.endpoint, sorted(rule.methods - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
    ]


def test_every_route_declares_its_access(app: Flask):
    undeclared = [
        rule for rule, endpoint, _ in routes(app) if access.declared(app, endpoint) is None
    ]
    assert undeclared == []


def test_a_route_without_a_declaration_is_closed(app: Flask):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    reply = app.test_client().get("/forgotten")
    assert reply.status_code == 403
    assert "secret" not in reply.text


def path(rule: str) -> str:
    """Fill the places of a rule with numbers that fit."""
    import re

    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda found: "1", rule)


def test_a_stranger_reaches_only_what_is_open_to_anyone(app: Flask):
    browser = app.test_client()
    for rule, endpoint, methods in routes(app):
        declared = access.declared(app, endpoint)
        if declared in {access.ANYONE, access.RESPONDENT}:
            continue
        for method in methods:
            reply = browser.open(path(rule), method=method)
            assert reply.status_code == 302, (method, rule)
            assert reply.headers["Location"].startswith("/sign-in"), (method, rule)


@pytest.mark.parametrize("role", STAFF)
def test_a_role_reaches_exactly_what_is_declared_for_it(app: Flask, signed_in, role: Role):
    browser = signed_in(role)
    for rule, endpoint, methods in routes(app):
        declared = access.declared(app, endpoint)
        if not isinstance(declared, frozenset):
            continue
        for method in methods:
            status = browser.open(path(rule), method=method).status_code
            if role in declared:
                assert status != 403, (role, method, rule)
            else:
                assert status == 403, (role, method, rule)


@pytest.mark.parametrize("address", ["/", "/nowhere", "/health/live", "/sign-in", "/jobs"])
def test_every_reply_carries_the_protective_headers(app: Flask, address: str):
    reply = app.test_client().get(address)
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_nonce_of_the_policy_differs_each_time(app: Flask):
    browser = app.test_client()
    policies = {browser.get("/health/live").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_a_form_sent_from_another_site_is_refused(signed_in):
    browser = signed_in(Role.COORDINATOR)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/rounds", data={}, headers=foreign).status_code == 403
    assert browser.get("/rounds", headers=foreign).status_code == 200
    assert browser.post("/rounds", data={}).status_code == 422
