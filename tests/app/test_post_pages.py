"""Pages of a batch: what each person may enter, and what the page of each state shows."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask

from app.queries import post_batches as rows
from app.services import inviting
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.app.slip_factory import work
from tests.app.test_post_batches import CARRIER, CHECKER, codes_out, unit_of
from tests.app.test_reserves import opened

BACK = {"valid": 15, "invalid": 1, "not_reached": 2, "refused": 1, "unused": 1}
RESULTS = {"confirmed": 0, "not_visited": 2, "another": 1, "absent": 0, "unclaimed": 0}


def test_two_people_take_a_batch_from_its_form_to_the_payment_file(app: Flask, signed_in):
    with time_machine.travel(datetime(2026, 11, 4, 3, tzinfo=UTC), tick=False) as clock:
        round_id = opened()
        slips = inviting.issue_slips(SYSTEM, round_id).slips
        clock.shift(timedelta(days=6))
        base, unit = f"/rounds/{round_id}/post", unit_of(round_id)
        leader, checker = signed_in(Role.COORDINATOR), signed_in(Role.INSPECTOR)
        assert f'href="{base}"' in leader.get(f"/rounds/{round_id}").text
        new = {"unit": unit, "carrier": CARRIER, "most": 100, "price": 12000, "share": 10}
        assert leader.post(base, data=new | {"most": 5}).status_code == 422
        reply = leader.post(base, data=new)
        [forms] = work(leader, reply.location)
        assert (forms[:4], codes_out(round_id)) == (b"%PDF", 20)
        [batch] = rows.of_round(round_id)
        one = f"{base}/{batch.id}"
        for paper in ("handover", "acceptance", "signatures"):
            assert leader.get(f"{one}/{paper}.pdf").data.startswith(b"%PDF")

        wrong = leader.post(f"{one}/return", data=BACK | {"unused": 4})
        assert (wrong.status_code, rows.of_round(round_id)[0].valid) == (422, None)
        assert 'value="15"' in wrong.text, "what was entered stays"
        assert leader.post(f"{one}/return", data=BACK).status_code == 302
        assert leader.post(f"{one}/recheck", data={"checker": CHECKER}).status_code == 403
        assert 'name="checker"' not in leader.get(one).text, "who handed over does not re-check"
        same = checker.post(f"{one}/recheck", data={"checker": CARRIER.upper()})
        assert same.status_code == 422
        reply = checker.post(f"{one}/recheck", data={"checker": CHECKER})
        [sheet] = work(checker, reply.location)
        assert sheet.startswith(b"%PDF")
        assert checker.post(f"{one}/results", data=RESULTS | {"absent": 1}).status_code == 422
        reply = checker.post(f"{one}/results", data=RESULTS)
        work(checker, reply.location)
        [batch] = rows.of_round(round_id)
        assert (batch.failed, batch.readable, batch.lower and batch.lower > 0.05) == (
            3,
            False,
            True,
        )
        assert checker.post(f"{one}/settle").status_code == 403
        assert leader.post(f"{one}/settle").status_code == 302
        pages = "".join(leader.get(where).text for where in (base, one))
        assert leader.get(f"{base}/payment.xlsx").data.startswith(b"PK")
        assert not [slip.dossier_code for slip in slips if slip.dossier_code in pages]
