"""A questionnaire cut for people who stand: one question on each page."""

from dataclasses import replace

from surveys.questionnaire import Paging, Question, Questionnaire, Section
from surveys.wording import Wording


def one_by_one(asked: Questionnaire) -> Questionnaire:
    """Give a questionnaire a page for each question, rows of matrices too.

    Its answers are those of the version itself: codes, options and conditions stay. Where rows
    are shown in changing orders they stay together, for the number of the order that goes with
    the answers must tell what was shown.
    """
    return asked.derived(_cut)


def _cut(asked: Questionnaire) -> Questionnaire:
    sections = tuple(
        replace(section, questions=tuple(_alone(section, each) for each in section.questions))
        for section in asked.sections
    )
    return replace(asked, paging=Paging.QUESTIONS, sections=sections)


def _alone(section: Section, question: Question) -> Question:
    if question.matrix is None or section.shuffled or question.shuffled:
        return question
    whole = Wording({language: question.whole_text(language) for language in question.texts})
    return replace(question, matrix=None, matrix_texts=None, texts=whole)
