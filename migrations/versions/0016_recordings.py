"""Questions read aloud: recordings of a questionnaire's texts."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice",
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_voice")),
    )
    op.create_index(op.f("ix_voice_hash"), "voice", ["hash"])


def downgrade() -> None:
    # An older program shows no question with a voice; nothing else refers to one.
    op.drop_table("voice")
