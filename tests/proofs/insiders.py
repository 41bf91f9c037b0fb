"""What there is to reach on a site, and somebody of the staff who may reach all of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import update

from app.database import writing
from app.extensions import db
from app.models import OfficeSetting, Round
from app.queries.people_pages import REQUIRED
from app.services.plans import Plan, Stratification
from app.vocabulary import Role
from app.web import access
from tests.app import access_world
from tests.factories import PASSWORD, account
from tests.proofs.phones import hidden_fields
from tests.proofs.site import Site

Rules = Sequence[tuple[str, tuple[str, ...]]]


def rules(app: Flask, *, public: bool) -> Rules:
    """List the addresses that need no sign-in, or those that do, with their methods."""
    open_to_all = {access.ANYONE, access.RESPONDENT}
    return [
        (rule.rule, tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})))
        for rule in app.url_map.iter_rules()
        if (access.declared(app, rule.endpoint) in open_to_all) == public
    ]


@dataclass
class Member:
    """Somebody of the staff who holds every role, as long as their session lasts."""

    app: Flask
    cookie: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Come as a new person: the last one may have been signed out, or put out of office."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        with self.app.app_context():
            person = account(*Role)
            db.session.remove()
        browser = self.app.test_client()
        reply = browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        assert reply.status_code == 302, reply.text
        self.app.config["WTF_CSRF_ENABLED"] = True
        found = browser.get_cookie("khaosat")
        assert found is not None
        self.cookie = f"khaosat={found.value}"
        page = browser.get("/account").text
        self.hidden.update({"csrf_token": hidden_fields(page)["csrf_token"]})

    def fields(self, paths: Rules) -> list[str]:
        """Collect the names of fields on the pages that exist."""
        browser = self.app.test_client()
        browser.set_cookie(*self.cookie.split("=", 1))
        found: set[str] = set()
        for path, methods in paths:
            if "GET" in methods:
                page = browser.get(re.sub("<[^>]+>", "1", path)).get_data().decode("latin-1")
                found |= set(re.findall(r'name="([\w.-]+)"', page))
        return sorted(found)


def furnished(site: Site) -> Site:
    """Put one of everything into a site, so that addresses lead somewhere."""
    site.app.config["WTF_CSRF_ENABLED"] = False
    with site.app.app_context():
        with writing() as session:
            session.merge(OfficeSetting(name=REQUIRED, value=False))
        access_world.build(site.app)
        with writing() as session:
            # What the factories leave out of a plan, no draw ever does.
            whole = Plan(Stratification.UNIT_FIELD, 8).document("main")
            session.execute(update(Round).where(Round.plan.is_not(None)).values(plan=whole))
        db.session.remove()
    site.app.config["WTF_CSRF_ENABLED"] = True
    return site
