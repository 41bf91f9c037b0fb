"""Claims: what the token of one opens, seen as a ballot that does not exist yet."""

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Cell, Claim, MixingKey, Round, Unit
from app.queries.ballots import NO_BALLOT, BallotView
from app.vocabulary import CellLevel

BY_TOKEN = (
    select(
        Claim.round_id,
        Cell.id.label("cell_id"),
        Claim.spent,
        Claim.accept,
        Round.state,
        Round.dry_run,
        Round.questionnaire_hash,
        func.coalesce(Unit.name, "").label("unit_name"),
        Claim.door,
        Claim.opens_on,
        MixingKey.id.label("key_id"),
        MixingKey.public,
    )
    .select_from(Claim)
    .join(Round, Round.id == Claim.round_id)
    .outerjoin(Unit, Unit.id == Claim.unit_id)
    .outerjoin(Cell, and_(Cell.round_id == Round.id, Cell.level == CellLevel.WAITING))
    .outerjoin(MixingKey, and_(MixingKey.cell_id == Cell.id, ~MixingKey.retired))
)


def by_token(token_hash: bytes) -> BallotView | None:
    """Find the claim that a token opens; the connection goes back at once.

    Returns
    -------
    BallotView or None
        Its number is `NO_BALLOT`, its cell the one that waits, or 0 before the round is drawn.
    """
    with db.engine.connect() as connection:
        row = connection.execute(BY_TOKEN.where(Claim.hash == token_hash)).one_or_none()
    if row is None:
        return None
    return BallotView(
        id=NO_BALLOT,
        round_id=row.round_id,
        cell_id=row.cell_id or 0,
        spent=row.spent,
        accept=row.accept,
        state=row.state,
        dry_run=row.dry_run,
        questionnaire_hash=row.questionnaire_hash,
        unit_name=row.unit_name,
        door=row.door,
        key_id=row.key_id,
        public=row.public,
        opens_on=row.opens_on,
    )
