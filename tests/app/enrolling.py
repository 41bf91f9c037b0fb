"""An authenticator for tests: it turns a second factor on and tells codes."""

from dataclasses import dataclass

import pyotp
from flask.testing import FlaskClient

from app import clock
from app.database import writing
from app.models import OfficeSetting
from app.queries.people import Person
from app.queries.people_pages import REQUIRED
from app.services import second_factors
from tests.factories import PASSWORD


@dataclass(frozen=True)
class Authenticator:
    """A secret, as the phone has it, and the recovery codes on paper."""

    secret: str
    recovery: list[str]

    def code(self, later: int = 0) -> str:
        """Tell the code of now, or of some steps of 30 seconds later."""
        return pyotp.TOTP(self.secret).at(int(clock.now().timestamp()) + 30 * later)


def enrol(person: Person) -> Authenticator:
    """Turn a second factor on; the code of the present step is spent by that."""
    second_factors.begin(person.id)
    secret = second_factors.unconfirmed_secret(person.id)
    assert secret is not None
    codes = second_factors.confirm(person, pyotp.TOTP(secret).at(clock.now()), "")
    return Authenticator(secret, codes)


def require() -> None:
    """Require second factors, as an office does that has decided nothing."""
    with writing() as session:
        session.delete(session.get_one(OfficeSetting, REQUIRED))


def give_password(browser: FlaskClient, person: Person, path: str = "/sign-in") -> None:
    """Take the first step of signing in, which leads to the second."""
    reply = browser.post(path, data={"email": person.email, "password": PASSWORD})
    assert (reply.status_code, reply.headers["Location"]) == (302, "/sign-in/code")
