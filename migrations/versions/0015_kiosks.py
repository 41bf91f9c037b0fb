"""Tablets that stand at a counter as a kiosk."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OLD_DOORS = ("slip", "sms", "poster", "receipt", "screen", "card", "open")
DOORS = (*OLD_DOORS, "kiosk")
PER_QUARTER = ("counter_id", "round_id", "day", "quarter")
PER_DOOR = ("counter_id", "round_id", "door", "day", "quarter")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def allow_doors(words: tuple[str, ...]) -> None:
    """Let tokens and claims be of these doors and no others."""
    for table in ("token", "claim"):
        name = op.f(f"ck_{table}_door")
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(name, type_="check")
            changed.create_check_constraint(name, one_of("door", words))


def upgrade() -> None:
    allow_doors(DOORS)
    with op.batch_alter_table("open_count") as counts:
        counts.add_column(
            sa.Column("door", sa.String(length=32), nullable=False, server_default="open")
        )
        counts.drop_constraint(op.f("pk_open_count"), type_="primary")
        counts.create_primary_key(op.f("pk_open_count"), PER_DOOR)
        counts.create_check_constraint(op.f("ck_open_count_door"), one_of("door", DOORS))
    with op.batch_alter_table("open_count") as counts:
        counts.alter_column("door", existing_type=sa.String(length=32), server_default=None)
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_kiosk_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("key", name=op.f("uq_kiosk_key")),
    )
    op.create_index(op.f("ix_kiosk_counter_id"), "kiosk", ["counter_id"])
    op.create_table(
        "kiosk_turn",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_kiosk_turn_round_id_round")
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_kiosk_turn")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_kiosk_turn_round_id", "kiosk_turn", ["round_id"])


def downgrade() -> None:
    # An older program knows no kiosks. Who came by one keeps the right to answer: its code counts
    # as that of the poster at the same counter, which asked for the same. Counts of kiosks go.
    op.drop_table("kiosk_turn")
    op.drop_table("kiosk")
    op.execute("DELETE FROM open_count WHERE door <> 'open'")
    with op.batch_alter_table("open_count") as counts:
        counts.drop_constraint(op.f("ck_open_count_door"), type_="check")
        counts.drop_constraint(op.f("pk_open_count"), type_="primary")
        counts.create_primary_key(op.f("pk_open_count"), PER_QUARTER)
        counts.drop_column("door")
    for table in ("token", "claim"):
        op.execute(f"UPDATE {table} SET door = 'poster' WHERE door = 'kiosk'")
    allow_doors(OLD_DOORS)
