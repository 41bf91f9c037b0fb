"""The parts put together: settings, extensions, pages."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import app.models  # noqa: F401  (the tables must be known before the first query)
from app import database, thresholds
from app.channels import queue
from app.config import Settings
from app.extensions import babel, csrf, db, login, migrate
from app.queries.migrations import FOLDER
from app.services import extract_files, keys, secrets
from app.web import access, addresses, errors, headers, live, pages, static_files, templating
from app.web.quick import Quick
from app.web.sessions import DatabaseSessions

SQLITE_POOL = 40
LARGEST_UPLOAD = 64 * 1024 * 1024


def assemble(settings: Settings) -> Flask:
    """Make an application of the settings."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    flask = Flask("app", root_path=str(Path(__file__).parent))
    flask.config.update(
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_TRANSLATION_DIRECTORIES="translations",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,  # wants the Referer that our own policy leaves out
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=1),
        KHAOSAT=settings,
    )
    secrets.install(settings.secret())
    keys.install(settings.keys)
    extract_files.install(settings.folder / "extracts")
    thresholds.install(settings.mixing_k, settings.disclosure_n, settings.effective_n)
    queue.connect(settings.queue)
    # First of all, before a form of somebody who may not send one is even read.
    flask.before_request(access.check)
    connect_extensions(flask)
    connect_web(flask, settings)
    return flask


def engine_options(settings: Settings) -> dict[str, object]:
    """Return what the engine of this database needs."""
    # What goes into a statement stands neither in a log nor in the message of an error.
    quiet: dict[str, object] = {"hide_parameters": True}
    if settings.database.startswith("sqlite"):
        # One for each thread, and the last one first: past its size a pool closes what is given
        # back, and SQLite reads the whole schema again on every new connection.
        return {**quiet, "pool_size": SQLITE_POOL, "pool_use_lifo": True}
    return {**quiet, "pool_size": 4}


def connect_extensions(flask: Flask) -> None:
    """Bind the extensions to the application."""
    db.init_app(flask)
    migrate.init_app(flask, db, directory=str(FOLDER), render_as_batch=True)
    login.init_app(flask)
    login.session_protection = None  # the row in the database is the protection
    csrf.init_app(flask)
    babel.init_app(flask, locale_selector=templating.chosen_locale)
    with flask.app_context():
        engine: Engine = db.engine
        database.prepare(engine)


def connect_web(flask: Flask, settings: Settings) -> None:
    """Add pages, headers, sessions and errors."""
    flask.session_interface = DatabaseSessions(
        secrets.purpose_key("session"), secure=settings.secure
    )
    flask.url_map.converters["int"] = addresses.RowNumber
    live.register(flask)  # before the headers, so that it sees the address as they leave it
    headers.add(flask, secure=settings.secure)
    errors.register(flask)
    templating.register(flask)
    pages.register(flask)
    static_files.register(flask)
    # Flask asks for its method to be wrapped in place; mypy knows no such wish.
    flask.wsgi_app = Quick(flask, flask.wsgi_app)  # type: ignore[method-assign]  # see above
    flask.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # see above
        flask.wsgi_app,
        root=str(Path(__file__).parent / "static"),
        prefix="static/",
        add_headers_function=static_files.on_file,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        flask.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # see above
            flask.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
