"""What kind of applicant each drawn dossier is of, and mixing cells that carry it."""

import random
from collections import Counter

from sqlalchemy import select, update

from app.database import writing
from app.models import Ballot, Cell, Dossier
from app.vocabulary import CellLevel

KINDS = {"citizen": 0.8, "organisation": 0.12, "household_business": 0.08}
POPULATION = 10


def describe_dossiers(round_id: int, chance: random.Random) -> dict[int, str]:
    """Write into the dossier list of what kind each applicant is; the kinds by ballot."""
    with writing() as session:
        rows = session.execute(
            select(Ballot.id, Ballot.dossier_id)
            .where(Ballot.round_id == round_id)
            .order_by(Ballot.id)
        ).all()
        kinds = chance.choices(list(KINDS), list(KINDS.values()), k=len(rows))
        session.execute(
            update(Dossier),
            [
                {"id": row.dossier_id, "respondent_kind": kind}
                for row, kind in zip(rows, kinds, strict=True)
            ],
        )
    return {row.id: kind for row, kind in zip(rows, kinds, strict=True)}


def carry(round_id: int, kinds: dict[int, str]) -> None:
    """Split the strata by kind, as a plan does whose answers carry it."""
    with writing() as session:
        ballots = list(session.scalars(select(Ballot).where(Ballot.round_id == round_id)))
        sizes = Counter((ballot.cell_id, kinds[ballot.id]) for ballot in ballots)
        cells = {}
        for (stratum_id, kind), size in sorted(sizes.items()):
            stratum = session.get_one(Cell, stratum_id)
            cells[stratum_id, kind] = Cell(
                round_id=round_id,
                level=CellLevel.MIXING,
                label=f"{stratum.label}/{kind}",
                parent_id=stratum_id,
                unit_id=stratum.unit_id,
                carried={"respondent_kind": kind},
                population=POPULATION * size,
                drawn=size,
            )
        session.add_all(cells.values())
        session.flush()
        for ballot in ballots:
            ballot.cell_id = cells[ballot.cell_id, kinds[ballot.id]].id
