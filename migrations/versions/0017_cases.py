"""How attempts to reach people ended, and reserves put to use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OUTCOMES = (
    "not_reached",
    "refused",
    "test_dossier",
    "moved",
    "deceased",
    "wrong_contact",
    "other",
)
CHANNELS = ("slip", "sms", "phone", "post")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PENDING = sa.text("released_at IS NULL")


def words(name: str, listed: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*listed, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "drawn_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        words("outcome", OUTCOMES),
        words("channel", CHANNELS),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_drawn_case_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_drawn_case_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["account.id"], name=op.f("fk_drawn_case_noted_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_case")),
        sa.UniqueConstraint(
            "round_id", "dossier_id", name=op.f("uq_drawn_case_round_id_dossier_id")
        ),
    )
    op.create_index("ix_drawn_case_dossier_id", "drawn_case", ["dossier_id"])
    op.create_table(
        "reserve_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("first_rank", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ranks_hash", sa.String(length=64), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        sa.Column("apart", DOCUMENT, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("ck_reserve_release_count")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_reserve_release_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cell.id"], name=op.f("fk_reserve_release_cell_id_cell")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_reserve_release_approval_id_approval")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_release")),
    )
    op.create_index("ix_reserve_release_round_id", "reserve_release", ["round_id"])
    op.create_index(
        "uq_reserve_release_pending",
        "reserve_release",
        ["cell_id"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def downgrade() -> None:
    # Reserves that were put to use stay drawn: they have ballots, which people may have used.
    op.drop_table("reserve_release")
    op.drop_table("drawn_case")
