"""A form of several pages, filled in one after the other, back and forth.

What a person sees next follows from what they sent: the page number and the answers so far come
with it. A form of one page is filled when it comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.web import form_state
from app.web.form_state import SoFar
from surveys.answering import Reading, carried, read_page, to_form
from surveys.answers import Answer
from surveys.errors import Fault
from surveys.ordering import order_of
from surveys.paging import next_page, pages, previous_page
from surveys.questionnaire import Questionnaire

SO_FAR, BACK, LANGUAGE, MORE = "so_far", "back", "in", "more_time"

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """A page as it is to be shown.

    Attributes
    ----------
    number : int
        Which of the questionnaire's pages, from 0. One past the last asks nothing more: it lets
        somebody send who was told "continue" and turned out to have answered everything.
    order : int
        The order in which questions are shown.
    answers : mapping of question code to answer
        What was answered so far, on this page too.
    form : mapping of field name to values
        What stands in its fields.
    faults : mapping of question code to Fault
        What is to be mended on it.
    """

    number: int = 0
    order: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)


FIRST = Shown()


@dataclass(frozen=True)
class Filled:
    """A form whose last page was sent: all its fields, as if they had stood on one page."""

    form: Form


def beginning(asked: Questionnaire, nonce: str) -> Shown:
    """Give the first page of a form."""
    order = order_of(nonce)
    return Shown(next_page(asked, {}, order=order) or 0, order)


def turned(asked: Questionnaire, version: str, form: Form, nonce: str) -> Shown | Filled:
    """Take a page that was sent and say what follows.

    Parameters
    ----------
    version : str
        Hash of the questionnaire: a field that was made for another one does not open.
    form : mapping of field name to values
        Everything that was sent.

    Returns
    -------
    Shown or Filled
        The same page with what is to be mended on it; the next, or the one before; or the whole
        form, which is read once more when it is stored.
    """
    order = order_of(nonce)
    cut = pages(asked, order)
    if len(cut) < 2:
        return Filled(form)
    so_far = form_state.opened(next(iter(form.get(SO_FAR, ())), ""), version, nonce)
    if so_far is None or not 0 <= so_far.page <= len(cut):
        so_far = SoFar(beginning(asked, nonce).number)
    if asked_again(form):
        return Shown(so_far.page, order, so_far.answers, form)
    codes = cut[so_far.page] if so_far.page < len(cut) else ()
    reading = read_page(asked, codes, form, so_far.answers)
    if BACK in form:
        kept = Reading(reading.answers, {}, reading.comment)
        answers = carried(asked, codes, so_far.answers, kept)
        before = previous_page(asked, answers, so_far.page, order)
        return _filled_in(asked, so_far.page if before is None else before, order, answers)
    if reading.faults:
        return Shown(so_far.page, order, so_far.answers, form, reading.faults)
    answers = carried(asked, codes, so_far.answers, reading)
    ahead = next_page(asked, answers, so_far.page, order)
    if ahead is None and so_far.page >= len(cut) - 1:
        return Filled(to_form(asked, answers))
    return _filled_in(asked, len(cut) if ahead is None else ahead, order, answers)


def asked_again(form: Form) -> bool:
    """Whether somebody wants the same page as it stands: in another language, or for longer."""
    return LANGUAGE in form or MORE in form


def to_mend(asked: Questionnaire, nonce: str, form: Form, faults: Mapping[str, Fault]) -> Shown:
    """Go back to the first page with something to mend, when the whole form was refused."""
    order = order_of(nonce)
    cut = pages(asked, order)
    if len(cut) < 2:
        return Shown(0, order, {}, form, faults)
    number = next((at for at, codes in enumerate(cut) if not faults.keys().isdisjoint(codes)), 0)
    every = tuple(code for codes in cut for code in codes)
    reading = read_page(asked, every, form)
    answers = carried(asked, every, {}, Reading(reading.answers, {}, reading.comment))
    here = {code: fault for code, fault in faults.items() if code in cut[number]}
    return Shown(number, order, answers, form, here)


def _filled_in(
    asked: Questionnaire, number: int, order: int, answers: Mapping[str, Answer]
) -> Shown:
    """Show a page with what was answered on it before."""
    return Shown(number, order, answers, to_form(asked, answers))
