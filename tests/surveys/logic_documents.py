"""Whole questionnaires with conditions, drawn at random, and their logic done the plain way.

What is done here slowly and literally is what `surveys` must do fast.
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import prod

from hypothesis import strategies as st

from surveys.conditions import And, Answered, Comparison, Membership, Not, Operator, Or, written
from surveys.limits import CountLimits, DateLimits, NumberLimits
from surveys.reading import read_questionnaire

HEAD = {name: {"vi": name} for name in ("titles", "intro", "thanks", "label")}
SCALE = {
    "code": "three",
    "satisfied_from": 2,
    "choices": [
        {"code": "bad", "texts": {"vi": "Kém"}, "value": 1},
        {"code": "fair", "texts": {"vi": "Được"}, "value": 2},
        {"code": "good", "texts": {"vi": "Tốt"}, "value": 3},
        {"code": "none", "texts": {"vi": "Không ý kiến"}, "exclusive": True},
    ],
}
FIRST_DAY = date(2026, 1, 30)
KINDS = ("single_choice", "scale", "yes_no", "multiple_choice", "number", "date", "short_text")
ORDERINGS = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
EQUALITIES = (Operator.EQUAL, Operator.UNEQUAL)


def option(code, **more):
    return {"code": code, "texts": {"vi": code.upper()}, **more}


@st.composite
def questions(draw, code, kinds=(*KINDS, "information")):
    """Draw a question without condition."""
    kind = draw(st.sampled_from(kinds))
    asked = {"code": code, "kind": kind, "texts": {"vi": f"Câu {code}"}}
    if kind == "information":
        return asked
    asked |= {"role": "circumstance", "required": draw(st.booleans())}
    match kind:
        case "single_choice" | "multiple_choice":
            codes = ("a", "b", "c")[: draw(st.integers(2, 3))]
            asked["choices"] = [option(one) for one in codes]
            if draw(st.booleans()):
                asked["choices"].append(option("x", exclusive=True))
            if kind == "multiple_choice":
                asked |= draw(st.sampled_from([{}, {"min": 2}, {"max": 1}, {"min": 1, "max": 2}]))
        case "scale":
            asked["scale"] = "three"
        case "number":
            asked |= draw(st.sampled_from([{"min": -1, "max": 2}, {"min": 0, "max": 1}]))
            asked |= draw(st.sampled_from([{}, {"decimals": 1}]))
        case "date":
            last = FIRST_DAY + timedelta(days=3)
            asked |= {"min": FIRST_DAY.isoformat(), "max": last.isoformat()}
        case "short_text":
            asked["max_length"] = 20
    return asked


@st.composite
def atoms(draw, asked):
    """Draw something that may be said of a question."""
    code, kind = asked["code"], asked["kind"]
    sayable = ["answered"] if kind == "short_text" else ["answered", "said", "said", "said"]
    if draw(st.sampled_from(sayable)) == "answered":
        return Answered(code)
    if kind == "multiple_choice":
        return Comparison(code, Operator.HAS, draw(operands(asked)))
    if draw(st.integers(0, 3)) == 0:
        return Membership(code, tuple(draw(st.lists(operands(asked), min_size=1, max_size=3))))
    operator = draw(
        st.sampled_from(EQUALITIES if kind in ("single_choice", "yes_no") else Operator)
    )
    if operator is Operator.HAS:
        operator = Operator.EQUAL
    limit = operands(asked)
    if kind == "scale" and operator in ORDERINGS:
        limit = st.sampled_from(["0", "1", "2", "2.5", "3", "4"])
    return Comparison(code, operator, draw(limit))


def operands(asked):
    match asked["kind"]:
        case "single_choice" | "multiple_choice":
            return st.sampled_from([one["code"] for one in asked["choices"]])
        case "scale":
            return st.sampled_from([one["code"] for one in SCALE["choices"]])
        case "yes_no":
            return st.sampled_from(["yes", "no"])
        case "number":
            return st.sampled_from(["-2", "-1", "0", "0.5", "1", "1.25", "2", "3"])
        case _:
            days = range(-1, 5)
            return st.sampled_from([(FIRST_DAY + timedelta(days=n)).isoformat() for n in days])


def conditions(asked, size=4):
    """Draw a condition on some of the questions."""
    single = st.sampled_from(asked).flatmap(atoms)
    return st.recursive(
        single,
        lambda parts: (
            parts.map(Not)
            | st.lists(parts, min_size=2, max_size=3).map(lambda found: And(tuple(found)))
            | st.lists(parts, min_size=2, max_size=3).map(lambda found: Or(tuple(found)))
        ),
        max_leaves=size,
    )


@st.composite
def documents(draw, most=7, kinds=(*KINDS, "information")):
    """Draw a questionnaire whose every condition fits."""
    sections, earlier = [], []
    number = 0
    while number < most and (not sections or draw(st.booleans())):
        section = {"code": f"s{len(sections)}", "titles": {"vi": "Phần"}, "questions": []}
        if earlier and draw(st.booleans()):
            section["only_if"] = written(draw(conditions(earlier)))
        shuffled = draw(st.integers(0, 3)) == 0
        before = list(earlier)
        for _ in range(draw(st.integers(1, min(4, most - number)))):
            asked = draw(questions(f"q{number}", kinds))
            visible = before if shuffled else earlier
            if visible and draw(st.booleans()):
                asked["only_if"] = written(draw(conditions(visible)))
            if visible and draw(st.integers(0, 4)) == 0:
                asked["texts"] = {"vi": f"Về {{{draw(st.sampled_from(visible))['code']}}}"}
            section["questions"].append(asked)
            number += 1
            if asked["kind"] != "information":
                earlier.append(asked)
        answered = [one for one in section["questions"] if one["kind"] != "information"]
        if shuffled and len(answered) > 1:
            section["shuffled"] = True
        sections.append(section)
    paging = draw(st.sampled_from(["whole", "sections", "questions"]))
    listed = {"scales": [SCALE]} if "scale" in str(sections) else {}
    whole = {"code": "drawn", "version": 1, "languages": ["vi"], **HEAD, **listed}
    return read_questionnaire({**whole, "paging": paging, "sections": sections})


@st.composite
def judged_questions(draw):
    """Draw a question, and some things that may be said of it."""
    asked = draw(questions("q0", KINDS))
    sections = [{"code": "s0", "titles": {"vi": "Phần"}, "questions": [asked]}]
    scales = {"scales": [SCALE]} if asked["kind"] == "scale" else {}
    whole = {"code": "drawn", "version": 1, "languages": ["vi"], **HEAD, **scales}
    questionnaire = read_questionnaire({**whole, "sections": sections})
    return questionnaire, draw(st.lists(atoms(asked), max_size=4))


def possible(question):
    """List every answer that a question accepts."""
    limits = question.limits
    match question.kind:
        case "information":
            return []
        case "short_text":
            return ["chữ"]
        case "number":
            assert isinstance(limits, NumberLimits)
            unit = 10**limits.decimals
            steps = range(int(limits.low * unit), int(limits.high * unit) + 1)
            return [decimal(Fraction(step, unit)) for step in steps]
        case "date":
            assert isinstance(limits, DateLimits)
            days = (limits.latest - limits.earliest).days + 1
            return [(limits.earliest + timedelta(days=n)).isoformat() for n in range(days)]
        case "multiple_choice":
            return list(selections(question))
        case _:
            return [choice.code for choice in question.choices]


def decimal(value):
    return f"{float(value):.1f}".removesuffix(".0") if value else "0"


def selections(question):
    limits = question.limits if isinstance(question.limits, CountLimits) else CountLimits()
    ordinary = [choice.code for choice in question.choices if not choice.exclusive]
    most = limits.at_most or len(ordinary)
    for size in range(limits.at_least or 1, most + 1):
        yield from combinations(ordinary, size)
    yield from ((choice.code,) for choice in question.choices if choice.exclusive)


def every_state(questionnaire):
    """Give all complete answers: nothing off the way, nothing required left out."""
    states = [{}]
    for section in questionnaire.sections:
        entered = [section.only_if is None or holds(section.only_if, questionnaire, state)
                   for state in states]  # fmt: skip
        inside = [state for state, inner in zip(states, entered, strict=True) if inner]
        outside = [state for state, inner in zip(states, entered, strict=True) if not inner]
        for question in section.questions:
            inside = [
                {**state, **given}
                for state in inside
                for given in givings(question, questionnaire, state)
            ]
        states = inside + outside
    return states


def givings(question, questionnaire, state):
    if not (question.only_if is None or holds(question.only_if, questionnaire, state)):
        return [{}]
    blank = [] if question.required and possible(question) else [{}]
    return blank + [{question.code: answer} for answer in possible(question)]


def plain_way(questionnaire, answers):
    """Walk through the document question by question."""
    way, given = [], {}
    for section in questionnaire.sections:
        entered = section.only_if is None or holds(section.only_if, questionnaire, given)
        state = dict(given)
        for question in section.questions:
            asked = question.only_if is None or holds(question.only_if, questionnaire, state)
            if entered and asked:
                way.append(question.code)
                if question.code in answers:
                    state[question.code] = answers[question.code]
        given = state
    return way


def holds(condition, questionnaire, given):
    """Judge a condition as the guide tells it in words."""
    match condition:
        case And(parts):
            return all(holds(part, questionnaire, given) for part in parts)
        case Or(parts):
            return any(holds(part, questionnaire, given) for part in parts)
        case Not(part):
            return not holds(part, questionnaire, given)
    if condition.question not in given:
        return False
    answer = given[condition.question]
    question = questionnaire.question(condition.question)
    match condition:
        case Answered():
            return True
        case Membership(_, operands):
            return any(equal(question, answer, operand) for operand in operands)
        case Comparison(_, Operator.HAS, operand):
            return operand in answer
        case Comparison(_, Operator.EQUAL, operand):
            return equal(question, answer, operand)
        case Comparison(_, operator, operand):
            choice = question.choice(answer)
            if choice is not None and choice.exclusive:
                return False
            if operator is Operator.UNEQUAL:
                return not equal(question, answer, operand)
            return ordered(operator, magnitude(question, answer), magnitude(None, operand))


def equal(question, answer, operand):
    if question.kind == "number":
        return Fraction(answer) == Fraction(operand)
    return answer == operand


def magnitude(question, text):
    choice = question.choice(text) if question else None
    if choice is not None:
        return choice.value
    return date.fromisoformat(text) if text.count("-") == 2 else Fraction(text)


def ordered(operator, left, right):
    return {
        Operator.LESS: left < right,
        Operator.AT_MOST: left <= right,
        Operator.MORE: left > right,
        Operator.AT_LEAST: left >= right,
    }[operator]


def answers_to(questionnaire, *, complete=False):
    """Draw answers to some questions, on the way or not."""
    fields = {
        question.code: st.sampled_from(possible(question))
        if complete and question.required
        else st.none() | st.sampled_from(possible(question))
        for question in questionnaire.questions
        if possible(question)
    }
    return st.fixed_dictionaries(fields).map(
        lambda drawn: {code: answer for code, answer in drawn.items() if answer is not None}
    )


def size(questionnaire):
    """Count the answers that may have to be tried."""
    return prod(len(possible(question)) + 1 for question in questionnaire.questions)
