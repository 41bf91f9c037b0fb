"""Questionnaire files for commands: sound ones, or a list of faults and exit code 1."""

from functools import partial
from pathlib import Path

import click

from app.commands.reporting import stop_over, stop_with_faults
from surveys.checking import check
from surveys.errors import QuestionnaireError
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


def sound(file: Path, *, as_json: bool, named: bool = False) -> Questionnaire:
    """Read a file that has no faults; otherwise list them all and leave.

    Parameters
    ----------
    named : bool
        Name the file above its faults, where a command reads several.
    """
    stop = partial(stop_over, file) if named else stop_with_faults
    try:
        found = read_questionnaire(file.read_bytes())
    except QuestionnaireError as error:
        stop(error.faults, as_json=as_json)
    faults = check(found)
    if faults:
        stop(faults, as_json=as_json)
    return found
