"""The application served by this very process: real addresses and cookies without a start."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db
from app.services import voices
from app.services.recording import SYSTEM
from surveys.questionnaire import Questionnaire
from tests.app import sound_factory
from tests.app.round_factory import open_and_hand_out

HEARD = 3
# Chooses the first of everything, whether the page may run scripts of its own or not.
FILL = """() => {
  const days = ['12', '5', '2026'];
  for (const field of document.querySelectorAll('fieldset, .card')) {
    const first = field.querySelector('input[type=radio], input[type=checkbox]');
    if (first && !field.querySelector('fieldset')) first.checked = true;
  }
  document.querySelectorAll('.day input').forEach((input, at) => input.value = days[at % 3]);
  document.querySelectorAll('input.n').forEach(input => input.value = '3');
}"""


@dataclass(frozen=True)
class Served:
    """A site with an open round, and tokens to answer it."""

    address: str
    round_id: int
    tokens: list[str]

    def link(self, place: int = 0, language: str = "vi") -> str:
        """The address on a slip."""
        return f"{self.address}/q/{self.tokens[place]}?lang={language}"


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Leave it out."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port for a while; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asking(app: Flask, asked: Questionnaire) -> Iterator[Served]:
    """Serve an open round; its first questions can be heard in every language."""
    made, tokens = open_and_hand_out({"TB": {"land": 6}}, asked=asked, dry_run=True)
    for language in asked.languages:
        files = {
            question.code: sound_factory.wav(0.2, 8000 + place)
            for place, question in enumerate(asked.questions[:HEARD])
        }
        voices.keep(SYSTEM, asked, language, files)
    db.session.rollback()
    with served(app) as address:
        yield Served(address, made.id, tokens["TB/land"])


def send(page: Page) -> None:
    """Press the page's button."""
    with page.expect_navigation():
        page.locator("form button[type=submit]").first.click()
