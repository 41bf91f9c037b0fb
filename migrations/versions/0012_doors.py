"""Counters and their doors, claims for dossiers not listed yet, keys of other software."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OLD_DOORS = ("slip", "sms", "poster")
NEW_DOORS = ("receipt", "screen", "card", "open")
DOORS = (*OLD_DOORS, *NEW_DOORS)
OLD_LEVELS = ("mixing", "stratum", "unit", "round")
NEW_LEVELS = ("volunteer_unit", "volunteer_round", "open_unit", "open_round", "waiting")
OLD_KINDS = (
    "read_frame",
    "import_frame",
    "remove_frame",
    "draw",
    "open_round",
    "print_slips",
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
NEW_KINDS = ("print_posters", "match_claims")
FILLED = ("ballot", "box", "answer", "tally", "form_tally", "batch", "field_count")
TABLES = (
    "claim",
    "slip_run",
    "screen_code",
    "open_count",
    "open_form",
    "credential_count",
    "counter",
    "api_key",
    "door_try",
)


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column hold these words and no others."""
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, one_of(column, words))


def drop_empty_cells() -> None:
    """Forget the cells of the new kinds in which nothing was ever said, and their keys."""
    unused = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.cell_id = cell.id)" for table in FILLED
    )
    empty = f"SELECT id FROM cell WHERE {one_of('level', NEW_LEVELS)} AND {unused}"
    op.execute(f"DELETE FROM mixing_key WHERE cell_id IN ({empty})")
    op.execute(f"UPDATE cell SET parent_id = NULL WHERE id IN ({empty})")
    op.execute(f"DELETE FROM cell WHERE id IN ({empty})")


def upgrade() -> None:
    allow("cell", "level", OLD_LEVELS + NEW_LEVELS)
    allow("job", "kind", OLD_KINDS + NEW_KINDS)
    op.create_table(
        "door_try",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_door_try")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_api_key_created_by_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_api_key_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
    )
    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("screen_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_counter_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("code", name=op.f("uq_counter_code")),
    )
    op.create_index("ix_counter_unit_id", "counter", ["unit_id"])
    op.create_table(
        "credential_count",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counter_code", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("reissued", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_credential_count_round_id_round")
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "counter_code", "day", name=op.f("pk_credential_count")
        ),
    )
    op.create_table(
        "open_form",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_open_form_round_id_round")
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_open_form")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_form_round_id", "open_form", ["round_id"])
    op.create_table(
        "open_count",
        sa.Column("counter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_open_count_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_open_count_round_id_round")
        ),
        sa.PrimaryKeyConstraint(
            "counter_id", "round_id", "day", "quarter", name=op.f("pk_open_count")
        ),
    )
    op.create_table(
        "screen_code",
        sa.Column("counter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_screen_code_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_screen_code")),
    )
    op.create_table(
        "slip_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("handed", sa.Integer(), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=True),
        sa.Column("spoiled", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_slip_run_closed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_slip_run_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_slip_run_round_id_round")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_slip_run_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_run")),
    )
    op.create_index("ix_slip_run_round_id_day", "slip_run", ["round_id", "day"])
    op.create_table(
        "claim",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("dossier_code", sa.String(length=64), nullable=False),
        sa.Column("digits_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column(
            "door",
            sa.Enum(*DOORS, name="door", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.Column("accept", sa.LargeBinary(length=32), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(ciphertext IS NULL) = (key_id IS NULL)", name=op.f("ck_claim_sealed")),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_claim_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["mixing_key.id"], name=op.f("fk_claim_key_id_mixing_key")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_claim_round_id_round")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_claim_unit_id_unit")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_claim")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claim_round_id_dossier_code", "claim", ["round_id", "dossier_code"])
    with op.batch_alter_table("token") as token:
        token.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        token.add_column(sa.Column("slip_run_id", sa.Integer(), nullable=True))
        token.create_foreign_key(
            op.f("fk_token_slip_run_id_slip_run"),
            "slip_run",
            ["slip_run_id"],
            ["id"],
            ondelete="SET NULL",
        )
        token.create_index(op.f("ix_token_slip_run_id"), ["slip_run_id"])
        token.drop_constraint(op.f("ck_token_door"), type_="check")
        token.create_check_constraint(op.f("ck_token_door"), one_of("door", DOORS))


def downgrade() -> None:
    # An older program knows neither these jobs nor codes through these doors. Cells of the new
    # kinds have no place in the old tables: a round stays refused whose ballots or answers stand
    # in one; empty ones go.
    op.execute(f"DELETE FROM job WHERE {one_of('kind', NEW_KINDS)}")
    op.execute(f"DELETE FROM token WHERE {one_of('door', NEW_DOORS)}")
    with op.batch_alter_table("token") as token:
        token.drop_constraint(op.f("ck_token_door"), type_="check")
        token.create_check_constraint(op.f("ck_token_door"), one_of("door", OLD_DOORS))
        token.drop_index(op.f("ix_token_slip_run_id"))
        token.drop_constraint(op.f("fk_token_slip_run_id_slip_run"), type_="foreignkey")
        token.drop_column("slip_run_id")
        token.drop_column("opens_on")
    for table in TABLES:
        op.drop_table(table)
    drop_empty_cells()
    allow("job", "kind", OLD_KINDS)
    allow("cell", "level", OLD_LEVELS)
