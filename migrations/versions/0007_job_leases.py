"""Jobs held by leases, cancelled on request, with files as their outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ALIVE = sa.text("subject <> '' AND state IN ('queued', 'running')")
OLD_KINDS = (
    "import_frame",
    "draw",
    "open_round",
    "mix",
    "close_round",
    "estimate",
    "import_criteria",
    "import_scores",
    "merge",
    "demo",
)
NEW_KINDS = (
    "read_frame",
    "remove_frame",
    "print_slips",
    "read_scores",
    "import_people",
    "rotate_key",
)
OLD_STATES = ("queued", "running", "done", "failed")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(
            sa.Column("subject", sa.String(length=64), nullable=False, server_default="")
        )
        job.add_column(
            sa.Column("lease_holder", sa.String(length=64), nullable=False, server_default="")
        )
        job.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        job.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        job.add_column(
            sa.Column("cancel_asked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        job.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        job.drop_constraint(op.f("ck_job_kind"), type_="check")
        job.drop_constraint(op.f("ck_job_state"), type_="check")
        job.create_check_constraint(op.f("ck_job_kind"), one_of("kind", OLD_KINDS + NEW_KINDS))
        job.create_check_constraint(
            op.f("ck_job_state"), one_of("state", (*OLD_STATES, "cancelled"))
        )
        job.create_index("ix_job_state", ["state"])
        job.create_index(
            "uq_job_alive",
            ["kind", "subject"],
            unique=True,
            sqlite_where=ALIVE,
            postgresql_where=ALIVE,
        )
    # Numbers of uploads never come back: an old page would name somebody else's file.
    with op.batch_alter_table(
        "upload",
        recreate="always" if op.get_bind().dialect.name == "sqlite" else "never",
        table_kwargs={"sqlite_autoincrement": True},
    ) as upload:
        upload.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "job_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_job_file_job_id_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_file")),
    )
    op.create_index(op.f("ix_job_file_job_id"), "job_file", ["job_id"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def downgrade() -> None:
    op.drop_table("lease")
    op.drop_table("job_file")
    with op.batch_alter_table("upload") as upload:
        upload.drop_column("expires_at")
    # An older program knows neither these kinds nor this state.
    op.execute(f"DELETE FROM job WHERE {one_of('kind', NEW_KINDS)}")
    op.execute("UPDATE job SET state = 'failed' WHERE state = 'cancelled'")
    with op.batch_alter_table("job") as job:
        job.drop_index("uq_job_alive")
        job.drop_index("ix_job_state")
        job.drop_constraint(op.f("ck_job_kind"), type_="check")
        job.drop_constraint(op.f("ck_job_state"), type_="check")
        job.create_check_constraint(op.f("ck_job_kind"), one_of("kind", OLD_KINDS))
        job.create_check_constraint(op.f("ck_job_state"), one_of("state", OLD_STATES))
        job.drop_column("started_at")
        job.drop_column("cancel_asked")
        job.drop_column("attempts")
        job.drop_column("lease_until")
        job.drop_column("lease_holder")
        job.drop_column("subject")
