"""Pages of a round whose dossiers arrive, from its rates to the end of its period."""

from io import BytesIO

from app.extensions import db
from app.models import ArrivingPeriod
from app.queries import rounds as rows
from app.services import arriving_reveal, leases, mixing, opening, secrets
from app.services.arriving import PURPOSE
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import Role, RoundState
from tests.app import round_steps
from tests.app.arriving_factory import content, rows as listed

FORM = {"stratify_by": "unit", "rate": "không", "expected_response": "30", "k": "10"}


def test_a_coordinator_leads_a_period_and_nobody_sees_its_seed_before_the_end(
    app, client, signed_in
):
    round_steps.add_units("26041", "26068")
    round_id = round_steps.planned()
    site = signed_in(Role.COORDINATOR)
    path, public = f"/rounds/{round_id}/arriving", f"/public/arriving/{round_id}"
    assert path in site.get(f"/rounds/{round_id}").text
    assert site.post(path, data=FORM | {"confirm": "y"}).status_code == 422
    assert site.post(path, data=FORM | {"rate": "1/2"}).status_code == 422
    assert client.get(public).status_code == 404
    good = {"rate": "1/2", "exceptions": "26068: 1", "confirm": "y"}
    assert site.post(path, data=FORM | good).status_code == 302
    assert rows.one(round_id).plan["rates"] == {"26041": "1/2", "26068": "1"}
    assert rows.one(round_id).state is RoundState.DRAWN
    sealed = db.session.get_one(ArrivingPeriod, round_id).sealed
    seed = secrets.unseal(PURPOSE, sealed)[:32].hex()
    opening.open_round(SYSTEM, round_id)
    file = content([*listed("26041", range(6)), *listed("26068", range(2)), *listed("26041", [1])])
    bad = site.post(f"/rounds/{round_id}/frame", data={"file": (BytesIO(file), "1.csv")})
    assert bad.status_code == 302
    again = content([*listed("26041", range(6)), *listed("26068", range(2))])
    site.post(f"/rounds/{round_id}/frame", data={"file": (BytesIO(again), "2.csv")})
    run_jobs(app)
    moved = content([listed("26041", [1])[0].replace(",26041,", ",26068,")])
    site.post(f"/rounds/{round_id}/frame", data={"file": (BytesIO(moved), "3.csv")})
    run_jobs(app)
    shown = site.get(path).text
    assert "HS-26041-0001" in shown
    assert "var/incoming" in shown
    assert site.post(f"{path}/frame.csv").status_code == 409
    assert client.get(f"{public}/revealed.json").status_code == 404
    before = [shown, client.get(public).text, client.get(f"{public}/commitment.json").text]
    before += [site.get(f"/rounds/{round_id}").text]
    assert not [page for page in before if seed in page]
    assert client.get(f"/public/draws/{round_id}").location.endswith(public)
    for other in ("plan", "frame"):
        assert site.get(f"/rounds/{round_id}/{other}").location.endswith(path)
    mixing.close_round(SYSTEM, round_id)
    arriving_reveal.reveal_due()
    assert seed in client.get(public).text
    for name in ("record.json", "leaves.txt", "revealed.json", "verify_sample.py"):
        assert client.get(f"{public}/{name}").status_code == 200
    assert b"salt" in site.post(f"{path}/frame.csv").data
    assert site.get(path).status_code == site.get(f"/rounds/{round_id}").status_code == 200


def run_jobs(app) -> None:
    for job_id in leases.takeable():
        running.runner(app, "worker")(job_id)
