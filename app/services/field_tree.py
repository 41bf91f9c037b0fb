"""The strata of a round by unit with their counts, and what may be told of them together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.queries import volunteers
from app.queries.field_monitor import CellRow
from app.queries.rounds import RoundView
from app.services import hiding
from app.services.hiding import Nested, Told
from app.vocabulary import CellLevel

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


def apart(found: RoundView) -> dict[str, tuple[Told, Told]]:
    """Tell what came in beside the drawn dossiers, by code of the unit; counted like the rest."""
    told = volunteers.of_round(found.id, found.state)
    units = told.units if told else ()
    return {
        unit.code: (hiding.of_count(unit.volunteers), hiding.of_count(unit.open)) for unit in units
    }
