"""Who opens together at the close of a round, over trees of any shape."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given, strategies as st

from app.queries.boxes import CellPlace, leaves
from app.services.coarsening import final_groups
from app.vocabulary import CellLevel

# Answers in the leaves of a stratum; one number alone makes the stratum itself the leaf.
STRATUM = st.lists(st.integers(0, 25), min_size=1, max_size=5)
UNITS = st.lists(st.lists(STRATUM, min_size=1, max_size=4), min_size=1, max_size=4)
K = st.integers(5, 12)


@dataclass(frozen=True)
class Tree:
    """A round's cells, the answers in its leaves, and the way up from each of them."""

    cells: list[CellPlace]
    counts: dict[int, int]

    def upwards(self, cell: int) -> Iterator[CellPlace]:
        """Give a cell and those it is coarsened to."""
        by_id = {place.id: place for place in self.cells}
        here: int | None = cell
        while here is not None:
            yield by_id[here]
            here = by_id[here].parent_id

    def ancestor(self, cell: int, level: CellLevel) -> int | None:
        return next((place.id for place in self.upwards(cell) if place.level is level), None)


def tree(units: list[list[list[int]]]) -> Tree:
    """Lay out a round: units of strata of leaves."""
    cells, counts = [CellPlace(1, CellLevel.ROUND, None)], {}

    def add(level: CellLevel, parent: int) -> int:
        cells.append(CellPlace(len(cells) + 1, level, parent))
        return len(cells)

    for strata in units:
        unit = add(CellLevel.UNIT, 1)
        for answers in strata:
            stratum = add(CellLevel.STRATUM, unit)
            if len(answers) == 1:
                counts[stratum] = answers[0]
            else:
                counts |= {add(CellLevel.MIXING, stratum): count for count in answers}
    return Tree(cells, counts)


@given(units=UNITS, k=K)
def test_no_group_is_below_k_and_no_leaf_opens_twice(units, k: int):
    laid = tree(units)
    groups = final_groups(laid.cells, laid.counts, k)
    grouped = [leaf for group in groups for leaf in group.leaves]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= {leaf for leaf, count in laid.counts.items() if count}
    assert len({group.cell_id for group in groups}) == len(groups)
    for group in groups:
        assert sum(laid.counts[leaf] for leaf in group.leaves) >= k
        for leaf in group.leaves:
            assert group.cell_id in {place.id for place in laid.upwards(leaf)}


@given(units=UNITS, k=K)
def test_a_leaf_is_folded_only_when_it_is_below_k(units, k: int):
    laid = tree(units)
    groups = final_groups(laid.cells, laid.counts, k)
    alone = {group.cell_id for group in groups if group.leaves == (group.cell_id,)}
    assert alone == {leaf for leaf, count in laid.counts.items() if count >= k}
    for group in groups:
        if group.cell_id not in alone:
            assert group.cell_id not in laid.counts
            assert all(laid.counts[leaf] < k for leaf in group.leaves)


@given(units=UNITS, k=K)
def test_answers_go_no_wider_than_they_must(units, k: int):
    laid = tree(units)
    level = {place.id: place.level for place in laid.cells}
    ended = {
        leaf: level[group.cell_id]
        for group in final_groups(laid.cells, laid.counts, k)
        for leaf in group.leaves
    }
    small = {leaf for leaf, count in laid.counts.items() if 0 < count < k}
    still = set(small)
    for wider in (CellLevel.STRATUM, CellLevel.UNIT, CellLevel.ROUND):
        together = Counter[int | None]()
        for leaf in still:
            together[laid.ancestor(leaf, wider)] += laid.counts[leaf]
        # Whoever reaches k together at this level ends there; nobody else does.
        enough = {
            leaf
            for leaf in still
            if (own := laid.ancestor(leaf, wider)) != leaf and together[own] >= k
        }
        assert enough == {leaf for leaf in small if ended.get(leaf) is wider}
        still -= enough
    assert still == small - ended.keys()
    assert sum(laid.counts[leaf] for leaf in still) < k


@given(units=UNITS, k=K, opened_before=st.integers(0, 24))
def test_a_leaf_that_opened_before_opens_alone(units, k: int, opened_before: int):
    """While a round is open a cell keeps k boxes back, so at the close it has at least k."""
    laid = tree(units)
    leaf = sorted(laid.counts)[opened_before % len(laid.counts)]
    laid.counts[leaf] += k
    groups = final_groups(laid.cells, laid.counts, k)
    assert [group.leaves for group in groups if leaf in group.leaves] == [(leaf,)]


def test_small_leaves_meet_in_their_stratum_then_unit_then_round():
    laid = tree([[[12, 4, 6], [3, 3]], [[4]], [[3, 1]]])
    groups = final_groups(laid.cells, laid.counts, 10)
    named = {group.cell_id: group.leaves for group in groups}
    first, second = 3, 7  # the strata of the first unit
    assert named[4] == (4,)
    assert named[first] == (5, 6)
    assert second not in named  # six answers are too few, in the unit too
    assert named[1] == (8, 9, 11, 14, 15)  # all that is left reaches k in the round
    assert len(groups) == 3


def test_leaves_are_the_cells_that_ballots_belong_to():
    laid = tree([[[1, 2], [3]]])
    assert [place.id for place in leaves(laid.cells)] == sorted(laid.counts)
    assert leaves([CellPlace(1, CellLevel.ROUND, None), CellPlace(2, CellLevel.UNIT, 1)]) == []


def test_answers_that_reach_k_nowhere_are_in_no_group():
    laid = tree([[[4, 1], [2]], [[2]]])
    assert final_groups(laid.cells, laid.counts, 10) == []
