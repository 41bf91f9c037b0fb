"""Questions read aloud: which of a form can be heard, and the sound itself.

The address of a recording is the hash of its file. It says nothing of a round, a ballot or a
person, is the same for everybody, and may be kept by a browser for good.
"""

import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, current_app, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.queries import voices
from app.web import access, headers
from app.web.static_files import FOREVER
from surveys.questionnaire import Questionnaire
from surveys.spoken import digest

blueprint = Blueprint("listening", __name__, url_prefix="/voice")
# How long a process may show what another one has since changed.
SECONDS = 60.0
EXTENSION = "khaosat_listening"
NAME = re.compile(r"[0-9a-f]{64}")
Voices = tuple[tuple[str, str], ...]
"""Question code and hash of the recording's file, of each question that has one."""


@dataclass
class Heard:
    """What was found for each form and language, and until when it is taken for true."""

    now: Callable[[], float] = time.monotonic
    found: dict[tuple[str, str], tuple[float, Voices]] = field(default_factory=dict)

    def voices(self, version: str, asked: Questionnaire, language: str) -> Voices:
        """Give the recordings of a form, asking the database once a minute at most.

        Parameters
        ----------
        version : str
            Its hash; "" where the caller does not know it, and nothing is remembered.
        """
        if not version:
            return of_form(asked, language)
        until, known = self.found.get((version, language), (0.0, ()))
        if self.now() < until:
            return known
        known = of_form(asked, language)
        self.found[version, language] = self.now() + SECONDS, known
        return known


def of_form(asked: Questionnaire, language: str) -> Voices:
    """Find the recordings of a form, in the order of its questions."""
    names = {question.code: digest(question, language) for question in asked.questions}
    recorded = voices.of_words(names.values())
    return tuple((code, recorded[name].hash) for code, name in names.items() if name in recorded)


def heard() -> Heard:
    """Give what this process knows."""
    known: Heard = current_app.extensions.setdefault(EXTENSION, Heard())
    return known


def forget() -> None:
    """Show at once what was just changed by this process."""
    heard().found.clear()


def addresses(found: Voices) -> Mapping[str, str]:
    """Give the address of each recording, by the code of its question."""
    return {code: f"{blueprint.url_prefix}/{name}" for code, name in found}


@blueprint.get("/<name>")
@access.respondent
def sound(name: str) -> Response:
    """Send a recording, or the part of it that a player asks for."""
    found = voices.sound(name) if NAME.fullmatch(name) else None
    if found is None:
        raise NotFound()
    reply = send_file(
        io.BytesIO(found.content), found.media_type, conditional=True, etag=name, max_age=None
    )
    reply.headers["Cache-Control"] = FOREVER
    reply.headers["Content-Security-Policy"] = headers.FILE_POLICY
    return reply
