"""What tests of respondents' pages share."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.extensions import db
from tests.app.round_factory import MadeRound, open_and_hand_out


@pytest.fixture
def made(app: Flask) -> tuple[MadeRound, list[str]]:
    found, tokens = open_and_hand_out({"TB": {"land": 4}})
    db.session.rollback()
    return found, tokens["TB/land"]


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch):
    """Let so many days pass."""

    def go(days: int) -> None:
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr("app.clock.now", lambda: moment)

    return go
