"""A dry run says so in a band at the top of every page, to everybody, and in every file."""

import re

import pytest
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from app.documents import slips
from app.documents.slips import Sheet, Slip
from app.services import criteria_sets, cycles, drawing, estimating, jobs, mixing
from app.services.cycles import NewCycle
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.vocabulary import JobKind, Role
from app.web.templating import LANGUAGE
from surveys.links import new_token
from tests.app import round_steps
from tests.app.index_factory import SCHEME, answered_round
from tests.app.round_factory import answer, filled, open_and_hand_out
from tests.app.round_steps import plan

BAND = re.compile(r'<section class="trial-run" aria-label="TRIAL RUN">TRIAL RUN: [^<]+</section>')
UNITS = {"A": 30, "B": 30}


@pytest.fixture
def coordinator(signed_in) -> FlaskClient:
    return english(signed_in(Role.COORDINATOR))


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie(LANGUAGE, "en")
    return browser


@pytest.mark.parametrize("dry_run", [True, False])
def test_pages_of_staff(coordinator: FlaskClient, dry_run: bool):
    round_steps.add_units(*UNITS)
    committed = round_steps.committed(UNITS, plan(20), dry_run=dry_run)
    planned = round_steps.planned(dry_run=dry_run)
    job = jobs.ask(SYSTEM, JobKind.DRAW, {"round_id": committed}, subject=f"round:{committed}")
    for address in (
        *(f"/rounds/{committed}", f"/rounds/{committed}/plan", f"/rounds/{committed}/draw"),
        *(f"/rounds/{committed}/slips", f"/rounds/{committed}/estimates"),
        *(f"/rounds/{planned}/frame", f"/public/draws/{committed}", f"/jobs/{job}"),
    ):
        page = coordinator.get(address)
        assert page.status_code == 200, address
        assert bool(BAND.search(page.text)) is dry_run, address


@pytest.mark.parametrize("dry_run", [True, False])
def test_pages_of_somebody_who_answers(app, client: FlaskClient, dry_run: bool):
    _, tokens = open_and_hand_out({"TB": {"land": 2}}, dry_run=dry_run)
    client.get(f"/q/{tokens['TB/land'][0]}")
    assert bool(BAND.search(client.get("/q?lang=en").text)) is dry_run
    nonce = new_token()
    refused = client.post("/q?lang=en", data={"nonce": nonce})
    assert refused.status_code == 422
    assert bool(BAND.search(refused.text)) is dry_run
    form = {name: list(given) for name, given in filled().items()}
    client.post("/q?lang=en", data=form | {"nonce": [nonce]})
    thanks = client.get("/q/thanks?lang=en").text
    assert "Thank you" in thanks
    assert bool(BAND.search(thanks)) is dry_run


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_check_of_a_receipt(app, client: FlaskClient, dry_run: bool):
    made, tokens = open_and_hand_out({"TB": {"land": 12}}, dry_run=dry_run)
    receipts = [answer(token).receipt for token in tokens["TB/land"]]
    english(client)
    assert not BAND.search(client.post("/r", data={"code": receipts[0]}).text)
    mixing.close_round(SYSTEM, made.id)
    counted = client.post("/r", data={"code": receipts[0]}).text
    assert "has been counted" in counted
    assert bool(BAND.search(counted)) is dry_run


@pytest.mark.parametrize("dry_run", [True, False])
def test_printed_slips(dry_run: bool):
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    sheet = Sheet("Đợt", dry_run, [Slip("https://x.example/q/a", square, "H1", "Xã A")] * 3)
    with PdfDocument(slips.render(sheet)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert text.count("THỬ NGHIỆM") == (3 if dry_run else 0)


def test_estimates_of_a_dry_run(coordinator: FlaskClient):
    made = answered_round(dry_run=True)
    estimating.estimate_round(SYSTEM, made.id)
    page = coordinator.get(f"/rounds/{made.id}/estimates").text
    assert BAND.search(page)
    assert "must not be published" in page


def test_the_public_list_of_draws(app, client: FlaskClient):
    round_steps.add_units(*UNITS)
    trial = round_steps.committed(UNITS, plan(20), dry_run=True)
    drawing.draw(SYSTEM, trial, round_steps.SOURCE, round_steps.NUMBER)
    assert "TRIAL RUN" in english(client).get("/public").text


def test_a_dry_run_enters_no_index_beside_a_real_round_either(app):
    real = answered_round({"A": {"land": (30, 10)}})
    trial = answered_round({"B": {"land": (30, 10)}}, dry_run=True)
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    with pytest.raises(InvalidInputError):
        cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, (real.id, trial.id)))


def test_two_rounds_that_ask_the_same_people_are_refused(app):
    made = [answered_round({unit: {"land": (30, 10)}}).id for unit in ("A", "B")]
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    with pytest.raises(InvalidInputError):
        cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, tuple(made)))
    assert cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, (made[0],)))


def test_another_language_of_the_thanks_is_the_thanks_again(app, client: FlaskClient):
    _, tokens = open_and_hand_out({"TB": {"land": 2}})
    client.get(f"/q/{tokens['TB/land'][0]}")
    form = {name: list(given) for name, given in filled().items()}
    client.post("/q?lang=en", data=form | {"nonce": [new_token()]})
    page = client.get("/q/thanks?lang=en").text
    links = dict(re.findall(r'<a href="([^"]+)" lang="(..)"', page))
    assert links == {"/q/thanks?lang=vi": "vi", "/q/thanks?lang=en": "en"}
    again = client.get("/q/thanks?lang=vi")
    assert again.status_code == 200
    assert '<html lang="vi">' in again.text
