import json
from dataclasses import replace
from typing import Any

import pytest

from sampling.draw_errors import DrawError, RecordFault
from sampling.draw_record import canonical
from sampling.errors import SamplingError
from sampling.public_draw import drawn, promised
from sampling.record_messages import DRAW_MESSAGES, RECORD_MESSAGES
from sampling.record_reading import read_promise, read_record
from sampling.salted_frame import SaltedFrame
from tests.sampling.draws.papers import KEY, SECRET, TIME, dossiers, papers_of, plan_of

ROWS = dossiers([(f"H{number:02d}", "AB"[number % 2]) for number in range(20)])
PLAN = plan_of("method: stratified\nstratify_by: [unit]\nsizes: {A: 3, B: 2}\nsource: XSKT\n")
PAPERS = papers_of(PLAN, ROWS)
RECORD = PAPERS.draw.record
FRAME = SaltedFrame.of(ROWS, KEY)
ARRIVING = plan_of("method: arriving\nstratify_by: [unit]\nrates: {A: 1/2, B: 0.25}\n")


def changed(**entries: object) -> bytes:
    return canonical({**json.loads(PAPERS.record), **entries})


def test_released_reserves_are_the_next_ranks_and_pass_the_verifier() -> None:
    record = RECORD.released("A", 1, "vắng sau 3 lần", ("Nguyễn A", "Trần B"), TIME)
    record = record.released("A", 2, "vắng sau 3 lần", ("Nguyễn A",), TIME)
    released = [leaf for it in record.releases for leaf in it.dossiers]
    assert tuple(released) == RECORD.result[0].reserves[:3]
    assert PAPERS.with_record(record).faults() == []


def test_no_more_reserves_are_released_than_there_are_and_never_without_a_reason() -> None:
    with pytest.raises(DrawError, match="has 3 reserves left, 4"):
        RECORD.released("A", 4, "x", ("A",), TIME)
    for rule, approved_by in ((" ", ("A",)), ("x", ()), ("x", (" ",))):
        with pytest.raises(DrawError, match="who approved"):
            RECORD.released("A", 1, rule, approved_by, TIME)


@pytest.mark.parametrize("change", [{"rule": ""}, {"approved_by": []}, {"dossiers": []}])
def test_the_verifier_names_a_release_without_rule_approval_or_dossiers(
    change: dict[str, Any],
) -> None:
    record = RECORD.released("A", 1, "vắng", ("A",), TIME)
    broken = replace(record, releases=(replace(record.releases[0], **change),))
    found = PAPERS.with_record(broken).faults()
    assert [fault for fault in found if "«A»" in fault] == found != []


def test_the_promise_is_part_of_the_record_and_has_one_hash() -> None:
    promise, found = read_promise(PAPERS.commitment)
    assert found == ()
    assert promise == RECORD.promise
    assert promise.hash() == RECORD.promise.hash()
    assert replace(RECORD.promise, purpose="recheck").hash() != promise.hash()


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"{", "broken_json", ""),
        (b"[" * 100_000, "broken_json", ""),
        (b"[]", "wrong_kind", ""),
        (b'{"format":"other"}', "bad_entry", "format"),
        (changed(stage="1"), "bad_entry", "stage"),
        (changed(method="cube"), "not_public", "method"),
        (changed(more="x"), "not_canonical", ""),
        (changed(strata=[{"label": "A", "size": -1}]), "not_a_count", "strata.A"),
        (changed(strata=[{"label": "A", "rate": "2"}]), "bad_rate", "strata.A"),
        (changed(strata=[{"size": 1}]), "missing_key", "strata.0.label"),
        (PAPERS.record.replace(b":", b": ", 1), "not_canonical", ""),
    ],
)
def test_a_faulty_record_is_named_by_its_place(content: bytes, code: str, place: str) -> None:
    record, found = read_record(content)
    assert record is None
    assert (found[0].code, found[0].column) == (code, place)
    assert found[0].line("vi") != found[0].line("en")


def test_a_record_without_a_part_is_no_record() -> None:
    document = json.loads(PAPERS.record)
    for name in ("result", "public_number", "commitment", "strata"):
        kept = {key: value for key, value in document.items() if key != name}
        record, found = read_record(canonical(kept))
        assert record is None
        assert [(it.code, it.column) for it in found] == [("missing_key", name)]


def test_every_message_speaks_two_languages() -> None:
    for texts in (*DRAW_MESSAGES.values(), *RECORD_MESSAGES.values()):
        assert {*texts} == {"vi", "en"}
    assert RecordFault(None, "rates.A", "x", "bad_rate").message("vi").startswith("«x» không phải")


def test_nothing_is_drawn_from_another_list_or_with_another_secret() -> None:
    other = SaltedFrame.of(ROWS[1:], KEY)
    with pytest.raises(DrawError, match="no longer the one"):
        drawn(RECORD.promise, other, [SECRET], "1")
    with pytest.raises(DrawError, match="no longer the one"):
        drawn(RECORD.promise, SaltedFrame.of(ROWS, bytes(32)), [SECRET], "1")
    for secrets in ([bytes(32)], [None]):
        with pytest.raises(DrawError, match="does not match"):
            drawn(RECORD.promise, FRAME, secrets, "1")
    with pytest.raises(DrawError, match="number is missing"):
        drawn(RECORD.promise, FRAME, [SECRET], " ")


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(SamplingError, match="'H00' stands on the frame twice"):
        SaltedFrame.of([*ROWS, ROWS[0]], KEY)


def test_dossiers_that_arrive_in_a_stratum_without_a_rate_are_refused() -> None:
    promise = promised(ARRIVING, None, SECRET, TIME)
    assert promise.freeze is None
    stray = SaltedFrame.of([*ROWS, *dossiers([("H99", "C")])], KEY)
    with pytest.raises(DrawError, match="stratum 'C'"):
        drawn(promise, stray, [SECRET])


def test_a_list_belongs_to_every_method_but_arriving() -> None:
    with pytest.raises(DrawError, match="arriving"):
        promised(ARRIVING, FRAME, SECRET, TIME)
    with pytest.raises(DrawError, match="stratified"):
        promised(PLAN, None, SECRET, TIME)


def test_an_arriving_sample_grows_with_its_list_and_keeps_its_decisions() -> None:
    half, whole = papers_of(ARRIVING, ROWS[:10]), papers_of(ARRIVING, ROWS)
    early = {row.dossier.code for row in half.draw.rows}
    late = {row.dossier.code for row in whole.draw.rows}
    assert early == {code for code in late if code < "H10"}
    assert half.commitment == whole.commitment
    assert whole.faults() == []


def test_inclusion_is_the_share_drawn_or_the_rate() -> None:
    assert {(row.stratum, str(row.inclusion)) for row in PAPERS.draw.rows} == {
        ("A", "3/10"),
        ("B", "1/5"),
    }
    arriving = papers_of(ARRIVING, ROWS).draw.rows
    assert {str(row.inclusion) for row in arriving} <= {"1/2", "1/4"}
