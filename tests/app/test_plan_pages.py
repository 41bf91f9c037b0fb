"""What answers carry is chosen on the page of the plan, which tells what it costs."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Round
from app.services import drawing, planning
from app.services.carrying import Carried
from app.services.plans import Allocation, Stratification
from app.services.recording import SYSTEM
from app.vocabulary import Role
from app.web.carried_words import VALUES, VARIABLES
from app.web.coordinate import outlook_words
from tests.app import round_steps
from tests.app.carried_round import BY_KIND_AND_TIME, framed
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_round_pages import work_done

LAYOUT = {
    "A": {("business", "yes"): 40, ("business", "no"): 12, ("household_business", "yes"): 30},
    "B": {("business", "yes"): 30, ("business", "open"): 8},
}
ENTERED = {
    "size": "120",
    "stratify_by": "unit",
    "allocation": "proportional",
    "minimum": "0",
    "expected_response": "50",
    "k": "10",
    "deviations": "",
}
NAMELESS = "answers would lose their unit because of what they carry"


@pytest.fixture
def coordinator(app: Flask, signed_in) -> FlaskClient:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def tried(browser: FlaskClient, round_id: int, carry: list[str], **entered: str):
    """Ask for the preview of a plan."""
    query = urlencode(ENTERED | entered | {"carry": carry}, doseq=True)
    return browser.get(f"/rounds/{round_id}/plan?{query}")


def table(page: str, name: str) -> list[list[str]]:
    """Read the cells of a table."""
    rows = re.search(rf'<tbody id="{name}-rows">(.*?)</tbody>', page, re.DOTALL)
    assert rows, name
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", rows[1], re.DOTALL)
    ]


def ticked(page: str) -> list[str]:
    return re.findall(r'<input checked[^>]*name="carry"[^>]*value="(\w+)"', page)


def test_every_variable_and_value_has_a_name():
    assert set(VARIABLES) == set(Carried)
    assert set(VALUES) == {variable.value for variable in Carried}


def test_the_form_offers_the_variables_and_tells_what_they_cost(coordinator):
    page = coordinator.get(f"/rounds/{framed(LAYOUT)}/plan").text
    for variable in Carried:
        assert re.search(rf'type="checkbox" value="{variable.value}"', page)
    assert "Three at most, better none." in page
    assert ticked(page) == []
    assert 'id="combinations"' not in page


def test_the_preview_tells_which_cells_stay_alone_and_what_a_larger_k_costs(coordinator):
    page = tried(coordinator, framed(LAYOUT), ["respondent_kind", "on_time"]).text
    assert ticked(page) == ["respondent_kind", "on_time"]
    assert table(page, "endings") == [
        ["all they carry", "3", "50", "83.3%"],
        ["only the province, no unit", "2", "10", "16.7%"],
    ]
    assert table(page, "crowds")[0] == ["k = 10", "3 of 5", "83.3%", "83.3%"]
    assert [row[0] for row in table(page, "crowds")] == ["k = 10", "k = 15", "k = 20", "k = 30"]
    assert table(page, "combinations") == [
        ["businesses · on time", "2 of 2", "35.0", "100.0%"],
        ["household businesses · on time", "1 of 1", "15.0", "100.0%"],
        ["businesses · late", "0 of 1", "6.0", "0.0%"],
        ["businesses · not finished", "0 of 1", "4.0", "0.0%"],
    ]
    assert table(page, "cells")[0] == [
        "Xã A · businesses · late",
        "12",
        "6.0",
        "only the province, no unit",
    ]


def test_the_preview_warns_of_answers_that_lose_their_unit(coordinator):
    round_id = framed(LAYOUT)
    assert f"About 10 {NAMELESS}" in tried(coordinator, round_id, ["on_time"]).text
    for carry in ([], ["respondent_kind"]):
        assert NAMELESS not in tried(coordinator, round_id, carry).text


def test_the_preview_names_a_variable_that_tells_nothing(coordinator):
    page = tried(coordinator, framed(LAYOUT), ["channel", "respondent_kind"]).text
    assert "every dossier is alike in: How the dossier was handed in" in page


def test_a_long_list_of_cells_is_cut_and_says_so(coordinator, monkeypatch):
    monkeypatch.setattr(outlook_words, "MOST_LISTED", 2)
    page = tried(coordinator, framed(LAYOUT), ["respondent_kind", "on_time"]).text
    assert len(table(page, "cells")) == 2
    assert "Only the first 2 are listed." in page


@pytest.mark.parametrize(
    ("carry", "entered", "message"),
    [
        ([*Carried], {}, "Answers may carry at most 3 variables."),
        (["field"], {"stratify_by": "unit_field"}, "The strata tell the field of work already"),
        (["phone"], {}, "phone"),
    ],
)
def test_a_choice_that_cannot_be_carried_is_told_beside_it(coordinator, carry, entered, message):
    reply = tried(coordinator, framed(LAYOUT), [str(name) for name in carry], **entered)
    assert reply.status_code == 422
    assert message in reply.text
    assert 'id="carry-error"' in reply.text
    assert "Commit to this plan" not in reply.text


def test_the_plan_that_was_shown_is_the_one_that_is_committed(coordinator, client):
    round_id = framed(LAYOUT)
    page = tried(coordinator, round_id, ["on_time", "channel"]).text
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    form = [(name, value) for name, value in hidden if name in ENTERED or name == "carry"]
    assert [value for name, value in form if name == "carry"] == ["on_time", "channel"]
    consent = [("public_source", SOURCE), ("confirm", "y")]
    reply = coordinator.post(
        f"/rounds/{round_id}/plan",
        data=urlencode([*form, *consent]),
        content_type="application/x-www-form-urlencoded",
    )
    work_done(reply)
    db.session.rollback()
    document = db.session.get(Round, round_id).plan
    assert document["carry"] == ["on_time", "channel"]
    fixed = coordinator.get(f"/rounds/{round_id}/plan").text
    assert "This plan is committed and final" in fixed
    assert table(fixed, "combinations")[0][0] == "on time · at the counter"


def test_a_commitment_without_consent_keeps_what_is_carried(coordinator):
    round_id = framed(LAYOUT)
    data = ENTERED | {"carry": ["on_time", "channel"], "public_source": SOURCE}
    reply = coordinator.post(f"/rounds/{round_id}/plan", data=data)
    assert reply.status_code == 422
    assert ticked(reply.text) == ["on_time", "channel"]
    assert reply.text.count('<input type="hidden" name="carry"') == 2


def test_everybody_sees_what_answers_carry_and_can_check_the_cells(app: Flask, client):
    client.set_cookie("khaosat_language", "en")
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, plan(60, carry=BY_KIND_AND_TIME), SOURCE)
    before = client.get(f"/public/draws/{round_id}").text
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    after = client.get(f"/public/draws/{round_id}").text
    for page in (before, after):
        assert db.session.get(Round, round_id).plan["population"]["cells"] in page
        assert "Kind of respondent; Finished by the promised day or later" in page
        assert "stratum/respondent_kind/on_time" in page
        # The strata stay what is drawn from: no cell below them is listed.
        assert [row[0] for row in table(page, "strata")] == ["A", "B"]


def test_the_public_page_of_a_plan_that_carries_nothing_says_so(app: Flask, client):
    client.set_cookie("khaosat_language", "en")
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, plan(60), SOURCE)
    page = client.get(f"/public/draws/{round_id}").text
    assert re.search(r"beside its stratum</dt><dd>nothing</dd>", page)
    assert "Hash of the cells" not in page


def test_unequal_fractions_under_one_unit_are_still_warned_of(coordinator):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 90})
    wanted = plan(30, stratify_by=Stratification.UNIT_FIELD, carry=(Carried.ON_TIME,))
    uneven = replace(wanted, allocation=Allocation.NEYMAN, deviations={"A/Đất đai": 4.0})
    assert planning.preview(round_id, uneven).units[0].uneven
    query = {"size": "30", "stratify_by": "unit_field", "allocation": "neyman"}
    reply = tried(coordinator, round_id, ["on_time"], **query, deviations="A/Đất đai: 4")
    assert "Strata of one unit have unequal sampling fractions" in reply.text
