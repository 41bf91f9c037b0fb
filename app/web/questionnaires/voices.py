"""Recordings of a questionnaire's questions: what is to be read, what there is, new files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.queries import voices as rows
from app.queries.voices import VoiceView
from app.services import voices
from app.services.errors import InvalidInputError
from app.services.voices import MOST_BYTES, VoiceFault
from app.web import access, listening
from app.web.questionnaires import site
from app.web.questionnaires.site import KEEPERS, Page, Subject, blueprint
from app.web.questionnaires.words import LANGUAGES
from app.web.sign_in import actor
from surveys.conditions_words import numbers
from surveys.spoken import digest, words

FILE, REMOVE = "voice-", "remove"


@dataclass(frozen=True)
class Script:
    """A question as it is read aloud, and the recording of it.

    Attributes
    ----------
    number : int or None
        None for what is only read.
    words : tuple of str
        In the order of reading.
    """

    code: str
    number: int | None
    words: tuple[str, ...]
    voice: VoiceView | None
    address: str
    fault: str


@blueprint.get("/<key>/voices")
@access.roles(*KEEPERS)
def recordings(key: str) -> str:
    """List the questions in one language, with what is to be read."""
    found = site.the_subject(key)
    return _page(found, language_of(found))


@blueprint.post("/<key>/voices")
@access.roles(*KEEPERS)
def keep_recordings(key: str) -> Page | Response:
    """Keep the files that were brought and remove what was marked, or tell what is wrong."""
    found = site.the_subject(key)
    language = language_of(found)
    brought = dict(_brought(request.files))
    try:
        voices.keep(actor(), found.asked, language, brought, request.form.getlist(REMOVE))
    except InvalidInputError as error:
        return _page(found, language, error.faults), 422
    listening.forget()
    flash(gettext("The recordings are kept. Forms show them within a minute."), "success")
    return redirect(url_for(".recordings", key=found.key, lang=language))


def language_of(found: Subject) -> str:
    """Give the language that the address names, else the first of the questionnaire."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in found.asked.languages else found.asked.languages[0]


def _brought(files: Mapping[str, FileStorage]) -> Iterator[tuple[str, bytes]]:
    for name, file in files.items():
        if name.startswith(FILE) and file.filename:
            # One byte past what is taken: no more of a large file comes into memory.
            yield name.removeprefix(FILE), file.stream.read(MOST_BYTES + 1)


def _page(found: Subject, language: str, faults: Sequence[VoiceFault] = ()) -> str:
    sections = _sections(found, language, faults)
    scripts = [script for _, listed in sections for script in listed]
    return render_template(
        "questionnaires/voices.html",
        found=found,
        title=found.asked.titles.in_language(site.interface()),
        language=language,
        languages=[
            (gettext(LANGUAGES[code]) if code in LANGUAGES else code, code)
            for code in found.asked.languages
        ],
        sections=sections,
        recorded=sum(script.voice is not None for script in scripts),
        total=len(scripts),
        faults=[script for script in scripts if script.fault],
        most_kilobytes=MOST_BYTES // 1024,
        kilobytes=lambda size: -(-size // 1024),
    )


def _sections(
    found: Subject, language: str, faults: Sequence[VoiceFault]
) -> list[tuple[str, list[Script]]]:
    asked, wrong = found.asked, {fault.question: fault.text for fault in faults}
    names = {question.code: digest(question, language) for question in asked.questions}
    recorded, number = rows.of_words(names.values()), numbers(asked)

    def script(code: str, read: tuple[str, ...]) -> Script:
        voice = recorded.get(names[code])
        address = url_for("listening.sound", name=voice.hash) if voice else ""
        fault = gettext(wrong[code]) if code in wrong else ""
        return Script(code, number.get(code), read, voice, address, fault)

    return [
        (
            section.titles.in_language(language),
            [script(question.code, words(question, language)) for question in section.questions],
        )
        for section in asked.sections
    ]
