from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies as st

from app.queries import boxes
from tests.app.respondent import follow, send, typed
from tests.app.round_factory import ASKED, MadeRound


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused_kindly(
    client: FlaskClient,
    made: tuple[MadeRound, list[str]],
    headers: dict[str, str],
    status: int,
) -> None:
    page = follow(client, made[1][0]).text
    reply = send(client, page, typed(), **headers)
    assert reply.status_code == status
    spent = int(status == 303)
    assert boxes.tally(made[0].id) == boxes.Tally(spent, spent, 0, 0)


def malformed() -> Iterator[dict[str, Any]]:
    """A hundred kinds of forms that no browser sends."""
    whole = {name: values[0] for name, values in typed().items()}
    for name, value in whole.items():
        yield {"data": {key: kept for key, kept in whole.items() if key != name}}
        for wrong in ([value, "5"], "\0", "9" * 5000, "\u202e\U0001f4a5" * 50):
            yield {"data": {**whole, name: wrong}}
    for raw in (
        b"",
        b"=",
        b"&&&&",
        b"%",
        b"%ff=%ff",
        b"a_overall=%00",
        b"\xff\xfe\0",
        b"a" * 200_000,
    ):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
            yield {"data": raw, "content_type": kind}
    boundary = "multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="a_overall"\r\n\r\n4\r\n'
    yield {"data": part * 3000, "content_type": boundary}
    yield {"data": part + b"--x--", "content_type": boundary}
    yield {"data": part[:-5], "content_type": boundary}
    file = part.replace(b'"\r\n', b'"; filename="f"\r\n')
    yield {"data": file + b"--x--", "content_type": boundary}
    yield {"data": b"{}", "content_type": "application/json"}
    yield {"data": b"a=1&" * 5000, "content_type": "application/x-www-form-urlencoded"}
    yield {"data": {**whole, "a_comment": "x" * 120_000}}
    yield {"data": {f"a_{at}": "1" for at in range(2000)}}
    yield {"data": whole, "headers": {"Content-Length": "5"}}
    yield {"data": whole, "query_string": "lang=%00&lang=" + "x" * 3000}
    yield {"data": whole, "headers": {"Cookie": "khaosat_ticket=" + "A" * 4000}}
    yield {"data": whole, "headers": {"Origin": "http://[bad"}}


def test_malformed_posts_are_refused_without_an_error_of_ours(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    client.get(f"/q/{made[1][0]}")
    forms = list(malformed())
    assert len(forms) >= 100
    statuses = [client.post("/q", **form).status_code for form in forms]
    assert {status // 100 for status in statuses} == {4}
    assert boxes.tally(made[0].id) == boxes.Tally(0, 0, 0, 0)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from([f"a_{question.code}" for question in ASKED.questions] + ["nonce", "x"]),
        st.lists(st.text(max_size=300), max_size=3),
    )
)
def test_no_form_at_all_makes_an_error_of_ours(
    client: FlaskClient, made: tuple[MadeRound, list[str]], form: dict[str, list[str]]
) -> None:
    client.get(f"/q/{made[1][0]}")
    assert client.post("/q", data=form).status_code == 422
