"""Numbers of strata, as a plan's form takes them: a line each."""

import re

from app.services.errors import FieldFault, InvalidInputError
from app.texts import N_

# The last colon parts label and number: a field of work may hold colons itself.
LINE = re.compile(r"(?P<label>.+):\s*(?P<number>\d+(?:[.,]\d+)?)")


def read_deviations(text: str, part: str = "deviations") -> dict[str, float]:
    """Read lines such as "26041: 0,45".

    Parameters
    ----------
    part : str
        The field that faults are put beside.

    Raises
    ------
    InvalidInputError
        If a line has no number, or a stratum stands twice.
    """
    found: dict[str, float] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        label = match["label"].strip() if match else ""
        if not match:
            wanted = N_("Line %(line)s: write the stratum, a colon and a number.")
            faults.append(FieldFault(part, wanted, {"line": number}))
        elif label in found:
            twice = N_("Line %(line)s: this stratum stands there twice.")
            faults.append(FieldFault(part, twice, {"line": number}))
        else:
            found[label] = float(match["number"].replace(",", "."))
    if faults:
        raise InvalidInputError(faults=faults)
    return found


def read_sizes(text: str) -> dict[str, int]:
    """Read lines such as "26041: 40".

    Raises
    ------
    InvalidInputError
        As `read_deviations`, or if a number is not whole.
    """
    found = read_deviations(text, "given")
    broken = [label for label, number in found.items() if number != int(number)]
    if broken:
        wanted = N_("The size of %(label)s must be a whole number.")
        raise InvalidInputError(faults=[FieldFault("given", wanted, {"label": broken[0]})])
    return {label: int(number) for label, number in found.items()}
