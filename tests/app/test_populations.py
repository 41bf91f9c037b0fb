"""A round draws the dossiers of the people its questionnaire is for; its list stays whole."""

import hashlib
import re
from collections import Counter

import pytest
from flask.testing import FlaskClient
from hypothesis import given, strategies as st
from sqlalchemy import select, update

from app.database import writing
from app.extensions import db
from app.models import Ballot, Cell, Dossier, FrameDraw, Round
from app.queries import draws, frames
from app.queries.frames import FrameRow
from app.services import audiences, drawing, planning, populations, rounds
from app.services.errors import InvalidInputError, WrongStateError
from app.services.plans import plan_hash
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, Role
from app.web.templating import LANGUAGE
from surveys import instruments
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan

CITIZENS, BUSINESSES = "citizen_satisfaction", "business_satisfaction"
HEADER = "code,unit,field,received,respondent_kind"
KINDS = ("citizen", "business", "household_business", "")
SIZES = {"citizen": 30, "business": 12, "household_business": 8, "": 5}


def listing(sizes: dict[str, int] = SIZES, prefix: str = "HS") -> bytes:
    """A list of two units with so many dossiers of each kind in each."""
    lines = [HEADER]
    for unit in ("A", "B"):
        for kind, size in sizes.items():
            for place in range(size):
                code = f"{prefix}-{unit}-{kind or 'none'}-{place:03}"
                lines.append(f"{code},{unit},Đất đai,15/07/2026,{kind}")
    return "\n".join(lines).encode()


def framed(questionnaire: str, content: bytes = b"", *, dry_run: bool = False) -> int:
    round_id = rounds.create_round(SYSTEM, "Quý III", 2026, dry_run, questionnaire)
    round_steps.take(round_id, content or listing())
    return round_id


def committed(questionnaire: str, size: int, **details: object) -> int:
    round_id = framed(questionnaire, **details)
    planning.commit(SYSTEM, round_id, plan(size), SOURCE)
    return round_id


def drawn_kinds(round_id: int) -> Counter[str]:
    query = select(Dossier.respondent_kind).join(Ballot, Ballot.dossier_id == Dossier.id)
    return Counter(db.session.scalars(query.where(Ballot.round_id == round_id)))


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie(LANGUAGE, "en")
    return browser


@pytest.fixture
def units(app) -> None:
    round_steps.add_units("A", "B")


@pytest.mark.parametrize("code", instruments.available())
def test_every_shipped_questionnaire_asks_whom_it_is_meant_for(code: str):
    everybody = code in {"counter_rating", "expert_panel", "residents_three_aspects"}
    assert audiences.audience(code) == ("" if everybody else code.partition("_")[0])
    assert bool(audiences.respondents(code)) is not everybody


def test_every_kind_of_respondent_belongs_to_one_audience():
    asked = [kind for kinds in audiences.RESPONDENTS.values() for kind in kinds]
    assert sorted(asked) == sorted(KINDS)
    assert set(audiences.KIND_NAMES) == set(KINDS)


def test_a_questionnaire_for_nobody_in_particular_asks_everybody():
    assert audiences.respondents("leaders_panel") == ()


@given(
    kinds=st.lists(st.sampled_from(KINDS), max_size=40),
    code=st.sampled_from([CITIZENS, BUSINESSES, "leaders"]),
)
def test_a_population_and_what_is_left_out_are_the_list(kinds: list[str], code: str):
    rows = [FrameRow(n, f"HS{n:03}", "A", "x", kind) for n, kind in enumerate(kinds)]
    found = populations.of_rows(rows, code)
    assert found.dossiers + found.left_out == len(rows)
    inside = populations.inside(rows, found.respondents)
    assert [row for row in rows if row in inside] == inside
    assert found.hash == populations.hash_of(inside)
    if not found.left_out:
        assert found.hash == populations.hash_of(rows)


@pytest.mark.parametrize(
    ("questionnaire", "kinds"),
    [(CITIZENS, {"citizen", ""}), (BUSINESSES, {"business", "household_business"})],
)
def test_a_round_draws_only_from_the_people_it_asks(units, questionnaire: str, kinds: set[str]):
    size = 2 * sum(SIZES[kind] for kind in kinds)
    round_id = committed(questionnaire, size)
    outcome = drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert (outcome.dossiers, outcome.drawn) == (size, size)
    assert drawn_kinds(round_id) == {kind: 2 * SIZES[kind] for kind in kinds}
    assert frames.of_round(round_id).dossiers == 2 * sum(SIZES.values())
    whole = select(Cell.population).where(Cell.round_id == round_id, Cell.level == CellLevel.ROUND)
    assert db.session.scalar(whole) == size


def test_more_than_the_people_asked_cannot_be_drawn(units):
    round_id = framed(BUSINESSES)
    with pytest.raises(InvalidInputError) as refused:
        planning.preview(round_id, plan(41))
    assert refused.value.faults[0].params == {"available": 40}
    assert planning.preview(round_id, plan(40)).drawn == 40


def test_the_plan_tells_who_is_asked_and_binds_their_dossiers(units):
    round_id = committed(BUSINESSES, 10)
    document = db.session.get(Round, round_id).plan
    population = document["population"]
    assert population["respondents"] == ["business", "household_business"]
    assert (population["dossiers"], population["left_out"]) == (40, 70)
    # As the public page tells it: the same lines as for a list, of these dossiers alone.
    rows = [row for row in frames.rows(frames.of_round(round_id).id) if "business" in row.code]
    lines = ["code,unit,field", *(f"{row.code},{row.unit_code},{row.field}" for row in rows)]
    text = "".join(f"{line}\n" for line in lines).encode()
    assert population["hash"] == hashlib.sha256(text).hexdigest()
    assert document["purpose"] == "main:business"


def test_a_dossier_moved_in_or_out_after_the_commitment_stops_the_draw(units):
    round_id = committed(BUSINESSES, 10)
    with writing() as session:
        moved = session.scalar(select(Dossier.id).where(Dossier.respondent_kind == "citizen"))
        session.execute(
            update(Dossier).where(Dossier.id == moved).values(respondent_kind="business")
        )
    with pytest.raises(WrongStateError):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert drawn_kinds(round_id) == {}


def test_one_list_serves_citizens_and_businesses_once_each(units):
    first, second = committed(CITIZENS, 10), committed(BUSINESSES, 10)
    for round_id in (first, second):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    purposes = db.session.scalars(select(FrameDraw.purpose).order_by(FrameDraw.id)).all()
    assert purposes == ["main", "main:business"]
    with pytest.raises(InvalidInputError):
        committed(BUSINESSES, 10)


def test_the_same_plan_for_other_people_is_another_plan(units):
    made = [committed(code, 10) for code in (CITIZENS, BUSINESSES)]
    plans = {plan_hash(db.session.get(Round, round_id).plan) for round_id in made}
    assert len(plans) == 2


def test_the_plan_page_counts_who_is_asked_and_who_is_not(units, signed_in):
    browser = english(signed_in(Role.COORDINATOR))
    page = browser.get(f"/rounds/{framed(BUSINESSES)}/plan").text
    assert "businesses: 24; household businesses: 16" in page
    assert "citizens: 60; kind not told: 10" in page
    assert re.search(r'name="size"[^>]*value="40"', page)


def test_a_list_without_the_people_asked_is_told(units, signed_in):
    round_id = framed(BUSINESSES, listing({"citizen": 20}))
    reply = english(signed_in(Role.COORDINATOR)).get(f"/rounds/{round_id}/plan")
    assert "The list has no dossier of the people whom this round asks" in reply.text


def test_everybody_sees_whom_a_draw_was_among(units, client):
    round_id = committed(BUSINESSES, 10)
    page = english(client).get(f"/public/draws/{round_id}").text
    assert "businesses, household businesses" in page
    assert db.session.get(Round, round_id).plan["population"]["hash"] in page
    sizes = {size.label: size.population for size in draws.strata(round_id)}
    assert sizes == {}
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert {size.label: size.population for size in draws.strata(round_id)} == {"A": 20, "B": 20}


def test_a_round_is_made_with_the_questionnaire_that_was_chosen(app, signed_in):
    browser = signed_in(Role.COORDINATOR)
    form = {"name": "Doanh nghiệp", "year": 2026, "questionnaire": BUSINESSES}
    assert browser.post("/rounds", data=form).status_code == 302
    assert db.session.scalars(select(Round.questionnaire_code)).all() == [BUSINESSES]
    assert browser.post("/rounds", data=form | {"questionnaire": "x"}).status_code == 422
    with pytest.raises(InvalidInputError):
        rounds.create_round(SYSTEM, "x", 2026, False, "../citizen_satisfaction")


def test_the_form_of_a_new_round_offers_every_questionnaire_by_its_title(app, signed_in):
    page = signed_in(Role.COORDINATOR).get("/rounds/new").text
    for code in instruments.available():
        assert f'value="{code}"' in page
        assert instruments.load(code).titles["vi"] in page or (
            instruments.load(code).titles["en"] in page
        )
