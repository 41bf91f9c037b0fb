"""The three numbers of anonymity and precision, as the installation sets them; never mixed up."""

from dataclasses import dataclass


@dataclass
class Thresholds:
    """What `docs/glossary.md` calls k, n and effective n.

    Attributes
    ----------
    mixing_k : int
        Fewest answers that may open together, and so share a cell.
    disclosure_n : int
        Fewest answers of which a number may be shown.
    effective_n : int
        Smallest effective number of answers that makes points.
    """

    mixing_k: int = 10
    disclosure_n: int = 10
    effective_n: int = 30


present = Thresholds()


def install(mixing_k: int, disclosure_n: int, effective_n: int) -> None:
    """Take over the settings; `create_app` calls this once."""
    present.mixing_k = mixing_k
    present.disclosure_n = disclosure_n
    present.effective_n = effective_n
