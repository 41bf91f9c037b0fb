"""What somebody at the machine can do for people who are locked out."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app.commands.users import user
from app.extensions import db
from app.models import OfficeSetting
from app.queries import people, people_pages
from app.services import account_links, signing
from app.vocabulary import Role
from tests.app.enrolling import enrol
from tests.factories import PASSWORD, account

CHOSEN = "chín con nai uống nước suối"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def call(folder: Path, *arguments: str) -> Result:
    db.session.remove()
    env = {"KHAOSAT_HOME": str(folder), "KHAOSAT_SECRET_KEY": "k" * 40}
    return CliRunner().invoke(user, arguments, env=env)


def token_of(result: Result) -> str:
    found = re.search(r"/join/([\w-]{43})\n", result.stdout)
    assert found, result.output
    return found[1]


def test_a_link_for_a_new_password_is_printed(app: Flask, tmp_path: Path):
    person = account(Role.ADMINISTRATOR)
    token = token_of(call(tmp_path, "link", person.email.upper()))
    assert account_links.spend(token, CHOSEN)
    assert signing.check(person.email, CHOSEN) is not None


def test_an_unknown_address_is_told(app: Flask, tmp_path: Path):
    result = call(tmp_path, "link", "nobody@x.vn")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_lone_administrator_who_lost_the_phone_starts_anew(app: Flask, tmp_path: Path):
    person = account(Role.ADMINISTRATOR)
    enrol(person)
    kept = token_of(call(tmp_path, "link", person.email))
    assert account_links.spend(kept, CHOSEN)
    found = people.person(person.id)
    assert found
    assert found.second_factor
    db.session.rollback()
    token = token_of(call(tmp_path, "link", person.email, "--without-second-factor"))
    assert signing.check(person.email, CHOSEN) is None
    assert account_links.spend(token, PASSWORD)
    found = signing.check(person.email, PASSWORD)
    assert found
    assert not found.second_factor


def test_the_office_is_told_whether_it_requires_second_factors(app: Flask, tmp_path: Path):
    assert call(tmp_path, "second-factor", "--required").exit_code == 0
    assert people_pages.required()
    assert call(tmp_path, "second-factor", "--optional").exit_code == 0
    assert not people_pages.required()
    assert db.session.scalars(select(OfficeSetting.value)).one() is False
