"""What tests of respondents' pages share."""

import pytest
from flask import Flask

from app.extensions import db
from tests.app.round_factory import MadeRound, open_and_hand_out


@pytest.fixture
def made(app: Flask) -> tuple[MadeRound, list[str]]:
    found, tokens = open_and_hand_out({"TB": {"land": 4}})
    db.session.rollback()
    return found, tokens["TB/land"]
