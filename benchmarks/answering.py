"""The answering page against a route that does nothing, both in process."""

import tempfile
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.config import read_settings
from app.services import drawing, framing, inviting, opening, planning, rounds
from app.services.demo import dossiers, playing
from app.services.plans import Plan, Stratification
from app.services.recording import SYSTEM
from app.services.units import import_shipped_units
from benchmarks.timing import Row, compare

REQUESTS = 200


def rows() -> list[Row]:
    """Measure an open round on a fresh SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        flask = create_app(read_settings({"KHAOSAT_HOME": str(Path(folder))}))
        with flask.app_context():
            upgrade()
            token = open_round()
        client = flask.test_client()
        client.get(f"/q/{token}")

        def questions() -> None:
            for _ in range(REQUESTS):
                assert client.get("/q").status_code == 200

        def live() -> None:
            for _ in range(REQUESTS):
                client.get("/health/live")

        return [compare("GET /q against GET /health/live", questions, live, 6.0)]


def open_round() -> str:
    """Open a round and return the token of one slip."""
    import_shipped_units(SYSTEM)
    number = rounds.create_round(SYSTEM, "Đo tốc độ", playing.YEAR, False)
    framing.import_frame(SYSTEM, number, dossiers.dossier_list(), "a.csv", lambda *_: None)
    plan = Plan(Stratification.UNIT, playing.SIZE, playing.MINIMUM)
    planning.commit(SYSTEM, number, plan, playing.PUBLIC_SOURCE)
    drawing.draw(SYSTEM, number, playing.PUBLIC_SOURCE, playing.PUBLIC_NUMBER)
    opening.open_round(SYSTEM, number)
    return inviting.issue_slips(SYSTEM, number).slips[0].token
