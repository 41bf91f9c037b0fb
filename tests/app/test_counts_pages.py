"""Raw counts: who sees them, what is held back, and that the total gives nothing away."""

from collections import Counter

import pytest
from flask import Flask
from hypothesis import given, strategies as st

from app.queries.tallies import CountedUnit
from app.services import mixing, raw_counts
from app.services.raw_counts import Distribution, Part
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.app.box_factory import content, put, varied
from tests.app.round_factory import MadeRound, answers, open_and_hand_out

FLOOR = 10
UNITS = [CountedUnit(number, f"U{number}", f"Đơn vị {number}") for number in range(1, 7)]


def page(browser, made: MadeRound, question: str = "") -> str:
    reply = browser.get(f"/rounds/{made.id}/counts", query_string={"question": question})
    assert reply.status_code == 200, reply.text
    return reply.text


def opened(layout: dict[str, int], k: int = 10, **answered: str) -> MadeRound:
    """A closed round: so many answers in the one stratum of each unit; others are silent."""
    made, _ = open_and_hand_out({unit: {"x": size + 20} for unit, size in layout.items()}, k=k)
    for unit, size in layout.items():
        given_answers = [content(answers=answers() | answered) for _ in range(size)]
        put(made, made.cells[f"{unit}/x"], given_answers)
    mixing.close_round(SYSTEM, made.id)
    return made


def test_a_coordinator_reads_counts_and_shares_of_the_round(app: Flask, signed_in) -> None:
    made = opened({"A": 12, "B": 11}, overall="5")
    text = page(signed_in(Role.COORDINATOR), made)
    assert "không phải kết quả" in text or "not the result" in text
    assert '<td class="num">23</td>' in text
    assert "100" in text


def test_the_home_affairs_department_reads_them_too_and_agencies_do_not(
    app: Flask, signed_in
) -> None:
    made = opened({"A": 12})
    page(signed_in(Role.HOME_AFFAIRS), made)
    for role in (Role.AGENCY, Role.VERIFIER, Role.ENUMERATOR):
        reply = signed_in(role).get(f"/rounds/{made.id}/counts")
        assert reply.status_code in {403, 404}


def test_nothing_of_a_sealed_answer_is_counted(app: Flask, signed_in) -> None:
    made, _ = open_and_hand_out({"A": {"x": 30}}, k=10)
    put(made, made.cells["A/x"], varied(19))
    browser = signed_in(Role.COORDINATOR)
    mixing.mix_round(made.id)
    assert "table-frame" not in page(browser, made)
    put(made, made.cells["A/x"], varied(1))
    mixing.mix_round(made.id)
    assert "table-frame" in page(browser, made)


def test_by_unit_a_small_unit_is_withheld_and_another_with_it(app: Flask, signed_in) -> None:
    made = opened({"A": 40, "B": 6, "C": 30}, k=5, overall="2")
    text = page(signed_in(Role.COORDINATOR), made, "overall")
    rows = {
        code: row
        for row in text.split("<tr>")
        for code in "ABC"
        if f'<span class="soft small">{code}</span>' in row
    }
    assert '<td class="num">40</td>' in rows["A"]
    assert "colspan" in rows["B"]
    assert "<td" in rows["C"]
    assert "colspan" in rows["C"]
    assert "6" not in rows["B"].split("</th>")[1].replace('colspan="6"', "")


def test_a_unit_that_the_monitor_does_not_tell_is_withheld_here_too(app: Flask, signed_in) -> None:
    """Beside its stratum of 50 the sum of a unit would tell of 3 others."""
    made, _ = open_and_hand_out({"A": {"x": 70, "y": 20}, "B": {"x": 60, "y": 20}}, k=3)
    for label, size in {"A/x": 50, "A/y": 3, "B/x": 40, "B/y": 8}.items():
        put(made, made.cells[label], [content(answers=answers()) for _ in range(size)])
    mixing.close_round(SYSTEM, made.id)
    text = page(signed_in(Role.COORDINATOR), made, "overall")
    assert '<td class="num">101</td>' in text
    assert not any(f'<td class="num">{number}</td>' in text for number in (50, 53, 40, 48))


def test_fewer_than_ten_in_all_show_nothing(app: Flask, signed_in) -> None:
    made = opened({"A": 9}, k=5)
    text = page(signed_in(Role.COORDINATOR), made)
    assert "<progress" not in text
    assert '<td class="num">9</td>' not in text


def test_an_unknown_question_is_not_found(app: Flask, signed_in) -> None:
    made = opened({"A": 12})
    browser = signed_in(Role.COORDINATOR)
    for wrong in ("nothing", "comment", "' OR 1=1"):
        reply = browser.get(f"/rounds/{made.id}/counts", query_string={"question": wrong})
        assert reply.status_code == 404
    assert browser.get("/rounds/4711/counts").status_code == 404


def test_the_quality_of_batches_stands_beside_the_counts(app: Flask, signed_in) -> None:
    made, _ = open_and_hand_out({"A": {"x": 20}}, k=10)
    same = [content(answers=answers("5"), duration=1, device="phone", door="sms") for _ in range(5)]
    different = [
        content(answers=answers("4", ratings=[str(1 + at % 3)]), comment=f"ý {at}", duration=3)
        for at in range(15)
    ]
    put(made, made.cells["A/x"], [*same, *different])
    mixing.close_round(SYSTEM, made.id)
    found = raw_counts.quality(made.id)
    assert found.patterns.whole.values == {"duplicates": 5, "straight": 5}
    assert found.patterns.units[0].share("duplicates") == 0.25
    assert found.durations.units[0].values == {"1": 5, "3": 15}
    assert found.devices.whole.values is None  # five are told: fewer than may be shown
    assert found.doors.whole.values == {"sms": 5, "slip": 15}
    text = page(signed_in(Role.COORDINATOR), made)
    for share in ("25%", "75%"):
        assert share in text.replace("\xa0", "").replace(" %", "%")


def test_classes_of_duration_that_few_have_are_withheld(app: Flask) -> None:
    made, _ = open_and_hand_out({"A": {"x": 20}, "B": {"x": 20}}, k=10)
    for label, known in (("A/x", 20), ("B/x", 4)):
        given_answers = [content(duration=2 if at < known else None) for at in range(20)]
        put(made, made.cells[label], given_answers)
    mixing.close_round(SYSTEM, made.id)
    found = raw_counts.quality(made.id)
    assert [part.values is None for part in found.patterns.units] == [False, False]
    assert [part.values is None for part in found.durations.units] == [True, True]
    assert found.durations.whole.values == {"2": 24}


def test_the_page_of_a_round_leads_there(app: Flask, signed_in) -> None:
    made = opened({"A": 12})
    assert (
        f'href="/rounds/{made.id}/counts"'
        in signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}").text
    )


def hidden_sum(found: Distribution) -> Counter[str]:
    """What a reader can work out about all that is held back: the total less what is shown."""
    assert found.whole.values is not None
    parts = [*found.units, *([found.unknown] if found.unknown else [])]
    shown = sum((Counter(part.values) for part in parts if part.values is not None), Counter())
    rest = Counter(found.whole.values)
    rest.subtract(shown)
    return rest


@given(st.lists(st.integers(0, 25), min_size=6, max_size=6), st.integers(0, 25))
def test_what_is_held_back_is_never_of_fewer_than_ten(sizes: list[int], unknown: int) -> None:
    values = {unit.id: Counter({"5": size}) for unit, size in zip(UNITS, sizes, strict=True)}
    if unknown:
        values[None] = Counter({"5": unknown})
    found = raw_counts.distribution(UNITS, values)
    parts: list[Part] = [*found.units, *([found.unknown] if found.unknown else [])]
    assert all(part.n.low >= FLOOR for part in parts if part.values is not None)
    if found.whole.values is None:
        assert sum(sizes) + unknown < FLOOR
        return
    rest = hidden_sum(found).total()
    held_back = [part for part in parts if part.values is None]
    assert not held_back or rest >= FLOOR
    assert len(held_back) != 1 or len(parts) == 1


def test_a_part_that_nobody_answered_has_no_share_to_divide_by() -> None:
    found = raw_counts.distribution(UNITS, {})
    assert found.whole.values is None
    assert found.unknown is None
    assert found.whole.share("5") is None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_read_in_both_languages(app: Flask, signed_in, language: str) -> None:
    made = opened({"A": 12})
    browser = signed_in(Role.COORDINATOR)
    browser.post("/language", data={"language": language, "next": "/"})
    assert "%(" not in page(browser, made)
