"""Causes of few answers as a table: one fact is changed, one verdict changes."""

from dataclasses import replace

import pytest

from app.queries.field_monitor import CodeState, SlipState
from app.services.hiding import Share, Told
from app.services.low_response import Cause, Finding, UnitFacts, Value, Verdict, causes

SLIPS = SlipState(
    printed=100, handed=95, returned=4, spoiled=1, missing=0, open_runs=0, open_slips=0
)
# Nothing is wrong with this unit.
FINE = UnitFacts(
    open=True,
    population=800,
    usual_population=750.0,
    list_age=10,
    empty_months=0,
    drawn=100,
    invited=100,
    slips=SLIPS,
    codes=CodeState(issued=100, reissued=5),
    posters=2,
    dossiers=800,
    reachable=700,
    barred=20,
    answered=Told(40, 40),
    opened=30,
    usual_rate=0.35,
)


def found(facts: UnitFacts) -> list[Cause]:
    return [each.cause for each in causes(facts) if each.verdict is Verdict.FOUND]


def look(facts: UnitFacts, cause: Cause) -> Finding:
    return next(each for each in causes(facts) if each.cause is cause)


def test_a_unit_without_faults_has_none():
    assert found(FINE) == []
    assert {each.verdict for each in causes(FINE)} == {Verdict.NOT_FOUND}


def test_every_cause_is_looked_at_once_and_in_order():
    assert [each.cause for each in causes(FINE)] == [*Cause]


@pytest.mark.parametrize(
    ("facts", "cause", "numbers"),
    [
        ({"population": 374}, Cause.FEW_DOSSIERS, {"population": 374, "usual": 750.0}),
        ({"list_age": 31}, Cause.OLD_LIST, {"days": 31, "months": 0}),
        ({"empty_months": 1}, Cause.OLD_LIST, {"days": 10, "months": 1}),
        ({"empty_months": 2, "list_age": None}, Cause.OLD_LIST, {"days": None, "months": 2}),
        ({"invited": 90}, Cause.NOT_INVITED, {"without": 10, "drawn": 100}),
        (
            {"slips": replace(SLIPS, handed=80, returned=15, spoiled=5)},
            Cause.NOT_HANDED,
            {"printed": 100, "handed": 80, "unused": 20},
        ),
        (
            {"slips": replace(SLIPS, printed=130, open_runs=1, open_slips=30)},
            Cause.NOT_RECONCILED,
            {"runs": 1, "slips": 30, "missing": 0},
        ),
        (
            {"slips": replace(SLIPS, handed=94, missing=1)},
            Cause.NOT_RECONCILED,
            {"runs": 0, "slips": 0, "missing": 1},
        ),
        ({"codes": CodeState(100, 20)}, Cause.REISSUED, {"issued": 100, "reissued": 20}),
        ({"posters": 0}, Cause.NO_POSTER, {"posters": 0}),
        (
            {"reachable": 399},
            Cause.FEW_PHONES,
            {"reachable": 399, "dossiers": 800, "barred": 20},
        ),
        ({"opened": 20}, Cause.WAITING, {"waiting": Told(20, 20), "answered": 40}),
        (
            {"answered": Told(40, 49), "opened": None},
            Cause.BELOW_FLOOR,
            {"answered": Told(40, 49), "floor": 10},
        ),
        (
            {"answered": Told(17, 17), "opened": 17},
            Cause.LOW_RESPONSE,
            {"answered": Told(17, 17), "drawn": 100, "usual": Share(0.35, 0.35)},
        ),
    ],
)
def test_one_fact_brings_one_cause(
    facts: dict[str, object], cause: Cause, numbers: dict[str, Value]
):
    changed = replace(FINE, **facts)  # type: ignore[arg-type]  # any facts
    assert found(changed) == [cause]
    assert look(changed, cause).numbers == numbers


@pytest.mark.parametrize(
    "facts",
    [
        {"population": 375},
        {"list_age": 30},
        {"invited": 91},
        {"slips": replace(SLIPS, handed=81, returned=14, spoiled=5)},
        {"codes": CodeState(100, 19)},
        {"codes": CodeState(9, 9)},
        {"posters": 1},
        {"reachable": 400},
        {"opened": 21},
        {"opened": 45},
        {"answered": Told(18, 18), "opened": 18},
    ],
)
def test_just_short_of_the_mark_nothing_is_found(facts: dict[str, object]):
    assert found(replace(FINE, **facts)) == []  # type: ignore[arg-type]  # any facts


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({"usual_population": None}, Cause.FEW_DOSSIERS),
        ({"list_age": None}, Cause.OLD_LIST),
        ({"slips": None}, Cause.NOT_HANDED),
        ({"slips": None}, Cause.NOT_RECONCILED),
        ({"codes": None}, Cause.REISSUED),
        ({"reachable": None}, Cause.FEW_PHONES),
        ({"opened": None}, Cause.WAITING),
        ({"usual_rate": None}, Cause.LOW_RESPONSE),
        ({"answered": Told(10, None), "opened": None}, Cause.LOW_RESPONSE),
    ],
)
def test_what_nobody_recorded_is_not_taken_for_in_order(facts: dict[str, object], cause: Cause):
    changed = replace(FINE, **facts)  # type: ignore[arg-type]  # any facts
    assert look(changed, cause).verdict is Verdict.UNKNOWN


def test_people_who_were_not_asked_are_not_blamed_for_silence():
    silent = replace(FINE, answered=Told(0, 9), opened=None)
    assert found(silent) == [Cause.BELOW_FLOOR, Cause.LOW_RESPONSE]
    assert found(replace(silent, invited=40)) == [Cause.NOT_INVITED, Cause.BELOW_FLOOR]


def test_no_slips_at_all_were_not_kept_back():
    none = SlipState(0, 0, 0, 0, 0, 0, 0)
    assert found(replace(FINE, slips=none)) == []
    waiting = replace(none, printed=50, open_runs=1, open_slips=50)
    assert found(replace(FINE, slips=waiting)) == [Cause.NOT_RECONCILED]
    assert look(replace(FINE, slips=waiting), Cause.NOT_HANDED).verdict is Verdict.UNKNOWN
