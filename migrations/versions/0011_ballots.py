"""Mixing cells below strata, tallies, field counts, reports of pressure."""

import secrets
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
OLD_LEVELS = ("stratum", "unit", "round")
TRAITS = ("door", "duration", "device", "assisted")
WITHOUT_ROWID = {"sqlite_with_rowid": False}
# Nobody noted when the answers of earlier versions were opened, nor looked at their batches.
NO_MONTH, NO_WEEK = "0000-00", "0000-W00"
COUNTED_KINDS = {"scale", "single_choice"}


def columns(*names: str) -> list[Any]:
    return [sa.column(name) for name in names]


ROUNDS = sa.select(sa.table("round", sa.column("id"), sa.column("questionnaire", DOCUMENT)))
ANSWERS = sa.select(
    sa.table("answer", *columns("round_id", "cell_id"), sa.column("answers", DOCUMENT))
)
TALLY = sa.table("tally", *columns("cell_id", "month", "item", "value", "n"))
FORM_TALLY = sa.table("form_tally", *columns("cell_id", "trait", "value", "n"))
BATCH = sa.table(
    "batch", *columns("id", "cell_id", "week", "opened", "damaged", "duplicates", "straight")
)


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def recreated() -> str:
    """SQLite adds a column with a constraint by making the table anew."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "auto"


def cell(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f(f"fk_{table}_cell_id_cell"))


def upgrade() -> None:
    with op.batch_alter_table("cell") as cells:
        cells.add_column(sa.Column("carried", DOCUMENT, nullable=True))
        cells.drop_constraint(op.f("ck_cell_level"), type_="check")
        cells.create_check_constraint(
            op.f("ck_cell_level"), one_of("level", ("mixing", *OLD_LEVELS))
        )
    with op.batch_alter_table(
        "receipt", recreate=recreated(), table_kwargs=WITHOUT_ROWID
    ) as receipt:
        receipt.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        receipt.create_foreign_key(op.f("fk_receipt_unit_id_unit"), "unit", ["unit_id"], ["id"])
    op.create_table(
        "pressure_report",
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_pressure_report_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_pressure_report_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("receipt_hash", name=op.f("pk_pressure_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        cell("tally"),
        sa.PrimaryKeyConstraint("cell_id", "month", "item", "value", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "form_tally",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("trait", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        cell("form_tally"),
        sa.CheckConstraint(one_of("trait", TRAITS), name=op.f("ck_form_tally_trait")),
        sa.PrimaryKeyConstraint("cell_id", "trait", "value", name=op.f("pk_form_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("straight", sa.Integer(), nullable=False),
        cell("batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_batch_cell_id"), "batch", ["cell_id"])
    op.create_table(
        "field_count",
        sa.Column("cell_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        cell("field_count"),
        sa.PrimaryKeyConstraint("cell_id", name=op.f("pk_field_count")),
    )
    op.create_table(
        "field_day",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_field_day_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "day", name=op.f("pk_field_day")),
    )
    count_answers_of_earlier_versions()


def count_answers_of_earlier_versions() -> None:
    """Bring the tallies of rounds that were answered before up to their answers.

    They came by slips, the only door there was.
    """
    bind = op.get_bind()
    items = {row.id: counted_items(row.questionnaire) for row in bind.execute(ROUNDS)}
    values: Counter[tuple[int, str, str]] = Counter()
    opened: Counter[int] = Counter()
    for row in bind.execute(ANSWERS, execution_options={"yield_per": 1000}):
        opened[row.cell_id] += 1
        values.update(
            (row.cell_id, item, row.answers[item])
            for item in items[row.round_id]
            if item in row.answers
        )
    for (cell_id, item, value), n in sorted(values.items()):
        bind.execute(TALLY.insert().values((cell_id, NO_MONTH, item, value, n)))
    for cell_id, n in sorted(opened.items()):
        bind.execute(FORM_TALLY.insert().values((cell_id, "door", "slip", n)))
        bind.execute(BATCH.insert().values((secrets.token_hex(16), cell_id, NO_WEEK, n, 0, 0, 0)))


def counted_items(questionnaire: dict[str, Any]) -> list[str]:
    return [
        question["code"]
        for section in questionnaire["sections"]
        for question in section["questions"]
        if question["kind"] in COUNTED_KINDS
    ]


def downgrade() -> None:
    for table in ("field_day", "field_count", "batch", "form_tally", "tally", "pressure_report"):
        op.drop_table(table)
    with op.batch_alter_table(
        "receipt", recreate=recreated(), table_kwargs=WITHOUT_ROWID
    ) as receipt:
        receipt.drop_constraint(op.f("fk_receipt_unit_id_unit"), type_="foreignkey")
        receipt.drop_column("unit_id")
    # Cells below strata have no place in the old tables: a round that has them stays refused.
    with op.batch_alter_table("cell") as cells:
        cells.drop_constraint(op.f("ck_cell_level"), type_="check")
        cells.create_check_constraint(op.f("ck_cell_level"), one_of("level", OLD_LEVELS))
        cells.drop_column("carried")
