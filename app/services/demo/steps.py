"""How far the demo has come: its steps by name, and a meter that tells in hundredths of each."""

from collections.abc import Callable

from app.texts import N_

Progress = Callable[[int, int], None]
PEOPLE, LISTS, DRAWS, ANSWERS, ESTIMATES, INDEX = range(6)
NAMES = (
    N_("People and units"),
    N_("Dossier lists"),
    N_("Draws in public"),
    N_("Answers"),
    N_("Mixing and estimates"),
    N_("Index"),
)
EACH = 100
TOTAL = EACH * len(NAMES)


class Meter:
    """Tells the progress of the whole; each telling is a chance to be cancelled."""

    def __init__(self, report: Progress) -> None:
        self._report = report
        self._told = -1

    def tell(self, step: int, done: int = 0, total: int = 1) -> None:
        """Tell that so much of a step is done, if that shows."""
        reached = step * EACH + (EACH * done // total if total else 0)
        if reached > self._told:
            self._told = reached
            self._report(reached, TOTAL)


def present(done: int) -> int:
    """Tell which step a report was made in."""
    return min(done // EACH, len(NAMES) - 1)
