"""Questions shown in one of sixteen orders, so that no place in a list is anybody's alone.

Which order a person sees follows from the nonce of the form: page and form agree without
anything being stored. The number is kept with the answers of a questionnaire that shuffles, for
it may explain them; sixteen values, spread evenly, are too few to point at a person.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from surveys.codebook import Column
from surveys.kinds import KINDS
from surveys.places import entries
from surveys.questionnaire import Question, Questionnaire, Section
from surveys.wording import Wording

ORDERS = 16
ORDER_COLUMN = "_order"  # no question's code begins like this
LABELS = Wording({"vi": "Thứ tự câu hỏi đã hiển thị", "en": "Order in which questions were shown"})

Item = TypeVar("Item")


def order_of(nonce: str) -> int:
    """Choose the order for a form.

    Parameters
    ----------
    nonce : str
        The form's nonce, or any text that page and form share.

    Returns
    -------
    int
        From 0 to 15, each equally often: 4 bits of the SHA-256 of the nonce.
    """
    digest = hashlib.sha256(b"order" + nonce.encode("utf-8", "replace")).digest()
    return digest[0] % ORDERS


def arranged(items: Sequence[Item], order: int) -> tuple[Item, ...]:
    """Put items in one of the orders.

    Up to sixteen items start at every place in turn, read forwards and, in every second round
    of n orders, backwards: over all orders each item stands at each place ⌊16/n⌋ or ⌈16/n⌉
    times. More items start at sixteen places that lie evenly.

    Parameters
    ----------
    items : sequence
        In the order of the document.
    order : int
        From 0 to 15; 0 changes nothing.

    Returns
    -------
    tuple
        Every item once.

    Examples
    --------
    >>> arranged("abc", 0), arranged("abc", 1), arranged("abc", 3)
    (('a', 'b', 'c'), ('b', 'c', 'a'), ('c', 'b', 'a'))
    """
    size, number = len(items), order % ORDERS
    if size < 2:
        return tuple(items)
    rounds, turn = divmod(number, size) if size <= ORDERS else (0, number * size // ORDERS)
    row = tuple(reversed(items)) if rounds % 2 else tuple(items)
    return row[turn:] + row[:turn]


def items_of(section: Section) -> tuple[tuple[Question, ...], ...]:
    """Give what moves as one: a question, the rows of a matrix, each after its information.

    Parameters
    ----------
    section : Section
        Any section.

    Returns
    -------
    tuple of tuple of Question
        In the order of the document; information after the last question stands alone.
    """
    items: list[tuple[Question, ...]] = []
    waiting: tuple[Question, ...] = ()
    for entry in entries(section):
        waiting += entry
        if KINDS[waiting[-1].kind].answered:
            items.append(waiting)
            waiting = ()
    return (*items, waiting) if waiting else tuple(items)


def ordered(section: Section, order: int) -> tuple[Question, ...]:
    """Give the questions of a section as they are shown.

    Parameters
    ----------
    section : Section
        With its own mark whether it is shuffled, and its matrices with theirs.
    order : int
        What `order_of` chose.

    Returns
    -------
    tuple of Question
        Every question of the section once.
    """
    if not order or not is_shuffled(section):
        return section.questions
    items = items_of(section)
    shown = arranged(items, order) if section.shuffled else items
    return tuple(question for item in shown for question in _rows(item, order))


def in_order(questionnaire: Questionnaire, order: int) -> tuple[Question, ...]:
    """Give all questions as they are shown, section by section.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person is given.
    order : int
        What `order_of` chose.

    Returns
    -------
    tuple of Question
        Every question once.
    """
    return tuple(asked for section in questionnaire.sections for asked in ordered(section, order))


def is_shuffled(section: Section) -> bool:
    """Tell whether a section looks different in different orders."""
    return section.shuffled or any(question.shuffled for question in section.questions)


def shuffles(questionnaire: Questionnaire) -> bool:
    """Tell whether a questionnaire looks different in different orders."""
    return questionnaire.derived(_shuffles)


def columns(questionnaire: Questionnaire, language: str) -> tuple[Column, ...]:
    """Describe the column that the order fills: none unless something is shuffled."""
    if not shuffles(questionnaire):
        return ()
    labels = {str(order): str(order) for order in range(ORDERS)}
    label = LABELS.in_language(language)
    return (Column(ORDER_COLUMN, label, "nominal", labels=labels, values={}, missing=()),)


def _shuffles(questionnaire: Questionnaire) -> bool:
    return any(is_shuffled(section) for section in questionnaire.sections)


def _rows(item: tuple[Question, ...], order: int) -> tuple[Question, ...]:
    rows = tuple(question for question in item if question.shuffled)
    still = tuple(question for question in item if not question.shuffled)
    return still + arranged(rows, order)
