"""Documents of each kind of question: good ones, unreadable ones, and ones that make no sense."""

from tests.questionnaires.small import asked, choice, choices, document, scale, words

Q = "sections[0].questions[0]"
RATED = {"role": "satisfaction", "factor": "service", "attributed_to": "both"}
FACTOR = {"factors": [{"code": "service", "titles": words("Phục vụ", "Service")}]}


def row(code: str, **more):
    return {"code": code, "texts": words(f"Dòng {code}", f"Row {code}"), **RATED, **more}


def matrix(*rows, **more):
    return asked("matrix", "grid", scale="levels", rows=[*rows], **more)


def points(*values, **more):
    """Options of a single choice that are worth points."""
    options = [choice(f"p{value}", value=value) for value in values]
    return asked("single_choice", choices=options, **more)


VALID = {
    "scale_of_ten": document(asked("scale", scale="levels"), scales=[scale(10)]),
    "scale_with_faces": document(asked("scale", scale="levels", faces=True), scales=[scale(5)]),
    "scale_without_faces": document(asked("scale", scale="levels", faces=False), scales=[scale(5)]),
    "single_with_points": document(points(100, 60, 20, 0, **RATED, satisfied_from=60), **FACTOR),
    "single_with_points_unrated": document(points(3, 1)),
    "multiple": document(asked("multiple_choice", choices=choices("abc"))),
    "multiple_with_limits": document(
        asked("multiple_choice", choices=choices("abcd", apart="z"), min=2, max=3, required=True)
    ),
    "matrix": document(matrix(row("r1"), row("r2", required=True)), scales=[scale(3)], **FACTOR),
    "matrix_of_several_roles": document(
        asked("yes_no", "before"),
        matrix(
            row("r1", hints=words("Chú thích", "Hint")),
            {
                "code": "r2",
                "role": "overall",
                "texts": words("Chung", "Overall"),
                "attributed_to": "both",
            },
            faces=False,
        ),
        asked("yes_no", "after"),
        scales=[scale(5)],
        **FACTOR,
    ),
    "two_matrices": document(
        matrix(row("r1")),
        {**matrix(row("s1")), "code": "other"},
        scales=[scale(3)],
        **FACTOR,
    ),
    "number": document(asked("number")),
    "number_of_days": document(
        asked("number", min=0, max=365, unit=words("ngày", "days"), required=True)
    ),
    "number_with_decimals": document(asked("number", min="-5/2", max="1/3", decimals=3)),
    "number_of_dong": document(asked("number", max=50_000_000_000, unit=words("đồng", "đồng"))),
    "date": document(asked("date")),
    "date_with_limits": document(
        asked("date", min="2026-01-01", max="2026-12-31", not_future=True)
    ),
    "yes_no": document(asked("yes_no", required=True)),
    "yes_no_in_own_words": document(
        asked("yes_no", yes=words("Đã nộp", "Paid"), no=words("Chưa nộp", "Not paid"))
    ),
    "information": document(
        asked("information", texts=words("Dòng một\nDòng hai", "One\nTwo")), asked("yes_no", "p")
    ),
    "information_with_hint": document(
        asked("information", hints=words("Chú thích", "Hint")), asked("yes_no", "p")
    ),
}

INVALID = {
    "faces_no_boolean": (
        document(asked("scale", scale="levels", faces="yes"), scales=[scale(5)]),
        [(f"{Q}.faces", "not_boolean")],
    ),
    "faces_on_choices": (
        document(asked("single_choice", choices=choices("ab"), faces=True)),
        [(f"{Q}.faces", "unknown_key")],
    ),
    "multiple_without_choices": (
        document(asked("multiple_choice")),
        [(f"{Q}.choices", "missing")],
    ),
    "multiple_of_none_at_least": (
        document(asked("multiple_choice", choices=choices("ab"), min=0)),
        [(f"{Q}.min", "not_integer")],
    ),
    "option_column_of_a_later_question": (
        document(
            asked("multiple_choice", choices=choices("ab")),
            asked("yes_no", "q_b"),
        ),
        [("sections[0].questions[1].code", "clash")],
    ),
    "option_column_of_an_earlier_question": (
        document(
            asked("yes_no", "q_b"),
            asked("multiple_choice", choices=choices("ab")),
        ),
        [("sections[0].questions[1].choices[1].code", "clash")],
    ),
    "option_column_of_two_questions": (
        document(
            asked("multiple_choice", "x", choices=[choice("a_b"), choice("c")]),
            asked("multiple_choice", "x_a", choices=choices("bd")),
        ),
        [("sections[0].questions[1].choices[0].code", "clash")],
    ),
    "multiple_with_one_option_twice": (
        document(asked("multiple_choice", choices=choices("aab"))),
        [(f"{Q}.choices[1].code", "clash")],
    ),
    "matrix_without_rows": (
        document(matrix(), scales=[scale(3)]),
        [(f"{Q}.rows", "empty")],
    ),
    "matrix_on_no_scale": (
        document(matrix(row("r1")), **FACTOR),
        [(f"{Q}.scale", "unknown_scale")],
    ),
    "matrix_with_a_role": (
        document(matrix(row("r1"), role="satisfaction"), scales=[scale(3)], **FACTOR),
        [(f"{Q}.role", "unknown_key")],
    ),
    "matrix_whose_row_has_a_scale": (
        document(matrix(row("r1", scale="levels")), scales=[scale(3)], **FACTOR),
        [(f"{Q}.rows[0].scale", "unknown_key")],
    ),
    "matrix_named_like_its_row": (
        document(matrix(row("grid")), scales=[scale(3)], **FACTOR),
        [(f"{Q}.rows[0].code", "clash")],
    ),
    "matrix_with_a_row_twice": (
        document(matrix(row("r1"), row("r1")), scales=[scale(3)], **FACTOR),
        [(f"{Q}.rows[1].code", "clash")],
    ),
    "number_of_too_many_decimals": (
        document(asked("number", decimals=7)),
        [(f"{Q}.decimals", "not_integer")],
    ),
    "number_with_a_float": (document(asked("number", min=0.5)), [(f"{Q}.min", "bad_value")]),
    "number_with_half_a_unit": (
        document(asked("number", unit={"vi": "ngày"})),
        [(f"{Q}.unit", "missing_translation")],
    ),
    "date_written_as_people_do": (
        document(asked("date", min="01/01/2026")),
        [(f"{Q}.min", "bad_day")],
    ),
    "date_that_never_was": (document(asked("date", max="2026-02-30")), [(f"{Q}.max", "bad_day")]),
    "yes_no_in_a_language_we_lack": (
        document(
            languages=["vi", "en", "km"],
            **{name: words("a", "b", km="ក") for name in ("titles", "intro", "thanks", "label")},
            sections=[
                {
                    "code": "main",
                    "titles": words("Phần", "Part", km="ក"),
                    "questions": [
                        asked(
                            "yes_no",
                            texts=words("Hỏi", "Ask", km="ក"),
                            yes=words("Có", "Yes", km="ក"),
                        )
                    ],
                }
            ],
        ),
        [(f"{Q}.no", "words_missing")],
    ),
    "information_with_a_role": (
        document(asked("information", role="circumstance")),
        [(f"{Q}.role", "unknown_key")],
    ),
    "information_required": (
        document(asked("information", required=True)),
        [(f"{Q}.required", "unknown_key")],
    ),
}

SENSELESS = {
    "faces_on_three": (
        document(asked("scale", scale="levels", faces=True), scales=[scale(3)]),
        (f"{Q}.faces", "faces_need_five"),
    ),
    "points_without_a_cut": (document(points(5, 1, **RATED), **FACTOR), (Q, "cut_missing")),
    "points_with_a_cut_below_all": (
        document(points(5, 1, satisfied_from=1)),
        (f"{Q}.satisfied_from", "cut_divides_nothing"),
    ),
    "cut_without_points": (
        document(asked("single_choice", choices=choices("ab"), satisfied_from=1)),
        (f"{Q}.satisfied_from", "cut_without_values"),
    ),
    "points_on_some_options": (
        document(
            asked(
                "single_choice",
                choices=[choice("a", value=2), choice("b"), choice("c", value=1)],
            )
        ),
        (f"{Q}.choices[1]", "value_missing"),
    ),
    "multiple_with_points": (
        document(asked("multiple_choice", choices=[choice("a", value=1), choice("b")])),
        (f"{Q}.choices[0].value", "value_unused"),
    ),
    "multiple_of_one": (
        document(asked("multiple_choice", choices=choices("a", apart="z"))),
        (f"{Q}.choices", "too_few_choices"),
    ),
    "multiple_of_more_than_there_are": (
        document(asked("multiple_choice", choices=choices("ab", apart="z"), max=3)),
        (f"{Q}.max", "more_than_offered"),
    ),
    "multiple_of_at_least_three_and_at_most_two": (
        document(asked("multiple_choice", choices=choices("abc"), min=3, max=2)),
        (f"{Q}.max", "bounds_crossed"),
    ),
    "number_between_crossed_bounds": (
        document(asked("number", min=2, max="1.5")),
        (f"{Q}.max", "bounds_crossed"),
    ),
    "date_between_crossed_bounds": (
        document(asked("date", min="2026-02-01", max="2026-01-31")),
        (f"{Q}.max", "bounds_crossed"),
    ),
    "matrix_whose_row_rates_no_unit": (
        document(
            matrix(row("r1"), {k: v for k, v in row("r2").items() if k != "attributed_to"}),
            scales=[scale(3)],
            **FACTOR,
        ),
        (f"{Q}.rows[1]", "attribution_missing"),
    ),
    "rating_by_several": (
        document(asked("multiple_choice", choices=choices("ab"), **RATED), **FACTOR),
        (f"{Q}.kind", "rating_without_values"),
    ),
}
