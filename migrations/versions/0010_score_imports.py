"""What each imported score file was and what it changed; several survey rounds for an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "score_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("scores_hash", sa.String(length=64), nullable=False),
        sa.Column("mapping", DOCUMENT, nullable=False),
        sa.Column("changes", DOCUMENT, nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_score_import_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["import_source.id"],
            name=op.f("fk_score_import_source_id_import_source"),
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["account.id"], name=op.f("fk_score_import_imported_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_import")),
    )
    op.create_index(op.f("ix_score_import_cycle_id"), "score_import", ["cycle_id"])
    op.create_table(
        "cycle_round",
        sa.Column("cycle_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycle.id"],
            name=op.f("fk_cycle_round_cycle_id_cycle"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_cycle_round_round_id_round")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "round_id", name=op.f("pk_cycle_round")),
    )
    op.create_index(op.f("ix_cycle_round_round_id"), "cycle_round", ["round_id"])
    op.execute(
        "INSERT INTO cycle_round (cycle_id, round_id) "
        "SELECT id, round_id FROM cycle WHERE round_id IS NOT NULL"
    )
    with op.batch_alter_table("cycle") as cycle:
        cycle.drop_constraint(op.f("fk_cycle_round_id_round"), type_="foreignkey")
        cycle.drop_column("round_id")


def downgrade() -> None:
    with op.batch_alter_table("cycle") as cycle:
        cycle.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        cycle.create_foreign_key(op.f("fk_cycle_round_id_round"), "round", ["round_id"], ["id"])
    # An older program knows one round of an index year: the first.
    op.execute(
        "UPDATE cycle SET round_id = (SELECT min(round_id) FROM cycle_round "
        "WHERE cycle_round.cycle_id = cycle.id)"
    )
    op.drop_table("cycle_round")
    op.drop_table("score_import")
