"""What a proof of malformed requests once found, each with its own reply."""

import logging

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import create_environ, run_wsgi_app

from app.extensions import db

NAMELESS = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", "9" * 40])
def test_a_number_that_no_row_can_have_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"/public/{number}").status_code == 404


@pytest.mark.parametrize("part", [NAMELESS, NAMELESS.replace(b"data\r", b'data; filename="f"\r')])
@pytest.mark.parametrize("path", ["/sign-in", "/language"])
def test_a_part_of_a_form_without_a_name_is_refused(app: Flask, path: str, part: bytes) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    reply = app.test_client().post(path, data=part, content_type=MULTIPART)
    assert reply.status_code == 400


@pytest.mark.parametrize("host", ["..", "a" * 3000, "a..b"])
def test_a_host_that_no_address_can_be_made_of_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/q", "/no-such-page", "/sign-in"):
        reply = client.get(path, environ_overrides={"HTTP_HOST": host})
        assert reply.status_code == 400
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


def test_a_host_that_is_no_name_does_not_keep_redirects_from_being_ours(app: Flask) -> None:
    # Without the client, which itself fails on such a name.
    environ = create_environ("/q/thanks") | {"HTTP_HOST": "xn--"}
    _, status, headers = run_wsgi_app(app.wsgi_app, environ)
    assert (status[:3], headers["Location"]) == ("303", "/q")


def test_whoever_does_not_tell_which_page_is_open_comes_back_to_the_start(
    client: FlaskClient,
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert client.get("/units", headers=headers).headers["HX-Redirect"] == "/sign-in?next=/"


def test_an_error_is_logged_without_what_was_asked(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.before_request
    def fail() -> None:
        raise ValueError(request.full_path)

    caplog.set_level(logging.DEBUG)
    assert client.get("/q/" + "A" * 22 + "?phone=0912345678").status_code == 500
    assert "500 at /q/<token>: ValueError" in caplog.text
    assert "in fail" in caplog.text
    assert "AAAA" not in caplog.text
    assert "0912345678" not in caplog.text


def test_an_error_of_the_database_does_not_tell_what_was_written(app: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": "0912345678"})
    db.session.rollback()
    assert "0912345678" not in str(caught.value)
