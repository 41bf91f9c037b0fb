"""Sealed boxes and what comes out of the mixer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_comment_round_id_round")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_comment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipt",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_receipt_round_id_round")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer",
        sa.Column("rid", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column(
            "answers",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_answer_cell_id_cell")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_answer_round_id_round")),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_round_id", ["round_id"], unique=False)
    op.create_table(
        "mixing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_mixing_key_cell_id_cell")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mixing_key")),
    )
    with op.batch_alter_table("mixing_key", schema=None) as batch_op:
        batch_op.create_index(
            "uq_mixing_key_current",
            ["cell_id"],
            unique=True,
            sqlite_where=sa.text("NOT retired"),
            postgresql_where=sa.text("NOT retired"),
        )
    op.create_table(
        "box",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_box_cell_id_cell")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["mixing_key.id"], name=op.f("fk_box_key_id_mixing_key")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_box_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("box", schema=None) as batch_op:
        batch_op.create_index("ix_box_cell_id", ["cell_id"], unique=False)


def downgrade() -> None:
    op.drop_table("box")
    op.drop_table("mixing_key")
    op.drop_table("answer")
    op.drop_table("receipt")
    op.drop_table("comment")
