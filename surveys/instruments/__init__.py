"""Questionnaires that come with the program."""

from functools import cache
from importlib import resources

from surveys.errors import UnknownInstrumentError
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire

SUFFIX = ".json"


def available() -> tuple[str, ...]:
    """List the codes of the shipped questionnaires, in alphabetical order."""
    files = resources.files(__name__).iterdir()
    return tuple(
        sorted(file.name.removesuffix(SUFFIX) for file in files if file.name.endswith(SUFFIX))
    )


@cache
def load(code: str) -> Questionnaire:
    """Read a shipped questionnaire, once for the life of the process.

    Parameters
    ----------
    code : str
        One of `available`.

    Returns
    -------
    Questionnaire
        Always the same object for the same code.

    Raises
    ------
    UnknownInstrumentError
        If none of that code is shipped.
    """
    if code not in available():
        raise UnknownInstrumentError(code, available())
    return read_questionnaire((resources.files(__name__) / f"{code}{SUFFIX}").read_bytes())
