"""What makes no sense in a questionnaire that could be read."""

from collections.abc import Iterator

from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.questionnaire import (
    FACTOR_ROLES,
    RATED_ROLES,
    Question,
    Questionnaire,
    Role,
    Scale,
)

Placed = tuple[str, Question]


def check(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find what would leave answers useless or misread.

    Parameters
    ----------
    questionnaire : Questionnaire
        What `surveys.reading.read_questionnaire` gave.

    Returns
    -------
    tuple of Fault
        Empty when the questionnaire may be published.
    """
    placed = tuple(_placed(questionnaire))
    faults: list[Fault] = []
    for number, scale in enumerate(questionnaire.scales):
        faults += _scale_faults(scale, f"scales[{number}]")
    for path, question in placed:
        faults += _rating_faults(question, path)
        faults += _comment_faults(question, path)
        faults += KINDS[question.kind].faults(question, path)
    faults += _second_of(placed, Role.OVERALL, "two_overall")
    faults += _second_of(placed, Role.COMMENT, "two_comments")
    faults += _unused(questionnaire)
    return tuple(faults)


def _placed(questionnaire: Questionnaire) -> Iterator[Placed]:
    for outer, section in enumerate(questionnaire.sections):
        for inner, question in enumerate(section.questions):
            yield f"sections[{outer}].questions[{inner}]", question


def _scale_faults(scale: Scale, path: str) -> Iterator[Fault]:
    taken = set()
    for number, choice in enumerate(scale.choices):
        place = f"{path}.choices[{number}]"
        if choice.value is None and not choice.exclusive:
            yield Fault(place, "value_missing")
        elif choice.value is not None and choice.exclusive:
            yield Fault(f"{place}.value", "value_out_of_place", choice.value)
        elif choice.value in taken:
            yield Fault(f"{place}.value", "value_clash", choice.value)
        elif choice.value is not None:
            taken.add(choice.value)
    if len(taken) < 2:
        yield Fault(f"{path}.choices", "too_few_values")
    elif not min(taken) < scale.satisfied_from <= max(taken):
        yield Fault(f"{path}.satisfied_from", "cut_divides_nothing", scale.satisfied_from)


def _rating_faults(question: Question, path: str) -> Iterator[Fault]:
    role = question.role
    if role in RATED_ROLES and not KINDS[question.kind].has_values:
        yield Fault(f"{path}.kind", "rating_without_values", question.kind)
    if role in FACTOR_ROLES and question.factor is None:
        yield Fault(path, "factor_missing")
    if role not in FACTOR_ROLES and question.factor is not None:
        yield Fault(f"{path}.factor", "factor_out_of_place", question.factor, {"role": role})
    if role in RATED_ROLES and question.attributed_to is None:
        yield Fault(path, "attribution_missing")
    if role not in RATED_ROLES and question.attributed_to is not None:
        yield Fault(
            f"{path}.attributed_to",
            "attribution_out_of_place",
            question.attributed_to,
            {"role": role},
        )


def _comment_faults(question: Question, path: str) -> Iterator[Fault]:
    if question.role is not Role.COMMENT:
        return
    if not KINDS[question.kind].is_text:
        yield Fault(f"{path}.kind", "comment_not_text", question.kind)
    if question.required:
        yield Fault(f"{path}.required", "comment_required", value=True)


def _second_of(placed: tuple[Placed, ...], role: Role, code: str) -> Iterator[Fault]:
    """Tell every question of a role that only one may have."""
    paths = [path for path, question in placed if question.role is role]
    for path in paths[1:]:
        yield Fault(path, code, None, {"first": paths[0]})


def _unused(questionnaire: Questionnaire) -> Iterator[Fault]:
    factors = {question.factor for question in questionnaire.questions}
    scales = {question.scale for question in questionnaire.questions}
    for number, factor in enumerate(questionnaire.factors):
        if factor.code not in factors:
            yield Fault(f"factors[{number}]", "unused", factor.code)
    for number, scale in enumerate(questionnaire.scales):
        if scale.code not in scales:
            yield Fault(f"scales[{number}]", "unused", scale.code)
