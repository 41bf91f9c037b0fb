"""What the answers of a batch have in common: repeated ones, and one value throughout.

Each alone proves nothing: very satisfied people give every item the same value, and two of them
then give the same answers. The shares of whole counters tell more (trust: stuffing).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from surveys.answers import Answer
from surveys.kinds import KINDS
from surveys.ordering import ORDER_COLUMN
from surveys.questionnaire import RATED_ROLES, Questionnaire

FEWEST_RATINGS = 5
Ratings = Mapping[str, Mapping[str, Fraction]]


def rated_items(questionnaire: Questionnaire) -> Ratings:
    """Give for each rating the value of its options, without those that are no rating.

    Other questions whose options have values, such as income, say nothing of straight lines.
    """
    return {
        question.code: {
            choice.code: choice.value for choice in question.choices if choice.value is not None
        }
        for question in questionnaire.questions
        if question.role in RATED_ROLES and KINDS[question.kind].has_values(question)
    }


def duplicates(given: Iterable[tuple[Mapping[str, Answer], str | None]]) -> int:
    """Count the answers that another one repeats in every item and in the comment.

    Parameters
    ----------
    given : iterable of (answers, comment)
        Whole answers: the comment is what makes most of them differ.

    Returns
    -------
    int
        Both of a pair count, all three of three alike.

    Examples
    --------
    >>> duplicates([({"q1": "5"}, None), ({"q1": "5"}, None), ({"q1": "5"}, "Tốt")])
    2
    """
    # In which order the questions stood is nothing that anybody said.
    alike = Counter(
        (frozenset(item for item in answers.items() if item[0] != ORDER_COLUMN), comment)
        for answers, comment in given
    )
    return sum(count for count in alike.values() if count > 1)


def straight_lines(rated: Ratings, given: Iterable[Mapping[str, Answer]]) -> int:
    """Count the answers that gave all rated items, five or more, the same value.

    Parameters
    ----------
    rated : mapping of question to mapping of option to value
        As `rated_items` gives it. "No opinion" is no rating and is passed over.
    given : iterable of mapping of question to option

    Returns
    -------
    int
        How many.
    """
    return sum(_is_straight(rated, answers) for answers in given)


def _is_straight(rated: Ratings, answers: Mapping[str, Answer]) -> bool:
    values = [
        value
        for code, values in rated.items()
        if isinstance(answer := answers.get(code), str)
        and (value := values.get(answer)) is not None
    ]
    return len(values) >= FEWEST_RATINGS and len(set(values)) == 1
