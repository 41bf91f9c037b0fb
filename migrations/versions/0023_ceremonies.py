"""The ceremony of a draw: several parties, their commitments, and what they revealed."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES = ("revealing", "revealed", "stopped", "numbered")
RULES = ("go_on", "stop")
KINDS = ("lottery", "dice")


def words(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    listed = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, listed, nullable=False)


def upgrade() -> None:
    op.create_table(
        "ceremony",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        words("state", STATES),
        words("absent", RULES),
        words("number_kind", KINDS),
        sa.Column("number_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(number = '') = (state <> 'numbered')", name=op.f("ck_ceremony_numbered")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_ceremony_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony")),
        sa.UniqueConstraint("round_id", "attempt", name=op.f("uq_ceremony_round_id_attempt")),
    )
    op.create_table(
        "ceremony_party",
        sa.Column("ceremony_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ceremony_id"],
            ["ceremony.id"],
            name=op.f("fk_ceremony_party_ceremony_id_ceremony"),
        ),
        sa.PrimaryKeyConstraint("ceremony_id", "place", name=op.f("pk_ceremony_party")),
        sa.UniqueConstraint("ceremony_id", "name", name=op.f("uq_ceremony_party_ceremony_id_name")),
    )


def downgrade() -> None:
    # An older program knows one secret a draw. What was drawn stays with its papers; a ceremony
    # on its way cannot be ended there, for the commitment is to several.
    op.drop_table("ceremony_party")
    op.drop_table("ceremony")
