"""A questionnaire cut into pages, so that conditions work without a program in the browser.

Whether a question is asked must be known when its page is made: a page ends before a question
whose condition, or whose text, looks back to a question of that page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from surveys.answers import Answer
from surveys.conditions import questions_of
from surveys.kinds import KINDS
from surveys.ordering import ORDERS, items_of, ordered, shuffles
from surveys.piping import codes_in, repeated_by
from surveys.questionnaire import Paging, Question, Questionnaire, Section
from surveys.routing import path

Page = tuple[str, ...]


def pages(questionnaire: Questionnaire, order: int = 0) -> tuple[Page, ...]:
    """Cut a questionnaire into pages.

    Parameters
    ----------
    questionnaire : Questionnaire
        ``paging`` says how: all on one page, a page for each section, or one for each question
        (with the other rows of its matrix). Information goes with the question after it, at the
        end with the one before.
    order : int
        The order in which questions are shown (`surveys.ordering.order_of`).

    Returns
    -------
    tuple of tuple of str
        Codes of questions, each on one page, as they are shown. Whom they are asked is another
        matter: a page may hold nothing for somebody.
    """
    made = questionnaire.derived(_all_pages)
    return made[order % len(made)]


def next_page(
    questionnaire: Questionnaire,
    answers: Mapping[str, Answer],
    after: int | None = None,
    order: int = 0,
) -> int | None:
    """Find the page to go on with.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    answers : mapping of question code to answer
        What is answered so far.
    after : int, optional
        Number of the page that was just filled in; None at the beginning.
    order : int
        As for `pages`.

    Returns
    -------
    int or None
        Number, from 0, of the first page after it with something on the person's way; None
        when nothing is left.
    """
    numbers = range(0 if after is None else after + 1, len(pages(questionnaire, order)))
    return _first_met(questionnaire, answers, numbers, order)


def previous_page(
    questionnaire: Questionnaire,
    answers: Mapping[str, Answer],
    before: int | None = None,
    order: int = 0,
) -> int | None:
    """Find the page to go back to: as `next_page`, backwards from the end or from `before`."""
    count = len(pages(questionnaire, order))
    numbers = range((count if before is None else min(before, count)) - 1, -1, -1)
    return _first_met(questionnaire, answers, numbers, order)


def progress(questionnaire: Questionnaire, page: int | None, order: int = 0) -> tuple[int, int]:
    """Tell how much lies behind whoever sees a page.

    Questions that are passed over count as done once their page is passed, so that the share
    never falls on the way forward, whatever is answered.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    page : int or None
        Number of the page; None past the end.
    order : int
        As for `pages`.

    Returns
    -------
    done, total : int
        Questions that take an answer: on the pages before, and in all.
    """
    cut = pages(questionnaire, order)
    taking = {asked.code for asked in questionnaire.questions if KINDS[asked.kind].answered}
    passed = cut if page is None else cut[:page]
    return sum(code in taking for codes in passed for code in codes), len(taking)


def looks_back(section: Section, question: Question) -> frozenset[str]:
    """Name the questions that decide whether, or in which words, a question is asked."""
    conditions = questions_of(section.only_if) | questions_of(question.only_if)
    return conditions | codes_in(section.titles) | repeated_by(question)


def _first_met(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], numbers: range, order: int
) -> int | None:
    cut = pages(questionnaire, order)
    met = {question.code for question in path(questionnaire, answers)}
    return next((number for number in numbers if not met.isdisjoint(cut[number])), None)


@dataclass(frozen=True)
class _Block:
    """Questions that stay together, the place of their section, and what they look back to."""

    section: int
    codes: Page
    back: frozenset[str]
    answered: bool

    def before(self, later: "_Block") -> "_Block":
        """Join a block that comes behind this one."""
        return replace(later, codes=self.codes + later.codes, back=self.back | later.back)


def _all_pages(questionnaire: Questionnaire) -> tuple[tuple[Page, ...], ...]:
    orders = range(ORDERS if shuffles(questionnaire) else 1)
    return tuple(tuple(_pages(questionnaire, order)) for order in orders)


def _pages(questionnaire: Questionnaire, order: int) -> Iterator[Page]:
    page: Page = ()
    section = 0
    for block in _joined(_blocks(questionnaire, order)):
        if page and (
            _turns(questionnaire.paging, section, block) or not block.back.isdisjoint(page)
        ):
            yield page
            page = ()
        page, section = page + block.codes, block.section
    if page:
        yield page


def _turns(paging: Paging, section: int, block: _Block) -> bool:
    """Tell whether a page of its own begins with a block, whatever it looks back to."""
    if paging is Paging.QUESTIONS:
        return block.answered
    return paging is Paging.SECTIONS and block.section != section and block.answered


def _joined(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Put information to the block after it; what is left at the end stands alone."""
    waiting: _Block | None = None
    for block in blocks:
        waiting = waiting.before(block) if waiting else block
        if block.answered:
            yield waiting
            waiting = None
    if waiting:
        yield waiting


def _blocks(questionnaire: Questionnaire, order: int) -> Iterator[_Block]:
    for number, section in enumerate(questionnaire.sections):
        shown = replace(section, questions=ordered(section, order))
        for item in items_of(shown):
            block: _Block | None = None
            for question in item:
                one = _Block(
                    number,
                    (question.code,),
                    looks_back(section, question),
                    KINDS[question.kind].answered,
                )
                if block and not one.back.isdisjoint(block.codes):
                    yield block
                    block = None
                block = block.before(one) if block else one
            if block:
                yield block
