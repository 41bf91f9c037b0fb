"""Rounds whose dossiers are still to arrive: what was promised, and the lists that came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATES = ("waiting", "taken", "refused", "unmapped")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "arriving_period",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("promise", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.Column("leaves", sa.LargeBinary(), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_arriving_period_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_arriving_period")),
    )
    op.create_table(
        "arrived_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("shown", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_arrived_list_round_id_round")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_arrived_list_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrived_list")),
        sa.UniqueConstraint(
            "round_id", "file_hash", name=op.f("uq_arrived_list_round_id_file_hash")
        ),
    )
    op.create_table(
        "arrival",
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_arrival_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["arrived_list.id"], name=op.f("fk_arrival_list_id_arrived_list")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_arrival")),
    )
    op.create_index("ix_arrival_list_id", "arrival", ["list_id"])


def downgrade() -> None:
    # Dossiers that arrived and their ballots stay; an older program cannot take further lists.
    op.drop_table("arrival")
    op.drop_table("arrived_list")
    op.drop_table("arriving_period")
