"""Every route says who may use it, and is closed to everybody else."""

import re

import pytest
from flask import Flask

from app.database import writing
from app.models import Unit
from app.queries import people
from app.services import grants, separation
from app.services.recording import SYSTEM
from app.vocabulary import Role, UnitKind, UnitLevel
from app.web import access
from tests.factories import account


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
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda found: "1", rule)


def test_a_stranger_reaches_only_what_is_open_to_anyone(app: Flask):
    browser = app.test_client()
    for rule, endpoint, methods in routes(app):
        declared = access.declared(app, endpoint)
        if declared in {access.ANYONE, access.RESPONDENT}:
            continue
        for method in methods:
            reply = browser.open(path(rule), method=method)
            if declared == access.SOFTWARE:
                assert reply.status_code == 401, (method, rule)
                continue
            assert reply.status_code == 302, (method, rule)
            assert reply.headers["Location"].startswith("/sign-in"), (method, rule)


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    """Two units."""
    with writing() as session:
        made = [
            Unit(code=code, name=code, level=UnitLevel.COMMUNE, kind=UnitKind.COMMUNE)
            for code in ("A", "B")
        ]
        session.add_all(made)
        session.flush()
        return {unit.code: unit.id for unit in made}


@pytest.mark.parametrize("role", [Role.AGENCY, Role.VERIFIER, Role.COORDINATOR])
def test_a_role_for_a_unit_opens_that_unit_and_nothing_for_everywhere(
    app: Flask, units, signed_in, role
):
    browser = signed_in(role, unit=units["A"])
    assert browser.get("/units/A").status_code == 200
    assert browser.get("/units/B").status_code == 403
    assert browser.get("/units/C").status_code == 404
    listed = browser.get("/units").text
    assert 'href="/units/A"' in listed
    assert 'href="/units/B"' not in listed
    assert browser.get("/rounds").status_code == 403
    assert browser.get("/jobs").status_code == 403


def test_whoever_holds_no_role_does_not_learn_which_units_there_are(app: Flask, units, signed_in):
    browser = signed_in(Role.AGENCY, unit=units["A"], email="a@x.vn")
    person = people.account_by_email("a@x.vn")
    with writing() as session:
        grants.revoke(session, SYSTEM, person.id, Role.AGENCY, units["A"])
    for code in ("A", "B", "C", "a%00b"):
        assert browser.get(f"/units/{code}").status_code == 403
    assert browser.get("/units").status_code == 403


def test_an_address_with_nul_names_no_unit(app: Flask, signed_in):
    assert signed_in(Role.ADMINISTRATOR).get("/units/a%00b").status_code == 404


def test_the_page_of_a_unit_names_its_people_and_no_answers(app: Flask, units, signed_in):
    account(Role.VERIFIER, unit=units["A"])
    for browser in (signed_in(Role.AGENCY, unit=units["A"]), signed_in(Role.HOME_AFFAIRS)):
        page = browser.get("/units/A").text.split("<main")[1]
        assert "Nguyễn Văn Thử" in page
        for word in ("dossier", "hồ sơ", "answer", "phiếu", "%"):
            assert word not in page.split("<footer")[0].lower()


@pytest.mark.parametrize("role", Role)
def test_nobody_is_led_to_a_page_that_is_closed_to_them(app: Flask, units, signed_in, role):
    browsers = [signed_in(role)]
    if role not in separation.EVERYWHERE_ONLY:
        browsers.append(signed_in(role, unit=units["A"]))
    for browser in browsers:
        page = browser.get("/").text
        links = set(re.findall(r'href="(/[^"#?]*)"', page)) - {"/"}
        assert any(link.startswith("/units") for link in links)
        for link in links:
            assert browser.get(link).status_code in {200, 302}, link


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
