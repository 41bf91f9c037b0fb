"""What is asked and written to issue one code, as statements on the driver's own cursor.

The software that calls prints a receipt while somebody waits, and gives up after a second.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    Dialect,
    String,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.models import (
    ApiKey,
    Ballot,
    Cell,
    Claim,
    CredentialCount,
    Dossier,
    Frame,
    Round,
    Token,
    Unit,
)
from app.services import populations
from app.statements import Statement
from app.vocabulary import CellLevel, Door, FrameState, RoundState

# A trial round comes last, one that takes answers first, then the newest.
ORDER = (Round.dry_run, case((Round.state == RoundState.OPEN, 0), else_=1), Round.id.desc())
KINDS = Round.plan[(populations.KEY, "respondents")].as_string()
# Written out: SQLite plans a statement anew each time when its choice of an index that covers a
# part of the rows hangs on a value that is bound.
CURRENT = literal_column(f"'{FrameState.CURRENT}'", String())
VOLUNTEER = Cell.__table__.alias("volunteer")

ONE_BY_ONE = Statement(select(func.pg_advisory_xact_lock(bindparam("lock"))))

KEY_HOLDS = Statement(
    select(ApiKey.id).where(ApiKey.id == bindparam("key"), ApiKey.revoked_at.is_(None))
)

UNITS = Statement(select(Unit.code, Unit.id).where(Unit.code == bindparam("code")))

# The dossier in each round that may get it an answer, with its ballot or where that would lie.
LISTED = Statement(
    select(
        Round.id,
        KINDS,
        Dossier.id,
        Dossier.respondent_kind,
        Dossier.unit_id,
        Dossier.receiving_unit_id,
        Dossier.resolving_unit_id,
        Dossier.due,
        Dossier.finished,
        Ballot.id,
        VOLUNTEER.c.id,
    )
    .select_from(Frame)
    .join(Round, Round.id == Frame.round_id)
    .join(Dossier, Dossier.frame_id == Frame.id)
    .join(Unit, Unit.id == Dossier.unit_id)
    .outerjoin(Ballot, and_(Ballot.round_id == Round.id, Ballot.dossier_id == Dossier.id))
    .outerjoin(
        VOLUNTEER,
        and_(
            VOLUNTEER.c.round_id == Round.id,
            VOLUNTEER.c.level == CellLevel.VOLUNTEER_UNIT,
            VOLUNTEER.c.label == Unit.code,  # as `volunteers` names them, for there is an index
        ),
    )
    .where(
        Frame.state == CURRENT,
        (Round.state == RoundState.OPEN) | (Round.state == RoundState.DRAWN),
        Dossier.code == bindparam("code"),
    )
    .order_by(*ORDER)
)

# Rounds that may ask about dossiers of one of two units which their lists do not hold yet. The
# share lock makes an end of the round wait.
ASKING = Statement(
    select(Round.id, KINDS, Cell.unit_id)
    .select_from(Round)
    .join(Cell, Cell.round_id == Round.id)
    .where(
        Round.state == RoundState.OPEN,
        Cell.level == CellLevel.UNIT,
        # Cells of units bear their codes, for which there is an index.
        (Cell.label == bindparam("unit")) | (Cell.label == bindparam("other")),
    )
    .order_by(*ORDER, case((Cell.label == bindparam("unit"), 0), else_=1))
    .with_for_update(read=True, of=Round)
)

BALLOT = Statement(
    select(Ballot.id).where(
        Ballot.round_id == bindparam("round"), Ballot.dossier_id == bindparam("dossier")
    )
)

# What was printed on slips is not ours to void: it is clipped to a result already.
VOID_TOKENS = Statement(
    delete(Token).where(
        Token.ballot_id == bindparam("ballot"),
        Token.door == bindparam("through"),
        Token.slip_run_id.is_(None),
    )
)
VOID_CLAIMS = Statement(
    delete(Claim).where(
        Claim.round_id == bindparam("round"),
        Claim.dossier_code == bindparam("code"),
        Claim.door == bindparam("through"),
        ~Claim.spent,
    )
)
# The result is there before the day that was promised: what the receipt bears opens too.
OPEN_RECEIPTS = Statement(
    update(Token)
    .where(Token.ballot_id == bindparam("ballot"), Token.door == Door.RECEIPT)
    .where(Token.opens_on.is_not(None))
    .values(opens_on=null())
)
KNOWN_TOKEN = Statement(
    select(Token.ballot_id, Token.opens_on).where(
        Token.hash == bindparam("hash"), Token.ballot_id == bindparam("ballot")
    )
)
KNOWN_CLAIM = Statement(
    select(Claim.round_id, Claim.opens_on).where(
        Claim.hash == bindparam("hash"), Claim.round_id == bindparam("round")
    )
)
KEEP_TOKENS = Statement(
    insert(Token).values(
        [
            {
                "hash": bindparam(name),
                "ballot_id": bindparam("ballot"),
                "door": bindparam("through"),
                "opens_on": bindparam("opens"),
            }
            for name in ("link", "typed")
        ]
    )
)
KEEP_CLAIMS = Statement(
    insert(Claim).values(
        [
            {
                "hash": bindparam(name),
                "round_id": bindparam("round"),
                "dossier_code": bindparam("code"),
                "unit_id": bindparam("unit"),
                "counter_id": bindparam("counter"),
                "door": bindparam("through"),
                "opens_on": bindparam("opens"),
                "until": bindparam("ends"),
                "spent": False,
            }
            for name in ("link", "typed")
        ]
    )
)


def _upserts(dialect: Any) -> tuple[Statement, Statement]:
    ballots, counts = Ballot.__table__, CredentialCount.__table__
    assert isinstance(ballots, Table)
    assert isinstance(counts, Table)
    ballot = dialect.insert(ballots).values(
        round_id=bindparam("round"),
        dossier_id=bindparam("dossier"),
        cell_id=bindparam("cell"),
        drawn="N",
        rank=0,
        spent=False,
    )
    count = dialect.insert(counts).values(
        round_id=bindparam("round"),
        counter_code=bindparam("called"),
        day=bindparam("present"),
        issued=bindparam("more"),
        reissued=bindparam("again"),
    )
    adding = {
        "issued": counts.c.issued + count.excluded.issued,
        "reissued": counts.c.reissued + count.excluded.reissued,
    }
    return (
        Statement(ballot.on_conflict_do_nothing()),
        Statement(count.on_conflict_do_update(index_elements=counts.primary_key, set_=adding)),
    )


UPSERTS = {"sqlite": _upserts(sqlite), "postgresql": _upserts(postgresql)}


class Bare:
    """A connection of the driver, in the transaction that is open on it, for statements alone."""

    def __init__(self, lent: Any, dialect: Dialect) -> None:
        self.lent, self.dialect = lent, dialect
        self.new_ballot, self.count = UPSERTS[dialect.name]

    @property
    def on_sqlite(self) -> bool:
        """Whether nobody else writes anyway."""
        return self.dialect.name == "sqlite"

    def day(self, value: date | None) -> Any:
        """Give a day as the driver takes it."""
        return value.isoformat() if value and self.on_sqlite else value

    def run(self, statement: Statement, **values: Any) -> Any:
        """Run a statement; give its cursor."""
        return statement.run(self.lent, self.dialect, values)
