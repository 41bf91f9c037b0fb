import pytest

from sampling.recipe import (
    Calibrate,
    Eligibility,
    Nonresponse,
    Recipe,
    Trim,
    read_recipe,
)

WHOLE = """
base: w
steps:
  - eligibility: {column: status, values: [in], unknown: [unheard], by: [unit]}
  - nonresponse: {method: quintiles, by: [service, age], respondent: answered}
  - calibrate:
      method: truncated
      margins: {service: {land: 17830, 2: 12.5}}
      totals: {days: 1}
      bounds: [0.3, 3]
      tolerance: 1e-8
  - trim: {upper: 5×median, lower: 0.5, keep: [service], strict: true}
"""


def faults(text: str) -> list[tuple[str, str]]:
    recipe, found = read_recipe(text.encode())
    assert (recipe is None) == bool(found)
    for fault in found:
        assert fault.message("vi") != fault.message("en")
    return [(fault.column, fault.code) for fault in found]


def test_a_recipe_is_read_whole() -> None:
    assert read_recipe(WHOLE.encode()) == (
        Recipe(
            "w",
            (
                Eligibility("status", ("in",), ("unheard",), ("unit",)),
                Nonresponse("quintiles", ("service", "age"), "answered"),
                Calibrate(
                    "truncated",
                    {"service": {"land": 17830.0, "2": 12.5}},
                    {"days": 1.0},
                    (0.3, 3.0),
                    1e-8,
                ),
                Trim("5×median", 0.5, ("service",), True),
            ),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("a: [1", [("", "broken_yaml")]),
        ("[]", [("steps", "wrong_kind")]),
        ("[{weigh: {}}]", [("steps[0].weigh", "unknown_key")]),
        ("[{trim: {upper: 1}, calibrate: {}}]", [("steps[0]", "one_step")]),
        ("[{trim: {}}]", [("steps[0].trim", "needs")]),
        ("[{trim: {upper: []}}]", [("steps[0].trim.upper", "not_a_number")]),
        ("[{trim: {upper: 2, strict: maybe}}]", [("steps[0].trim.strict", "wrong_kind")]),
        (
            "[{nonresponse: {by: [], method: luck}}]",
            [
                ("steps[0].nonresponse.by", "missing_key"),
                ("steps[0].nonresponse.method", "unknown_word"),
                ("steps[0].nonresponse.respondent", "missing_key"),
            ],
        ),
        ("[{calibrate: {method: rake}}]", [("steps[0].calibrate", "needs")]),
        (
            "[{calibrate: {margins: {s: {a: many, b: .inf}}}}]",
            [
                ("steps[0].calibrate.margins.s.a", "not_a_number"),
                ("steps[0].calibrate.margins.s.b", "not_a_number"),
            ],
        ),
        (
            "[{calibrate: {method: poststratify, margins: {s: {a: 1}, t: {a: 1}},"
            " bounds: [0, 2]}}]",
            [
                ("steps[0].calibrate.margins", "needs"),
                ("steps[0].calibrate.bounds", "not_with"),
            ],
        ),
        (
            "[{calibrate: {method: rake, totals: {days: 1}}}]",
            [("steps[0].calibrate.totals", "not_with")],
        ),
        (
            "[{calibrate: {method: logit, margins: {s: {a: 1}}}}]",
            [("steps[0].calibrate", "needs")],
        ),
        (
            "[{calibrate: {method: logit, margins: {s: {a: 1}}, bounds: [1]}}]",
            [("steps[0].calibrate.bounds", "wrong_kind"), ("steps[0].calibrate", "needs")],
        ),
        (
            "[{eligibility: {column: c}}]",
            [("steps[0].eligibility.values", "missing_key")],
        ),
        (
            "[{eligibility: {column: c, values: [true]}}]",
            [("steps[0].eligibility.values[0]", "wrong_kind")],
        ),
    ],
)
def test_every_fault_is_told_with_its_place(steps: str, found: list[tuple[str, str]]) -> None:
    assert faults(f"base: w\nsteps: {steps}") == found


def test_labels_stay_as_they_are_written() -> None:
    recipe, _ = read_recipe(
        b"base: w\nsteps: [{calibrate: {margins: {s: {No: 1, 01: 2, 2026-01-05: 3, null: 4}}}},"
        b" {eligibility: {column: c, values: [yes, Off]}}]"
    )
    assert recipe is not None
    calibrate, eligibility = recipe.steps
    assert isinstance(calibrate, Calibrate)
    assert [*calibrate.margins["s"]] == ["No", "01", "2026-01-05", "null"]
    assert isinstance(eligibility, Eligibility)
    assert eligibility.values == ("yes", "Off")


def test_what_is_no_recipe_is_refused() -> None:
    assert faults("- 1") == [("", "wrong_kind")]
    assert faults("steps: [{trim: {upper: 2}}]") == [("base", "missing_key")]
    assert faults("base: w\nbase: v\nsteps: []") == [("", "broken_yaml")]
