"""Commitments and lists with salts as work of the worker."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NEW_KINDS = ("commit", "frame_file")
OLD_KINDS = (
    "read_frame",
    "import_frame",
    "remove_frame",
    "draw",
    "open_round",
    "print_slips",
    "print_posters",
    "match_claims",
    "mix",
    "close_round",
    "estimate",
    "import_criteria",
    "read_scores",
    "import_scores",
    "merge",
    "import_people",
    "rotate_key",
    "demo",
    "post_batch",
)


def allow(kinds: tuple[str, ...]) -> None:
    """Let jobs be of these kinds and no others."""
    name = op.f("ck_job_kind")
    with op.batch_alter_table("job") as job:
        job.drop_constraint(name, type_="check")
        job.create_check_constraint(name, f"kind IN ({', '.join(map(repr, kinds))})")


def upgrade() -> None:
    allow((*OLD_KINDS, *NEW_KINDS))


def downgrade() -> None:
    # Jobs that older code does not know: what they did stays, that they did it is in the log.
    gone = f"kind IN ({', '.join(map(repr, NEW_KINDS))})"
    op.execute(sa.text(f"DELETE FROM job_file WHERE job_id IN (SELECT id FROM job WHERE {gone})"))
    op.execute(sa.text(f"DELETE FROM job WHERE {gone}"))
    allow(OLD_KINDS)
