"""Dossiers of a list in the order in which they lie, not in that of their codes."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite went through a list by the index of its codes, a page here and a page there: ten
    # times the work once a list has a million rows.
    op.create_index(op.f("ix_dossier_frame_id"), "dossier", ["frame_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_dossier_frame_id"), "dossier")
