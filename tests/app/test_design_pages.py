"""The page that lays designs side by side stores nothing and leads to the plan."""

import html
import re

from app.extensions import db
from app.models import Round
from app.vocabulary import Role
from tests.app import round_steps

UNITS = {"A": 400, "B": 60}


def test_designs_stand_side_by_side_and_lead_to_the_plan(app, signed_in):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    home = f"/rounds/{round_id}/designs"
    page = html.unescape(browser.get(home).text)
    assert re.findall(r'id="design-(\d)"', page) == ["1", "2", "3", "4"]
    assert page.count("Use this design") == page.count('class="design-picture"') == 4
    assert "Yamane ±5 points · Proportional to the dossiers" in page
    assert "Each unit at least 30 answers" in page
    assert "Margins of error of 2 units from narrow to wide" in page
    # 214 answers for 460 dossiers, beyond the list at 30 % response: all are asked.
    assert page.count("<dd>460,000</dd>") >= 1

    query = {"d2-allocation": "quota", "quota_commune": "50", "d2-mode": "visit"}
    query |= {"d3-allocation": "", "d4-allocation": "", "d1-amount": "x", "fieldworkers": "0"}
    reply = browser.get(home, query_string=query)
    page = html.unescape(reply.text)
    assert reply.status_code == 422
    assert re.findall(r'id="design-(\d)"', page) == ["1", "2"]
    assert 'id="d1-amount-error"' in page
    assert "There is nobody to make the visits." in page
    assert page.count("Use this design") == 1
    assert "<dd>4,000,000</dd>" in page

    address = re.search(r'href="(/rounds/\d+/plan\?[^"]*allocation=quota[^"]*)"', page)[1]
    plan = browser.get(address)
    assert plan.status_code == 200
    assert 'name="quota_commune" value="50"' in plan.text
    assert re.search(r"<dt>Dossiers drawn</dt>\s*<dd class=\"value\">100</dd>", plan.text)

    nothing = browser.get(home, query_string={f"d{place}-allocation": "" for place in range(1, 5)})
    assert "There is nothing to compare" in nothing.text
    faulty = browser.get(home, query_string={"k": "0", "d1-amount": "3"})
    assert faulty.status_code == 422
    assert '<input type="hidden" name="d1-amount" value="3">' in faulty.text
    assert db.session.get(Round, round_id).plan is None
