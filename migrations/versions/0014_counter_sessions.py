"""Counter sessions, and ballots that belong to one instead of to a dossier."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OLD_LEVELS = (
    "mixing",
    "stratum",
    "unit",
    "round",
    "volunteer_unit",
    "volunteer_round",
    "open_unit",
    "open_round",
    "waiting",
)
NEW_LEVELS = ("session", "session_round")
HALVES = ("morning", "afternoon")
FILLED = ("ballot", "box", "answer", "tally", "form_tally", "batch", "field_count")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def allow_levels(words: tuple[str, ...]) -> None:
    """Let cells be of these levels and no others."""
    with op.batch_alter_table("cell") as cells:
        cells.drop_constraint(op.f("ck_cell_level"), type_="check")
        cells.create_check_constraint(op.f("ck_cell_level"), one_of("level", words))


def upgrade() -> None:
    allow_levels(OLD_LEVELS + NEW_LEVELS)
    op.create_table(
        "counter_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "half",
            sa.Enum(*HALVES, name="half", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cell_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.Column("handed", sa.Integer(), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=True),
        sa.Column("spoiled", sa.Integer(), nullable=True),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(cell_id IS NULL) = (rank IS NULL)", name=op.f("ck_counter_session_drawn")
        ),
        sa.CheckConstraint(
            "served IS NULL OR closed_at IS NOT NULL", name=op.f("ck_counter_session_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cell.id"], name=op.f("fk_counter_session_cell_id_cell")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_counter_session_closed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_counter_session_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_counter_session_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_session")),
        sa.UniqueConstraint(
            "round_id",
            "counter_id",
            "day",
            "half",
            name=op.f("uq_counter_session_round_id_counter_id_day_half"),
        ),
    )
    op.create_index("ix_counter_session_counter_id_day", "counter_session", ["counter_id", "day"])
    op.create_index("ix_counter_session_cell_id", "counter_session", ["cell_id"])
    with op.batch_alter_table("ballot") as ballot:
        ballot.alter_column("dossier_id", existing_type=sa.Integer(), nullable=True)
        ballot.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        ballot.create_foreign_key(
            op.f("fk_ballot_session_id_counter_session"), "counter_session", ["session_id"], ["id"]
        )
        ballot.create_check_constraint(
            op.f("ck_ballot_origin"), "(dossier_id IS NULL) <> (session_id IS NULL)"
        )
        ballot.create_check_constraint(
            op.f("ck_ballot_of_session"), "session_id IS NULL OR drawn = 'P'"
        )
        ballot.create_index("ix_ballot_session_id", ["session_id"])


def downgrade() -> None:
    # Cards and turns that nobody has answered with go. A round in which somebody has stays
    # refused: an older program has no place for such a ballot, nor for its cell.
    unspent = "SELECT id FROM ballot WHERE session_id IS NOT NULL AND NOT spent"
    op.execute(f"DELETE FROM token WHERE ballot_id IN ({unspent})")
    op.execute(f"DELETE FROM ballot WHERE id IN ({unspent})")
    with op.batch_alter_table("ballot") as ballot:
        ballot.drop_index("ix_ballot_session_id")
        ballot.drop_constraint(op.f("ck_ballot_of_session"), type_="check")
        ballot.drop_constraint(op.f("ck_ballot_origin"), type_="check")
        ballot.drop_constraint(op.f("fk_ballot_session_id_counter_session"), type_="foreignkey")
        ballot.drop_column("session_id")
        ballot.alter_column("dossier_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("counter_session")
    drop_empty_cells()
    allow_levels(OLD_LEVELS)


def drop_empty_cells() -> None:
    """Forget the cells of sessions in which nothing was ever said, and their keys."""
    unused = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.cell_id = cell.id)" for table in FILLED
    )
    empty = f"SELECT id FROM cell WHERE {one_of('level', NEW_LEVELS)} AND {unused}"
    op.execute(f"DELETE FROM mixing_key WHERE cell_id IN ({empty})")
    op.execute(f"UPDATE cell SET parent_id = NULL WHERE id IN ({empty})")
    op.execute(f"DELETE FROM cell WHERE id IN ({empty})")
