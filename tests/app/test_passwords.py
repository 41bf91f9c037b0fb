"""Which passwords are refused, and how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import given, strategies as st

from app.database import writing
from app.extensions import db
from app.models import Account
from app.services import passwords, signing
from app.vocabulary import Role
from tests.factories import PASSWORD, account

ABOUT = ("Nguyễn Văn Thử", "nguyen.van.thu@dongnai.gov.vn")


@pytest.mark.parametrize(
    "chosen",
    [
        PASSWORD,
        "correct horse battery staple",
        "Tám con mèo uống nước dừa",
        "x7#Kp2!vQz9@Lm4$",
        "Thử ăn bánh xèo miền Tây",
    ],
)
def test_a_sentence_or_chance_letters_will_do(chosen: str):
    assert passwords.fault(chosen, ABOUT) is None


@pytest.mark.parametrize(
    "chosen",
    [
        "không có gì quý hơn độc lập tự do",
        "KHÔNG CÓ GÌ QUÝ HƠN ĐỘC LẬP TỰ DO",
        "khong co gi quy hon doc lap tu do",
        "aaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "passwordpassword",
        "matkhaumatkhaumatkhau",
        "1234567890123456",
        "qwertyuiopqwertyuiop",
        "nguyen.van.thu@dongnai.gov.vn",
        "NguyễnVănThử@2026!",
        "Khảo sát CCHC Đồng Nai 2026",
        "Sở Nội vụ Đồng Nai 01/07/2025",
        "admin@dongnai.2026",
    ],
)
def test_common_ones_and_words_that_stand_nearby_are_refused(chosen: str):
    assert passwords.fault(chosen, ABOUT) == passwords.TOO_COMMON


def test_the_way_accents_are_typed_makes_no_difference():
    known = "mật khẩu của tôi là gì"
    for form in ("NFC", "NFD"):
        assert passwords.guessable(unicodedata.normalize(form, known), ABOUT)
    stored = passwords.hashed(unicodedata.normalize("NFD", PASSWORD))
    assert passwords.matches(unicodedata.normalize("NFC", PASSWORD), stored)


def test_the_length_asked_for_depends_on_the_second_factor():
    assert passwords.fault("bún riêu cua!!", ABOUT) == passwords.TOO_SHORT
    assert passwords.fault("bún riêu cua!!", ABOUT, second_factor=True) is None
    assert passwords.fault("phở gà", ABOUT, second_factor=True) == passwords.TOO_SHORT_WITH_CODE
    assert passwords.fault("matkhau123", ABOUT, second_factor=True) == passwords.TOO_COMMON
    assert passwords.fault("ạ" * 7 + "bcd", ABOUT, second_factor=True) is None
    assert passwords.fault("dài " * 251, ABOUT) == passwords.TOO_LONG


@given(st.sampled_from(sorted(passwords.common())), st.booleans())
def test_every_listed_password_is_refused_in_any_case(known: str, upper: bool):
    assert passwords.guessable(known.upper() if upper else known, ABOUT)


@given(st.text(st.characters(categories=["Ll"]), min_size=15, max_size=30))
def test_a_password_of_its_own_letters_is_judged_without_an_error(chosen: str):
    assert passwords.fault(chosen, ABOUT) in {None, passwords.TOO_COMMON}


def test_the_lists_are_long_enough_and_well_kept():
    files = sorted(passwords.LISTS.glob("*.txt"))
    sizes = {}
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        sizes[file.name] = len(lines)
        assert len(set(lines)) == len(lines)
        assert all(line == unicodedata.normalize("NFC", line).casefold() for line in lines)
        assert all(len(line) >= passwords.SHORTEST_WITH_SECOND_FACTOR for line in lines)
    assert sizes["common.txt"] >= 3000
    assert sizes["vietnamese.txt"] >= 1000
    assert "Django" in (passwords.LISTS / "README.md").read_text(encoding="utf-8")


def test_an_invited_person_has_no_password_that_matches(app: Flask):
    assert not passwords.matches("", passwords.NOTHING)
    assert not passwords.matches("no account has this password", passwords.NOTHING)


def test_a_cheaper_hash_is_replaced_at_the_next_sign_in(app: Flask, monkeypatch):
    person = account(Role.COORDINATOR)
    before = db.session.get_one(Account, person.id).password_hash
    db.session.rollback()
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", dearer)
    assert signing.check(person.email, "sai " * 5) is None
    assert db.session.get_one(Account, person.id).password_hash == before
    assert signing.check(person.email, PASSWORD) is not None
    after = db.session.get_one(Account, person.id, populate_existing=True).password_hash
    assert after.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert signing.check(person.email, PASSWORD) is not None


def test_unknown_invited_disabled_and_wrong_cost_the_same_work(app: Flask, monkeypatch):
    known, disabled, invited = (account(Role.COORDINATOR) for _ in range(3))
    with writing() as session:
        session.get_one(Account, disabled.id).active = False
        session.get_one(Account, invited.id).password_hash = passwords.NOTHING
    worked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            worked.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for email in (known.email, disabled.email, invited.email, "nobody@x.vn"):
        assert signing.check(email, "sai " * 5) is None
    assert worked == ["$argon2id$v=19$m=8,t=1,p=1"] * 4
