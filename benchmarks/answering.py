"""The answering page against a route that does nothing, both in process."""

import gzip
import re
import tempfile
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from app import create_app
from app.config import read_settings
from benchmarks import ballots
from benchmarks.sessions import ballot_token
from benchmarks.timing import Row, compare
from surveys import instruments
from surveys.writing import to_document

REQUESTS = 200
SEED, SHIPPED = "bench", "citizen_satisfaction"
MOST_BYTES = 15 * 1024
# What makes a browser ask for more; a data: address does not.
OTHER_REQUESTS = re.compile(
    rb"""<script[^>]*\bsrc=|<link[^>]*\bhref=["'](?!data:)|<img|url\((?!data:)"""
)


def rows() -> list[Row]:
    """Measure an open round on a fresh SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        flask = create_app(read_settings({"KHAOSAT_HOME": str(Path(folder))}))
        with flask.app_context():
            upgrade()
            ballots.open_round(SEED, 1, to_document(instruments.load(SHIPPED)))
        client = flask.test_client()
        client.get(f"/q/{ballot_token(SEED, 0)}")

        def questions() -> None:
            for _ in range(REQUESTS):
                assert client.get("/q").status_code == 200

        def live() -> None:
            for _ in range(REQUESTS):
                client.get("/health/live")

        return [
            compare("GET /q against GET /health/live", questions, live, 6.0),
            weight(client.get("/q", headers={"Accept-Encoding": "gzip"})),
        ]


def weight(page: Any) -> Row:
    """Weigh the page as it travels, and look whether it asks for anything more."""
    size, others = len(page.data), len(OTHER_REQUESTS.findall(gzip.decompress(page.data)))
    return Row(
        name="bytes of the first page, and 1 request",
        value=size,
        unit="bytes",
        baseline=MOST_BYTES,
        ratio=size / MOST_BYTES,
        goal="<= 1.0",
        met=size <= MOST_BYTES and others == 0,
    )
