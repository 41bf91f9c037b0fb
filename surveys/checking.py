"""What makes no sense in a questionnaire that could be read."""

from collections.abc import Iterator

from surveys.checking_conditions import Verdict, findings
from surveys.checking_texts import ordering_faults, piping_faults
from surveys.conditions import written
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.kinds.single_choice import SINGLE
from surveys.kinds.values import value_faults
from surveys.places import placed
from surveys.questionnaire import (
    FACTOR_ROLES,
    RATED_ROLES,
    STAFF,
    Question,
    Questionnaire,
    Role,
)

Placed = tuple[str, Question]


def check(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find what would leave answers useless or misread.

    That a way has no default cannot happen: ways are derived from conditions
    (`surveys.routing.path`), and a question without any is on every way.

    Parameters
    ----------
    questionnaire : Questionnaire
        What `surveys.reading.read_questionnaire` gave.

    Returns
    -------
    tuple of Fault
        Empty when the questionnaire may be published. What only looks odd is told apart,
        by `warnings`: whoever asks for faults need not sort them.
    """
    found = tuple(placed(questionnaire))
    faults: list[Fault] = []
    for number, scale in enumerate(questionnaire.scales):
        faults += value_faults(scale.choices, scale.satisfied_from, f"scales[{number}]")
    for path, question in found:
        faults += _rating_faults(question, path)
        faults += _comment_faults(question, path)
        faults += _assistance_faults(question, path)
        faults += KINDS[question.kind].faults(question, path)
    faults += _second_of(found, Role.OVERALL, "two_overall")
    faults += _second_of(found, Role.COMMENT, "two_comments")
    faults += _second_of(found, Role.ASSISTED_BY, "two_assisted")
    faults += _unused(questionnaire)
    faults += _reserved(questionnaire)
    faults += _of_verdict(questionnaire, Verdict.NEVER_HOLDS, "condition_never_holds")
    faults += piping_faults(questionnaire)
    faults += ordering_faults(questionnaire)
    return tuple(faults)


def warnings(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find what is harmless, and probably not what was meant.

    Parameters
    ----------
    questionnaire : Questionnaire
        What `surveys.reading.read_questionnaire` gave.

    Returns
    -------
    tuple of Fault
        Conditions that always hold. A questionnaire with warnings may be published.
    """
    return tuple(_of_verdict(questionnaire, Verdict.ALWAYS_HOLDS, "condition_always_holds"))


def _of_verdict(questionnaire: Questionnaire, verdict: Verdict, code: str) -> Iterator[Fault]:
    for finding in findings(questionnaire):
        if finding.verdict is verdict:
            yield Fault(finding.path, code, written(finding.condition))


def _rating_faults(question: Question, path: str) -> Iterator[Fault]:
    role = question.role
    if role in RATED_ROLES and not KINDS[question.kind].has_values(question):
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


def _assistance_faults(question: Question, path: str) -> Iterator[Fault]:
    """Tell a question who helped to answer that cannot be answered by one word, or not by staff."""
    if question.role is not Role.ASSISTED_BY:
        return
    if question.kind != SINGLE:
        yield Fault(f"{path}.kind", "assisted_not_single", question.kind)
    elif STAFF not in {choice.code for choice in question.choices}:
        yield Fault(f"{path}.choices", "assisted_without_staff", STAFF)


def _second_of(questions: tuple[Placed, ...], role: Role, code: str) -> Iterator[Fault]:
    """Tell every question of a role that only one may have."""
    paths = [path for path, question in questions if question.role is role]
    for path in paths[1:]:
        yield Fault(path, code, None, {"first": paths[0]})


def _reserved(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Tell a factor whose figures would carry the name of those of the overall question."""
    for number, factor in enumerate(questionnaire.factors):
        if factor.code == Role.OVERALL:
            yield Fault(f"factors[{number}].code", "reserved_factor", factor.code)


def _unused(questionnaire: Questionnaire) -> Iterator[Fault]:
    factors = {question.factor for question in questionnaire.questions}
    scales = {question.scale for question in questionnaire.questions}
    for number, factor in enumerate(questionnaire.factors):
        if factor.filled_from and factor.code in factors:
            yield Fault(f"factors[{number}].filled_from", "filled_and_asked", factor.code)
        elif factor.code not in factors and not factor.filled_from:
            yield Fault(f"factors[{number}]", "unused", factor.code)
    for number, scale in enumerate(questionnaire.scales):
        if scale.code not in scales:
            yield Fault(f"scales[{number}]", "unused", scale.code)
