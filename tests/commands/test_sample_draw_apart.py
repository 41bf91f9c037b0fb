"""`khaosat sample draw` with owners: nobody is asked twice, in one draw or in two."""

from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from tests.commands.test_sample_draw import FRAME, PLAN, draw, home, rows, verify

__all__ = ["home"]


def apart_list() -> str:
    """Sixty dossiers of forty-five owners: H00 and H01 are of one, and so on up to H29."""
    rows = FRAME.splitlines()
    groups = [f"g{number // 2 if number < 30 else number}" for number in range(60)]
    listed = [f"{row};{group}" for row, group in zip(rows[1:], groups, strict=True)]
    return "\n".join([f"{rows[0]};phone_group", *listed]) + "\n"


def owner_of(code: str) -> str:
    return dict(line.split(";")[::4] for line in apart_list().splitlines()[1:])[code]


@pytest.fixture
def apart(home: Path) -> Path:
    Path("frame.csv").write_text(apart_list(), encoding="utf-8")
    Path("plan.yaml").write_text(PLAN.replace("stratified", "apart"), encoding="utf-8")
    return home


def test_nobody_is_asked_twice_in_two_draws(apart: Path) -> None:
    drawn_owners = []
    for out, heeded in (("first", ()), ("second", ("--asked", "first/asked_next.txt"))):
        done = draw(apart, "frame.csv", *heeded, out=out)
        assert done.returncode == 0, done.stderr
        done = draw(apart, "frame.csv", "--number", "274913", out=out)
        assert done.returncode == 0, done.stderr
        sample = rows(f"{out}/sample.csv")
        drawn_owners += [owner_of(row["code"]) for row in sample]
        assert len(sample) == 13
        assert draw(apart, "--reveal", out=out).returncode == 0
        done = verify(apart, out, "--asked", f"{out}/asked.txt")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert len({*drawn_owners}) == 26, "thirteen people twice, all different"
    assert verify(apart, "second", "--asked", "first/asked.txt").returncode == 1
    noted = Path("second/asked_next.txt").read_text(encoding="utf-8").split()[::2]
    assert sorted(noted) == sorted(drawn_owners)
    published = ("commitment.json", "leaves.txt", "record.json", "revealed.json")
    public = "".join(Path("second", name).read_text(encoding="utf-8") for name in published)
    assert not any(owner in public for owner in drawn_owners)


def test_the_list_of_the_asked_is_fixed_with_the_commitment(apart: Path) -> None:
    lately, long_ago = (clock.today() - timedelta(days=days) for days in (364, 365))
    Path("asked.txt").write_text(f"g40 {lately}\ng41 {long_ago}\n", encoding="utf-8")
    assert draw(apart, "frame.csv", "--asked", "asked.txt").returncode == 0
    assert Path("papers/asked.txt").read_text() == f"g40 {lately}\n", "the other may be asked again"
    late = draw(apart, "frame.csv", "--asked", "asked.txt", "--number", "1")
    assert "leave out --asked" in late.stderr
    Path("papers/asked.txt").write_text("", encoding="utf-8")
    assert "no longer the list" in draw(apart, "frame.csv", "--number", "1").stderr
    assert not Path("papers/record.json").exists()


@pytest.mark.parametrize(
    ("listed", "asked", "told"),
    [
        ("frame", None, "needs a column phone_group"),
        ("apart", "0901234567 2026-01-02", "every line has a group"),
        ("apart", "g40 2999-01-02", "every line has a group"),
        ("phones", None, "identity numbers do not belong here"),
    ],
)
def test_groups_are_no_phone_numbers(
    apart: Path, listed: str, asked: str | None, told: str
) -> None:
    texts = {
        "frame": FRAME,
        "apart": apart_list(),
        "phones": apart_list().replace("g40", "0901234567"),
    }
    Path("frame.csv").write_text(texts[listed], encoding="utf-8")
    Path("asked.txt").write_text(asked or "", encoding="utf-8")
    done = draw(apart, "frame.csv", "--asked", "asked.txt")
    assert done.returncode == 1
    assert told in done.stderr
    assert "0901234567" not in done.stderr
    assert not Path("papers/secret.json").exists()


def test_a_list_of_the_asked_is_for_the_method_that_heeds_it(home: Path) -> None:
    Path("asked.txt").write_text("", encoding="utf-8")
    done = draw(home, "frame.csv", "--asked", "asked.txt")
    assert "goes with method: apart; the plan says stratified" in done.stderr
