"""Batches for the post office."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OLD_DOORS = ("slip", "sms", "poster", "receipt", "screen", "card", "open", "kiosk")
DOORS = (*OLD_DOORS, "post")
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
)
KINDS = (*OLD_KINDS, "post_batch")
STATES = ("handed_over", "returned", "rechecked", "settled")
COUNTS = ("valid", "invalid", "not_reached", "refused", "unused")
CHECKS = ("rechecks", "confirmed", "not_visited", "another", "absent", "unclaimed")
PEOPLE = ("made_by", "returned_by", "checked_by", "settled_by")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column hold these words and no others."""
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, one_of(column, words))


def upgrade() -> None:
    for table in ("token", "claim", "open_count"):
        allow(table, "door", DOORS)
    allow("job", "kind", KINDS)
    op.create_table(
        "post_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTS),
        sa.Column("checker", sa.String(length=300), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in CHECKS),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in PEOPLE),
        sa.CheckConstraint("forms > 0", name=op.f("ck_post_batch_forms")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_post_batch_price")),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_post_batch_share")),
        sa.CheckConstraint(
            "(key_id IS NULL) = (sealed IS NULL)", name=op.f("ck_post_batch_sealed")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_post_batch_round_id_round")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_post_batch_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_key.id"], name=op.f("fk_post_batch_key_id_data_key")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["account.id"], name=op.f(f"fk_post_batch_{name}_account")
            )
            for name in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_batch")),
        sa.UniqueConstraint(
            "round_id", "unit_id", "day", name=op.f("uq_post_batch_round_id_unit_id_day")
        ),
    )


def downgrade() -> None:
    # The codes of forms that are out stop working: an older program could not end them, and
    # together they would tell who was silent. Answers that came by them stay.
    op.execute("DELETE FROM token WHERE door = 'post'")
    op.drop_table("post_batch")
    op.execute("DELETE FROM job WHERE kind = 'post_batch'")
    allow("job", "kind", OLD_KINDS)
    for table in ("token", "claim", "open_count"):
        allow(table, "door", OLD_DOORS)
