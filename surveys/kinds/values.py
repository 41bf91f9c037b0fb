"""What must hold for options that stand for numbers."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from surveys.errors import Fault
from surveys.questionnaire import Choice


def value_faults(
    choices: Sequence[Choice], satisfied_from: Fraction | None, path: str
) -> Iterator[Fault]:
    """Tell what is wrong with the values of options and with their cut.

    Parameters
    ----------
    choices : sequence of Choice
        Each but the exclusive ones must have a value of its own.
    satisfied_from : Fraction, optional
        Must leave options on both sides.
    path : str
        Of the scale or question that has them.
    """
    taken = set()
    for number, choice in enumerate(choices):
        place = f"{path}.choices[{number}]"
        if choice.value is None and not choice.exclusive:
            yield Fault(place, "value_missing")
        elif choice.value is not None and choice.exclusive:
            yield Fault(f"{place}.value", "value_out_of_place", choice.value)
        elif choice.value in taken:
            yield Fault(f"{place}.value", "value_clash", choice.value)
        elif choice.value is not None:
            taken.add(choice.value)
    if len(taken) < 2:
        yield Fault(f"{path}.choices", "too_few_values")
    elif satisfied_from is not None and not min(taken) < satisfied_from <= max(taken):
        yield Fault(f"{path}.satisfied_from", "cut_divides_nothing", satisfied_from)
