"""From the plan of a round to its draw on screen, and what anybody may read of it."""

import hashlib
import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import FrameDraw, Job
from app.queries import draws, rounds as rows
from app.services import drawing
from app.services.recording import SYSTEM
from app.vocabulary import JobKind, Role, RoundState
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_round_pages import MARK, UNITS, in_state


@pytest.fixture
def coordinator(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def test_the_plan_page_proposes_a_size(coordinator):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 1000})
    page = coordinator.get(f"/rounds/{round_id}/plan").text
    assert "286 answers: n = N / (1 + N e²)" in page
    assert 'value="954"' in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("size=66", "The list has 65 dossiers: draw at most as many."),
        ("size=x", "size"),
        ("size=" + "9" * 40, "draw at most as many"),
        ("size=10&minimum=6", "This minimum alone needs 12 dossiers: lower it or draw more."),
        ("size=10&k=3", "Enter a number from 10 to 1000."),
        ("size=10&expected_response=0", "Enter a percentage from 1 to 100."),
        ("size=10&allocation=guess", "allocation"),
        ("size=10&deviations=Z: 1", "The list has no stratum Z."),
        ("size=10&deviations=nonsense", "Line 1: write the stratum, a colon and a number."),
    ],
)
def test_a_plan_that_does_not_fit_is_told_with_what_was_entered(coordinator, query, message):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    reply = coordinator.get(f"/rounds/{round_id}/plan?{query}")
    assert reply.status_code == 422
    assert message in reply.text
    assert f'value="{query.split("&")[0][5:]}"' in reply.text
    assert "Commit to this plan" not in reply.text


@pytest.mark.parametrize(
    ("left_out", "message"),
    [("confirm", "Tick the box to commit."), ("public_source", "Name the public number")],
)
def test_a_commitment_without_consent_keeps_what_was_entered(coordinator, left_out, message):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    entered = {"size": "23", "stratify_by": "unit", "allocation": "proportional", "minimum": "2"}
    entered |= {"expected_response": "40", "k": "11", "deviations": ""}
    consent = {"public_source": SOURCE, "confirm": "y"}
    del consent[left_out]
    reply = coordinator.post(f"/rounds/{round_id}/plan", data=entered | consent)
    assert reply.status_code == 422
    assert message in reply.text
    assert '<input type="hidden" name="size" value="23">' in reply.text
    assert ('<input checked class="form-check-input' in reply.text.split("public_source")[-1]) == (
        left_out != "confirm"
    )
    assert (SOURCE in reply.text) == (left_out != "public_source")
    assert draws.of_round(round_id) is None


def test_a_list_drawn_in_another_round_is_told_beside_the_form(coordinator):
    round_steps.add_units(*UNITS)
    round_steps.committed(UNITS, plan(20))
    again = round_steps.framed(UNITS)
    entered = {"size": "20", "stratify_by": "unit", "allocation": "proportional", "minimum": "0"}
    entered |= {"expected_response": "40", "k": "10", "public_source": SOURCE, "confirm": "y"}
    reply = coordinator.post(f"/rounds/{again}/plan", data=entered)
    assert reply.status_code == 422
    assert "Another round is committed to this very list" in reply.text


@pytest.mark.parametrize("number", ["", "   "])
def test_a_draw_needs_a_number(coordinator, number: str):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))
    reply = coordinator.post(f"/rounds/{round_id}/draw", data={"public_number": number})
    assert reply.status_code == 422
    assert "Enter the public number as its source printed it." in reply.text
    assert not db.session.query(Job).filter_by(kind=JobKind.DRAW).count()


def test_the_public_page_begins_with_the_commitment(app: Flask, client):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS, prefix="F")
    assert client.get(f"/public/draws/{round_id}").status_code == 404
    assert client.get("/public/draws/99999999999999999999").status_code == 404
    committed = round_steps.committed(UNITS, plan(20))
    page = client.get(f"/public/draws/{committed}").text
    stored = db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == committed))
    assert stored.commitment in page
    assert stored.frame_hash in page
    assert SOURCE in page
    assert stored.secret not in page
    assert MARK not in page


def test_the_public_page_of_a_draw_lets_anybody_check_it(app: Flask, client):
    round_id = in_state(RoundState.DRAWN)
    page = client.get(f"/public/draws/{round_id}").text
    view = draws.of_round(round_id)
    for fact in (view.selection_hash, view.frame_hash, NUMBER, view.commitment):
        assert fact in page
    assert "Số bí mật được công bố khi đợt khảo sát đóng" in page
    codes = [html.unescape(text) for text in re.findall(r"<code[^>]*>(.*?)</code>", page)]
    plan_text = next(text for text in codes if text.startswith("{"))
    assert hashlib.sha256(plan_text.encode()).hexdigest() == rows.one(round_id).plan_hash
    assert rows.one(round_id).plan_hash in page
    for stratum in draws.strata(round_id):
        assert (
            f'<th scope="row">{stratum.label}</th><td class="num">{stratum.population}</td>' in page
        )
    assert "HS-" not in page


def test_sizes_are_the_same_before_and_after_the_draw(app: Flask, client):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20, minimum=3))
    before = client.get(f"/public/draws/{round_id}").text
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    after = client.get(f"/public/draws/{round_id}").text
    rows_before, rows_after = (
        re.split("<tbody[^>]*>", page)[1].split("</tbody>")[0] for page in (before, after)
    )
    assert rows_before == rows_after
    assert rows.one(round_id).plan_hash in before
