"""Stopping rules and waves of a round."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave_plan",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sms_after", sa.Integer(), nullable=False),
        sa.Column("visit_after", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("by_unit", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "sms_after > 0 AND visit_after > sms_after", name=op.f("ck_wave_plan_days")
        ),
        sa.CheckConstraint("attempts BETWEEN 1 AND 3", name=op.f("ck_wave_plan_attempts")),
        sa.CheckConstraint("target % 10 = 0 AND target > 0", name=op.f("ck_wave_plan_target")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_wave_plan_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_wave_plan")),
    )


def downgrade() -> None:
    # An older program follows up after 3 and 6 days and stops by nothing; the log keeps the rest.
    op.drop_table("wave_plan")
