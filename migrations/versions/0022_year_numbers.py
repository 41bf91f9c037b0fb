"""Owners who were asked within a year, and what a committed draw needs to know of them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_owner",
        sa.Column("owner", sa.LargeBinary(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_asked_owner_round_id_round")
        ),
        sa.PrimaryKeyConstraint("owner", "day", name=op.f("pk_asked_owner")),
    )
    op.create_index("ix_asked_owner_day", "asked_owner", ["day"])
    op.create_table(
        "frozen_owner",
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_frozen_owner_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_frozen_owner_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_frozen_owner")),
    )
    op.create_index(op.f("ix_frozen_owner_round_id"), "frozen_owner", ["round_id"])
    op.create_table(
        "frozen_list",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_frozen_list_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_frozen_list")),
    )


def downgrade() -> None:
    # Who was asked is forgotten: an older program asks without looking back.
    op.drop_table("frozen_list")
    op.drop_index(op.f("ix_frozen_owner_round_id"), table_name="frozen_owner")
    op.drop_table("frozen_owner")
    op.drop_index("ix_asked_owner_day", table_name="asked_owner")
    op.drop_table("asked_owner")
