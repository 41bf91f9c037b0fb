"""XLSForm out and in: what goes out comes back as it was; what we cannot say is told."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from surveys import instruments
from surveys.checking import check
from surveys.conditions_parsing import parse as parse_condition
from surveys.errors import QuestionnaireError
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from surveys.routing import path
from surveys.writing import to_document, version_hash
from surveys.xlsform.constraints import limits_of
from surveys.xlsform.exporting import to_sheets
from surveys.xlsform.faults import MESSAGES, FormError
from surveys.xlsform.headers import CHOICES, SETTINGS, SURVEY
from surveys.xlsform.importing import from_sheets
from surveys.xlsform.relevance import from_formula, to_xpath
from surveys.xlsform.xpath import FormulaError, parse
from tests.questionnaires import small
from tests.questionnaires.every_kind import EVERY_KIND
from tests.questionnaires.of_kinds import VALID
from tests.surveys.logic_documents import answers_to, documents

FOLDER = Path(__file__).parents[1] / "questionnaires"


def files() -> dict[str, Questionnaire]:
    """Every small document that makes sense."""
    found = {}
    for file in sorted(FOLDER.glob("*valid_*.json")):
        try:
            read = read_questionnaire(file.read_bytes())
        except QuestionnaireError:
            continue
        found[file.stem] = read
    return {name: read for name, read in found.items() if not check(read)}


SOUND = (
    {code: instruments.load(code) for code in instruments.available()}
    | {f"kind: {name}": read_questionnaire(document) for name, document in VALID.items()}
    | {"every kind": EVERY_KIND}
    | files()
)


def back(asked: Questionnaire) -> Questionnaire:
    return read_questionnaire(from_sheets(to_sheets(asked)))


def test_there_is_something_of_everything():
    assert len(SOUND) > 45


@pytest.mark.parametrize("name", SOUND)
def test_a_form_that_goes_out_comes_back_as_the_same_version(name: str):
    asked = SOUND[name]
    assert back(asked) == asked
    assert version_hash(back(asked)) == version_hash(asked)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_sound_questionnaire_comes_back_as_it_was(asked: Questionnaire):
    if not check(asked):
        assert back(asked) == asked


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_the_formulas_alone_ask_the_same_of_the_same_people(asked: Questionnaire, data):
    """Without our own column the conditions come from XPath: other letters, the same ways."""
    if check(asked):
        return
    sheets = to_sheets(asked)
    rows = sheets[SURVEY]
    if "only_if" not in rows[0] or any("false()" in cell for row in rows for cell in row):
        return
    at = rows[0].index("only_if")
    read = read_questionnaire(from_sheets({**sheets, SURVEY: [row[:at] for row in rows]}))
    for _ in range(5):
        answers = data.draw(answers_to(asked))
        wanted = [question.code for question in path(asked, answers)]
        assert [question.code for question in path(read, answers)] == wanted


def form(*rows: dict[str, str], choices=(), settings=None, **sheets) -> dict[str, list[list[str]]]:
    """A form as somebody else's program would write it, in Vietnamese alone."""
    title = {"form_title": "Phiếu", "form_id": "phieu", "version": "3", "protection": "Ẩn danh"}
    notes = [
        {"type": "note", "name": "_intro", "label": "Xin chào"},
        *rows,
        {"type": "note", "name": "_thanks", "label": "Cảm ơn"},
    ]
    return {
        SURVEY: table(notes),
        CHOICES: table(choices),
        SETTINGS: table([{**title, **(settings or {})}]),
        **sheets,
    }


def table(rows) -> list[list[str]]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]


def ask(type_: str, name: str = "q", **more: str) -> dict[str, str]:
    return {"type": type_, "name": name, "label": "Hỏi", **more}


AB = [
    {"list_name": "ab", "name": "a", "label": "Một"},
    {"list_name": "ab", "name": "b", "label": "Hai"},
]


def question_of(*rows: dict[str, str], choices=(), **more):
    found = from_sheets(form(*rows, choices=choices, **more))
    return found["sections"][-1]["questions"][-1]


def test_a_plain_form_of_another_program_is_read():
    found = from_sheets(
        form(
            {"type": "begin_group", "name": "mot", "label": "Phần một"},
            ask("select_one ab", "chon", required="yes"),
            ask("select_multiple ab", "nhieu", relevant="${chon} = 'a'"),
            ask("integer", "so", constraint=". >= 0 and . <= 9"),
            ask("text", "loi", appearance="multiline", hint="Gợi ý"),
            {"type": "end_group"},
            choices=AB,
        )
    )
    assert found["languages"] == ["vi"]
    assert (found["code"], found["version"]) == ("phieu", 3)
    kinds = [question["kind"] for question in found["sections"][0]["questions"]]
    assert kinds == ["single_choice", "multiple_choice", "number", "long_text"]
    chosen, several, number, text = found["sections"][0]["questions"]
    assert chosen["required"] is True
    assert several["only_if"] == "chon = a"
    assert (number["min"], number["max"]) == (0, 9)
    assert (text["max_length"], text["hints"]) == (1000, {"vi": "Gợi ý"})
    assert {question["role"] for question in found["sections"][0]["questions"]} == {"circumstance"}


def test_questions_outside_of_groups_make_a_section():
    found = from_sheets(form(ask("date")))
    assert [section["titles"] for section in found["sections"]] == [{"vi": "Phiếu"}]


def test_a_table_list_is_a_matrix():
    found = from_sheets(
        form(
            {"type": "begin_group", "name": "g", "label": "Phần"},
            {"type": "begin group", "name": "m", "label": "Ý", "appearance": "table-list"},
            ask("select_one s", "r1", role="overall", attributed_to="both"),
            ask("select_one s", "r2"),
            {"type": "end group"},
            {"type": "end_group"},
            choices=[
                {**it, "list_name": "s", "points": (it["name"] == "a" and "1") or "2"} for it in AB
            ],
            khaosat_scales=[["list_name", "satisfied_from"], ["s", "2"]],
        )
    )
    [matrix] = found["sections"][0]["questions"]
    assert (matrix["kind"], matrix["scale"]) == ("matrix", "s")
    assert [row["code"] for row in matrix["rows"]] == ["r1", "r2"]


@pytest.mark.parametrize(
    ("relevant", "only_if"),
    [
        ("${a} = 'x'", "a = x"),
        ('"x" = "x"', None),
        ("${a} != 'x'", "not a = x"),
        ("${a} != ''", "answered(a)"),
        ("${a} = ''", "not answered(a)"),
        ("selected(${a}, 'x')", "a = x"),
        ("selected(${m}, 'y')", "m has y"),
        ("not(selected(${m}, 'y'))", "not m has y"),
        ("${m} = 'y'", None),
        ("${n} > 3.50", "n > 3.5"),
        ("${n} >= -2", "n >= -2"),
        ("${n} = 1 div 4", "n = 0.25"),
        ("${n} = 1 div 3", None),
        ("${d} <= date('2026-06-30')", "d <= 2026-06-30"),
        ("${d} <= date('2026-02-30')", None),
        ("${d} <= today()", None),
        ("${a} = 'x' or ${n} > 1 and ${m} != ''", "a = x or n > 1 and answered(m)"),
        ("(${a} = 'x' or ${n} > 1) and ${m} != ''", "(a = x or n > 1) and answered(m)"),
        ("not(${a} = 'x' and ${n} > 1)", "not (a = x and n > 1)"),
        ("count-selected(${m}) > 1", None),
        ("string-length(${t}) > 1", None),
        ("regex(${t}, 'a')", None),
        ("if(${a} = 'x', 1, 2)", None),
        ("${a}", None),
        ("${a} = ${n}", None),
        ("${khong} = 'x'", None),
        ("${a} = 'hai từ'", None),
        ("true()", None),
        ("${a} = 'x' and", None),
        ("(" * 60 + "${a} = 'x'" + ")" * 60, None),
        ("../a = 'x'", None),
    ],
)
def test_the_column_relevant_is_read_or_refused(relevant: str, only_if: str | None):
    asked = read_questionnaire(
        small.document(
            small.asked("single_choice", "a", choices=small.choices("xy")),
            small.asked("number", "n", decimals=2),
            small.asked("multiple_choice", "m", choices=small.choices("xyz")),
            small.asked("date", "d"),
            small.asked("short_text", "t", max_length=9),
        )
    )
    questions = {question.code: question for question in asked.questions}
    if only_if is None:
        with pytest.raises(FormulaError) as refused:
            from_formula(parse(relevant), questions)
        assert refused.value.code in MESSAGES
    else:
        assert from_formula(parse(relevant), questions) == parse_condition(only_if)


def test_a_comparison_with_values_lists_the_options_it_accepts():
    asked = read_questionnaire(
        small.document(small.asked("scale", "s", scale="levels"), scales=[small.scale(3)])
    )
    questions = {question.code: question for question in asked.questions}
    assert to_xpath(parse_condition("s >= 2"), questions) == "(${s} = '2' or ${s} = '3')"
    assert to_xpath(parse_condition("s > 3"), questions) == "false()"


@pytest.mark.parametrize(
    ("constraint", "limits"),
    [
        (". >= 1", {"min": 1}),
        (". >= 0.5 and . <= 10", {"min": "1/2", "max": 10}),
        (". <= today()", {"not_future": True}),
        (". >= date('2026-01-01')", {"min": "2026-01-01"}),
        ("string-length(.) <= 200", {"max_length": 200}),
        ("count-selected(.) >= 2", {"min": 2}),
        ("not(selected(., 'z') and count-selected(.) > 1)", {"alone": ["z"]}),
        ("(count-selected(.) >= 2 or selected(., 'z'))", {"min": 2}),
        (". > 1", None),
        (". >= 1 or . <= 0", None),
        (". >= 1 and . >= 2", None),
        ("${a} >= 1", None),
        ("string-length(.) >= 3", None),
        ("regex(., '[0-9]')", None),
        ("not(. = 1)", None),
    ],
)
def test_the_column_constraint_is_read_or_refused(constraint: str, limits: object):
    if limits is None:
        with pytest.raises(FormulaError):
            limits_of(parse(constraint))
    else:
        assert limits_of(parse(constraint)) == limits


def faults(sheets) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(FormError) as refused:
        from_sheets(sheets)
    found = refused.value.faults
    for fault in found:
        assert fault.line("vi") != fault.line("en")
        json.dumps(fault.as_dict("en"))
    return [
        (fault.sheet, fault.row, fault.column, str(fault.as_dict("en")["code"])) for fault in found
    ]


@pytest.mark.parametrize(
    ("rows", "choices", "wanted"),
    [
        ([ask("geopoint")], [], (SURVEY, 3, "type", "unknown_type")),
        ([ask("start")], [], (SURVEY, 3, "type", "unknown_type")),
        ([ask("begin_repeat")], [], (SURVEY, 3, "type", "unknown_type")),
        ([ask("select_one")], [], (SURVEY, 3, "type", "unknown_type")),
        ([ask("text ab")], AB, (SURVEY, 3, "type", "unknown_type")),
        ([ask("select_one xx")], [], (SURVEY, 3, "type", "unknown_list")),
        ([ask("text", calculation="1")], [], (SURVEY, 3, "calculation", "unknown_column")),
        ([ask("text", default="a")], [], (SURVEY, 3, "default", "unknown_column")),
        ([ask("text", appearance="numbers")], [], (SURVEY, 3, "appearance", "unknown_appearance")),
        ([ask("text", kind="date")], [], (SURVEY, 3, "kind", "kind_differs")),
        ([ask("text", name="Tên")], [], (SURVEY, 3, "name", "bad_code")),
        ([ask("text", role="boss")], [], (SURVEY, 3, "role", "unknown_name")),
        ([ask("text", required="maybe")], [], (SURVEY, 3, "required", "not_boolean")),
        ([ask("text", relevant="${x} = 1")], [], (SURVEY, 3, "relevant", "unknown_reference")),
        ([ask("text", relevant="??")], [], (SURVEY, 3, "relevant", "bad_formula")),
        ([ask("text", constraint=". <= 3")], [], (SURVEY, 3, "constraint", "unsupported_formula")),
        (
            [ask("text", relevant="${q2} != ''"), ask("text", "q2")],
            [],
            (SURVEY, 3, "relevant", "condition_on_later"),
        ),
        ([ask("integer", factor="x")], [], (SURVEY, 3, "factor", "unknown_factor")),
        ([{"type": "end_group"}, ask("text")], [], (SURVEY, 3, "type", "not_opened")),
        (
            [{"type": "begin_group", "name": "g", "label": "G"}, ask("text")],
            [],
            (SURVEY, 3, "type", "not_closed"),
        ),
        (
            [ask("text"), ask("text")],
            [],
            (SURVEY, 4, "name", "clash"),
        ),
        ([ask("text")], AB, (CHOICES, 2, "list_name", "unused_list")),
        (
            [ask("select_one ab")],
            [*AB, {**AB[0], "name": "B!"}],
            (CHOICES, 4, "name", "bad_code"),
        ),
        (
            [ask("select_one ab", kind="yes_no")],
            AB,
            (SURVEY, 3, "type", "not_yes_no"),
        ),
        (
            [ask("select_one ab")],
            AB[:1],
            (SURVEY, 3, "type", "too_few_choices"),
        ),
    ],
)
def test_what_is_not_supported_is_told_with_sheet_row_and_column(rows, choices, wanted):
    assert wanted in faults(form(*rows, choices=choices))


def test_every_fault_is_told_at_once():
    found = faults(form(ask("geopoint"), ask("text", "q2", default="a"), ask("audio", "q3")))
    assert [(row, code) for _, row, _, code in found] == [
        (3, "unknown_type"),
        (4, "unknown_column"),
        (5, "unknown_type"),
    ]


def test_a_nested_group_is_no_matrix_unless_it_says_so():
    inner = {"type": "begin_group", "name": "h", "label": "H"}
    rows = [
        {**inner, "name": "g"},
        inner,
        ask("text"),
        {"type": "end_group"},
        {"type": "end_group"},
    ]
    assert (SURVEY, 4, "type", "group_too_deep") in faults(form(*rows))


def test_words_that_a_form_has_no_place_for_are_asked_for():
    sheets = form(ask("text"))
    del sheets[SURVEY][1]
    sheets[SETTINGS] = [row[:3] for row in sheets[SETTINGS]]
    assert faults(sheets) == [
        (SURVEY, None, "", "no_note"),
        (SETTINGS, 2, "protection", "no_protection"),
    ]


@pytest.mark.parametrize("sheets", [{}, {SURVEY: []}, {SURVEY: [["type"]]}])
def test_an_empty_book_is_told(sheets):
    assert (SURVEY, None, "", "no_sheet") in faults(sheets)


def test_an_unknown_sheet_is_told_unless_it_is_empty():
    sheets = form(ask("text"))
    assert from_sheets({**sheets, "entities": [["", ""]]})
    assert ("entities", None, "", "unknown_sheet") in faults({**sheets, "entities": [["a"]]})


def test_a_header_in_an_unclear_language_is_told():
    sheets = form({**ask("text"), "label::Klingon": "?"})
    assert (SURVEY, 1, "label::Klingon", "unknown_language") in faults(sheets)


def test_a_column_that_is_there_twice_is_told():
    sheets = form(ask("text"))
    sheets[SURVEY] = [[*row, row[0]] for row in sheets[SURVEY]]
    assert (SURVEY, 1, "type", "doubled_column") in faults(sheets)


def test_a_missing_translation_is_told_where_it_is_missing():
    found = faults(form({**ask("text"), "label::English (en)": "Ask"}))
    assert (SURVEY, None, "", "no_note") not in found
    assert {code for *_, code in found} == {"missing_translation"}


def test_two_columns_that_differ_are_a_fault_not_a_guess():
    asked = SOUND["logic_valid_only_if_number"]
    sheets = deepcopy(to_sheets(asked))
    rows = sheets[SURVEY]
    at = rows[0].index("relevant")
    changed = next(row for row in rows[1:] if row[at])
    changed[at] = changed[at].replace("and", "or") + " or " + changed[at]
    assert {code for *_, code in faults(sheets)} == {"conditions_differ"}


def test_our_own_column_alone_is_enough():
    asked = SOUND["logic_valid_only_if_number"]
    sheets = to_sheets(asked)
    at = sheets[SURVEY][0].index("relevant")
    for row in sheets[SURVEY][1:]:
        row[at] = ""
    assert read_questionnaire(from_sheets(sheets)) == asked


def test_answers_are_repeated_in_the_way_of_forms():
    sheets = to_sheets(SOUND["logic_valid_piping"])
    assert any("${" in cell for row in sheets[SURVEY] for cell in row)


def test_every_language_has_its_columns():
    header = to_sheets(instruments.load("counter_rating"))[SURVEY][0]
    assert [column for column in header if column.startswith("label")] == [
        "label::Tiếng Việt (vi)",
        "label::English (en)",
        "label::ភាសាខ្មែរ (km)",
    ]


def test_every_fault_is_told_in_both_languages():
    for code, texts in MESSAGES.items():
        assert texts.keys() == {"vi", "en"}, code
        assert texts["vi"].count("{value}") == texts["en"].count("{value}"), code


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="${}()'\"=<>!., abqx019-notandrselectd", max_size=60))
def test_no_formula_makes_the_reader_stumble(text: str):
    refused = None
    try:
        parse(text)
    except FormulaError as error:
        refused = error.code
    assert refused is None or refused in MESSAGES


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damaged_form_makes_the_reader_stumble(data):
    """A cell, a row or a column changed at random: a document without faults, or faults."""
    name = data.draw(st.sampled_from(["counter_rating", "every kind", "logic_valid_piping"]))
    sheets = deepcopy(to_sheets(SOUND[name]))
    cells = ["", "x", "-1", "1/0", "yes", "${q}", "select_one", "begin_group", "end_group", "note"]
    for _ in range(data.draw(st.integers(1, 4))):
        rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(cells))
    found: tuple[object, ...] = ()
    try:
        document = from_sheets(sheets)
    except FormError as error:
        found = error.faults
    assert found or not check(read_questionnaire(document))


def test_what_comes_in_is_a_document():
    found = from_sheets(to_sheets(SOUND["every kind"]))
    assert json.loads(json.dumps(found)) == found
    assert to_document(read_questionnaire(found)) == to_document(SOUND["every kind"])
