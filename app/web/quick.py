"""The two requests that every answer needs, past all that Flask does around a view.

Sessions, sign-in, tokens of forms and the choice of a language for staff have nothing to do for
a respondent, and take longer than the answer (decision 0029). Here is only what goes well: a
page for a ballot that may be answered, a receipt for an answer that was stored. Everything else,
and every request that is in the least unusual, goes on to the views, which know all cases.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import dump_cookie, parse_accept_header, parse_cookie

from app.services import responding
from app.web import cookies, headers, replies
from app.web.filling import SO_FAR
from app.web.question_page import asking, returned
from app.web.templating import LANGUAGE
from surveys.links import new_tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH, THANKS = "/q", "/q/thanks"
# What a view is told: the entry or the outcome that was found here, so that nothing is looked up
# or stored twice; or the error, so that a page is made of it.
FOUND, FAULT = "khaosat.found", "khaosat.fault"
FORM = "application/x-www-form-urlencoded"
QUERY = re.compile(r"(?:lang=([a-z]{2,3}))?")
OURS = frozenset({"same-origin", "none"})


class Quick:
    """Answers plain requests itself and hands the others on.

    Parameters
    ----------
    flask : Flask
        Gives the services their database.
    others : WSGI application
        Takes what is not plain.
    """

    def __init__(self, flask: Flask, others: "WSGIApplication") -> None:
        self.flask, self.others = flask, others
        settings = flask.config["KHAOSAT"]
        self.secure, self.locale = settings.secure, settings.locale
        self.always = [*headers.always(secure=settings.secure).items()]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""
        query = QUERY.fullmatch(environ.get("QUERY_STRING", ""))
        if environ.get("PATH_INFO") == PATH and query and not environ.get("SCRIPT_NAME"):
            reply = self._reply(environ, query[1])
            if reply is not None:
                status, found, body = reply
                start_response(status, [*found, ("Content-Length", str(len(body))), *self.always])
                return [body]
        return self.others(environ, start_response)

    def _reply(self, environ: "WSGIEnvironment", language: str | None) -> "Reply | None":
        answer = {"GET": self._questions, "POST": self._submit}.get(environ["REQUEST_METHOD"])
        if answer is None:
            return None
        with self.flask.app_context():
            try:
                return answer(environ, language)
            except Exception as error:  # noqa: BLE001  (it is raised again by the view)
                environ[FAULT] = error
        return None

    def _questions(self, environ: "WSGIEnvironment", language: str | None) -> "Reply | None":
        kept = parse_cookie(environ.get("HTTP_COOKIE"))
        entry = responding.enter(kept.get(cookies.name_of(cookies.TICKET, self.secure), ""))
        if entry.ballot is None:
            environ[FOUND] = entry
            return None
        packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        wanted = [language, kept.get(LANGUAGE), self.locale]
        nonce, form_nonce = new_tokens(2)
        page = asking(entry.ballot, wanted, nonce, form_nonce, packed=packed)
        found = [("Content-Type", replies.HTML), ("Vary", replies.VARY), *headers.of_page(nonce)]
        return "200 OK", [*found, ("Content-Encoding", "gzip")] if packed else found, page

    def _submit(self, environ: "WSGIEnvironment", language: str | None) -> "Reply | None":
        form = read_form(environ) if surely_ours(environ) else None
        if form is None or SO_FAR in form:  # a form of several pages is filled page by page
            return None
        kept = parse_cookie(environ.get("HTTP_COOKIE"))
        ticket = kept.get(cookies.name_of(cookies.TICKET, self.secure), "")
        nonce, traits = returned(form, environ.get("HTTP_USER_AGENT", ""))
        outcome = responding.submit(ticket, form, nonce, traits)
        if outcome.receipt is None:
            environ[FOUND] = outcome
            return None
        cookie = dump_cookie(
            cookies.name_of(cookies.RECEIPT, self.secure),
            outcome.receipt,
            max_age=cookies.RECEIPT_SECONDS,
            **cookies.kept_close(self.secure),
        )
        place = f"{THANKS}?lang={language}" if language else THANKS
        found = [("Content-Type", replies.HTML), ("Location", place), ("Set-Cookie", cookie)]
        return "303 SEE OTHER", [*found, *headers.BARE], b""


Reply = tuple[str, list[tuple[str, str]], bytes]


@lru_cache(maxsize=64)
def takes_gzip(accepted: str) -> bool:
    """Tell whether a browser unpacks what is compressed."""
    return parse_accept_header(accepted, Accept)["gzip"] > 0


def surely_ours(environ: Mapping[str, object]) -> bool:
    """Tell whether a form is from our page beyond doubt, so that no names need be compared."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    return site in OURS if site else environ.get("HTTP_ORIGIN", "null") == "null"


def read_form(environ: "WSGIEnvironment") -> dict[str, list[str]] | None:
    """Read a plain form; None if it is any other, which can then be read from the start again."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != FORM or not length.isdecimal():
        return None
    if int(length) > replies.LARGEST_FORM:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    if len(body) != int(length):
        return None
    try:
        return parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=replies.MOST_FIELDS,
        )
    except ValueError:  # undecodable, or too many fields
        return None
