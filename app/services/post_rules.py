"""Rules of a batch for the post office: its size, the share re-checked, what is paid.

Numbers in, numbers out; decision 0051 says why.
"""

from dataclasses import dataclass

# A batch comes in full tens, and leaves out ten of those whose turn it is.
STEP = 10
FEWEST_RECHECKS = 3
# Up to this share, forms that fail may be chance and are deducted one by one.
TOLERATED = 0.05


def size(silent: int, turn: int, most: int) -> int:
    """Count the forms of a batch.

    Full tens tell of those who have not answered no more than that there are so many; and of ten
    of those whose turn it is, a batch says nothing.

    Parameters
    ----------
    silent, turn : int
        Dossiers of the unit whose turn it is: those without an answer, and all of them.
    most : int
        What the carrier can take.

    Examples
    --------
    >>> size(28, 40, 500), size(40, 40, 500), size(28, 40, 15), size(9, 40, 500)
    (20, 30, 10, 0)
    """
    return max(0, min(silent, turn - STEP, most) // STEP * STEP)


def rechecks(forms: int, share: int) -> int:
    """Count the dossiers that are re-checked: the share in per cent rounded up, at least three.

    Examples
    --------
    >>> rechecks(120, 10), rechecks(121, 10), rechecks(10, 10), rechecks(2, 10)
    (12, 13, 3, 2)
    """
    return min(forms, max(FEWEST_RECHECKS, -(-forms * share // 100)))


@dataclass(frozen=True)
class Returned:
    """What the carrier brought back: each form is one of these."""

    valid: int
    invalid: int
    not_reached: int
    refused: int
    unused: int

    @property
    def all(self) -> int:
        """Forms that are accounted for."""
        return sum(vars(self).values())


@dataclass(frozen=True)
class Found:
    """What the re-check found of its dossiers: each is one of these.

    Attributes
    ----------
    confirmed : int
        The person was visited and answered.
    not_visited, another : int
        Nobody came, or somebody else answered: the form fails.
    absent : int
        The re-check did not reach the person either, and says nothing.
    unclaimed : int
        The carrier did not hand the form in as valid.
    """

    confirmed: int
    not_visited: int
    another: int
    absent: int
    unclaimed: int

    @property
    def all(self) -> int:
        """Dossiers that are accounted for."""
        return sum(vars(self).values())

    @property
    def failed(self) -> int:
        """Forms that fail."""
        return self.not_visited + self.another

    @property
    def judged(self) -> int:
        """Forms that the re-check could say something about."""
        return self.confirmed + self.failed


def is_redone(lower: float | None) -> bool:
    """Whether the whole batch is to be done again: more failed than chance explains.

    Examples
    --------
    >>> is_redone(None), is_redone(0.008), is_redone(0.094)
    (False, False, True)
    """
    return lower is not None and lower > TOLERATED


def paid(valid: int, failed: int, lower: float | None) -> int:
    """Count the forms that are paid for: valid ones less failed re-checks, none of a redone batch.

    Examples
    --------
    >>> paid(90, 2, 0.01), paid(1, 2, 0.01), paid(90, 6, 0.2)
    (88, 0, 0)
    """
    return 0 if is_redone(lower) else max(0, valid - failed)
