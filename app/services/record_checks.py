"""Whether the people who are asked are those that the record of the draw names."""

from sqlalchemy import select

from app.extensions import db
from app.models import Ballot, Dossier
from app.queries import draw_records
from app.services import records


def differing(round_id: int) -> int | None:
    """Count dossiers that hold a drawn ballot or are on the record, but not both.

    Ballots given or moved by anybody with access to the database show here; the record cannot
    be changed along with them, for its hash is in the log.

    Returns
    -------
    int or None
        None for a draw without a record.
    """
    kept, text = draw_records.kept(round_id), draw_records.record(round_id)
    if kept is None or text is None:
        return None
    record = records.read(text)
    named = {leaf for outcome in record.result for leaf in outcome.drawn}
    named |= {leaf for release in record.releases for leaf in release.dossiers}
    query = select(Dossier.code).join(Ballot, Ballot.dossier_id == Dossier.id)
    asked = query.where(Ballot.round_id == round_id, Ballot.drawn == "P")
    frame = records.salted([], kept.leaf_key)
    return len(named ^ {frame.leaf(code) for code in db.session.scalars(asked)})
