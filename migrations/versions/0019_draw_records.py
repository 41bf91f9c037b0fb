"""The papers of a draw: its promise, its leaves and its record."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draw_record",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("leaves", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_draw_record_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_draw_record")),
    )


def downgrade() -> None:
    # An older program shows its draws without papers; what was drawn stays.
    op.drop_table("draw_record")
