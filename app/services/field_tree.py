"""The strata of a round by unit with their counts, and what may be told of them together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.queries import field_counts, field_monitor as rows
from app.queries.field_monitor import CellRow
from app.queries.rounds import RoundView
from app.services import apart_counts, hiding
from app.services.hiding import Nested, Told
from app.vocabulary import CellLevel, RoundState

NOT_COUNTED = Told(0, None)


@dataclass(frozen=True)
class Tree:
    """The strata of a round by unit, in the order of their labels, with their counts."""

    units: Mapping[int, CellRow]
    strata: Mapping[int, Sequence[CellRow]]
    spent: Mapping[int, int]
    invited: Mapping[int, int]

    @classmethod
    def of(
        cls, cells: Sequence[CellRow], spent: Mapping[int, int], invited: Mapping[int, int]
    ) -> "Tree":
        """Add cells up to strata and strata to units."""
        strata: dict[int, list[CellRow]] = {}
        answered, asked = Counter[int](), Counter[int]()
        for cell in cells:
            if cell.level is CellLevel.STRATUM and cell.unit_id is not None:
                strata.setdefault(cell.unit_id, []).append(cell)
            stratum = cell.parent_id if cell.level is CellLevel.MIXING else cell.id
            assert stratum is not None
            answered[stratum] += spent.get(cell.id, 0)
            asked[stratum] += invited.get(cell.id, 0)
        units = {
            cell.unit_id: cell
            for cell in cells
            if cell.level is CellLevel.UNIT and cell.unit_id is not None
        }
        return cls(units, strata, answered, asked)

    @property
    def counts(self) -> list[list[int]]:
        """Answers of each stratum by unit."""
        return [[self.spent[cell.id] for cell in cells] for cells in self.strata.values()]

    @property
    def total(self) -> int:
        """Answers of the round."""
        return sum(map(sum, self.counts))

    def told(self) -> Nested:
        """Hide what may not be told; nobody answers who was not asked."""
        return hiding.nested(
            self.counts,
            [[self._most(cell) for cell in cells] for cells in self.strata.values()],
        )

    def untold(self) -> Nested:
        """Tell nothing: nobody has counted yet."""
        parts = tuple((NOT_COUNTED,) * len(cells) for cells in self.strata.values())
        return Nested(NOT_COUNTED, (NOT_COUNTED,) * len(parts), parts)

    def _most(self, cell: CellRow) -> int:
        invited = self.invited[cell.id]
        return invited if invited >= self.spent[cell.id] else cell.drawn


@dataclass(frozen=True)
class Counted:
    """The answers of a round, and what may be told of them.

    Attributes
    ----------
    known : bool
        Whether anybody has counted them yet.
    at : datetime or None
        When an open round was last counted; None when it has closed.
    """

    tree: Tree
    told: Nested
    known: bool
    at: datetime | None


def counted(found: RoundView) -> Counted:
    """Count the answers of a round: those of the last full hour while it is open (0028)."""
    is_open = found.state is RoundState.OPEN
    hourly = field_counts.hourly(found.id) if is_open else None
    known = not is_open or hourly is not None
    spent = hourly.by_cell if hourly else field_counts.ballots_by_cell(found.id) if known else {}
    tree = Tree.of(rows.cells(found.id), spent, field_counts.invited_by_cell(found.id))
    told = tree.told() if known else tree.untold()
    return Counted(tree, told, known, hourly.counted_at if hourly else None)


def held_units(found: RoundView) -> frozenset[int]:
    """List the units whose answers are not told: no other table may tell how many there are."""
    now = counted(found)
    pairs = zip(now.tree.strata, now.told.groups, strict=True)
    return frozenset(unit_id for unit_id, answered in pairs if not answered.exact)


def apart(found: RoundView) -> dict[str, tuple[Told, Told]]:
    """Tell what came in beside the drawn dossiers, by code of the unit; counted like the rest."""
    told = apart_counts.of_round(found.id, found.state)
    units = told.units if told else ()
    return {unit.code: (unit.volunteers, unit.open) for unit in units}
