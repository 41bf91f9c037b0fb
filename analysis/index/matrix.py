"""The matrix item × audience -> criterion: survey shares become one share for each criterion."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from analysis.scoring.scheme import Link

Cell = tuple[str, str]


def criterion_share(links: Iterable[Link], shares: Mapping[Cell, Fraction | None]) -> Fraction:
    """Average the shares that feed one criterion.

    Parameters
    ----------
    links : iterable of Link
        The matrix rows of the criterion, at least one.
    shares : mapping of (item, audience) to Fraction or None
        Shares from 0 to 1; None, or no key, where there are too few ballots.

    Returns
    -------
    Fraction
        Σ weight × share / Σ weight.

    Raises
    ------
    KeyError
        With the (item, audience) whose share is missing: the others are never weighted up in
        its place, for that would change what the criterion measures.
    """
    links = tuple(links)
    total = sum((link.weight * known(shares, link) for link in links), Fraction(0))
    return total / sum((link.weight for link in links), Fraction(0))


def missing_cells(
    links: Iterable[Link], shares: Mapping[Cell, Fraction | None]
) -> tuple[Cell, ...]:
    """Give the cells of the matrix that have no share."""
    cells = ((link.item, link.audience) for link in links)
    return tuple(cell for cell in cells if shares.get(cell) is None)


def known(shares: Mapping[Cell, Fraction | None], link: Link) -> Fraction:
    """Give the share of a matrix row."""
    share = shares.get((link.item, link.audience))
    if share is None:
        raise KeyError((link.item, link.audience))
    return share
