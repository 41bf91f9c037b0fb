"""What somebody reads who reads a question aloud, and the name of exactly these words."""

import hashlib
import json

from surveys.questionnaire import Question


def words(question: Question, language: str) -> tuple[str, ...]:
    """List what is read aloud of a question.

    Parameters
    ----------
    language : str
        One that the questionnaire speaks.

    Returns
    -------
    tuple of str
        Heading of its matrix, question, hint, options in the order of the document; what it does
        not have is left out. A place for an earlier answer stands as it is written: ``{code}``.
    """
    around = (question.matrix_texts, question.texts, question.hints)
    wordings = [wording for wording in around if wording]
    wordings += [choice.texts for choice in question.choices]
    return tuple(wording.in_language(language) for wording in wordings)


def digest(question: Question, language: str) -> str:
    """Name the words of a question in a language.

    Questions with the same words have the same name, in whatever questionnaire they stand; with
    one letter changed they have another.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    told = json.dumps([language, *words(question, language)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
