"""Dossier lists that can be taken back, remembered sources, contacts and the crosswalk of units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CURRENT = sa.text("state = 'current'")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "import_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", words("kind", "frame", "scores"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", DOCUMENT, nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["account.id"], name=op.f("fk_import_source_updated_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_source")),
        sa.UniqueConstraint("kind", "signature", name=op.f("uq_import_source_kind_signature")),
    )
    op.create_table(
        "data_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
    )
    op.create_table(
        "unit_crosswalk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_code", sa.String(length=64), nullable=False),
        sa.Column("old_name", sa.String(length=300), nullable=False),
        sa.Column("old_parent", sa.String(length=300), nullable=False),
        sa.Column("old_province", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_unit_crosswalk_unit_id_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_crosswalk")),
        sa.UniqueConstraint(
            "old_code",
            "old_name",
            "old_parent",
            "old_province",
            "unit_id",
            name=op.f("uq_unit_crosswalk_line"),
        ),
    )
    # Every list imported so far is the current one of its round.
    with op.batch_alter_table("frame") as frame:
        frame.add_column(
            sa.Column(
                "state",
                words("state", "staged", "current", "removed"),
                nullable=False,
                server_default="current",
            )
        )
        frame.add_column(sa.Column("source_id", sa.Integer(), nullable=True))
        frame.add_column(sa.Column("job_id", sa.Integer(), nullable=True))
        frame.add_column(sa.Column("report", DOCUMENT, nullable=False, server_default="{}"))
        frame.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        frame.drop_constraint(op.f("uq_frame_round_id"), type_="unique")
        frame.create_foreign_key(
            op.f("fk_frame_source_id_import_source"), "import_source", ["source_id"], ["id"]
        )
        frame.create_foreign_key(op.f("fk_frame_job_id_job"), "job", ["job_id"], ["id"])
        frame.create_index(op.f("ix_frame_round_id"), ["round_id"])
        frame.create_index(
            "uq_frame_current",
            ["round_id"],
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        )
    with op.batch_alter_table("dossier") as dossier:
        dossier.add_column(sa.Column("receiving_unit_id", sa.Integer(), nullable=True))
        dossier.add_column(sa.Column("resolving_unit_id", sa.Integer(), nullable=True))
        dossier.add_column(
            sa.Column("language", sa.String(length=64), nullable=False, server_default="")
        )
        dossier.create_foreign_key(
            op.f("fk_dossier_receiving_unit_id_unit"), "unit", ["receiving_unit_id"], ["id"]
        )
        dossier.create_foreign_key(
            op.f("fk_dossier_resolving_unit_id_unit"), "unit", ["resolving_unit_id"], ["id"]
        )
    op.create_table(
        "contact",
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("digits_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_role", sa.String(length=64), nullable=False),
        sa.Column("barred", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_contact_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_key.id"], name=op.f("fk_contact_key_id_data_key")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_key_id"), "contact", ["key_id"])
    op.create_index("ix_contact_phone_index", "contact", ["phone_index"])
    # Without it the removal of a list looks through all ballots for each of its dossiers.
    op.create_index("ix_ballot_dossier_id", "ballot", ["dossier_id"])


def downgrade() -> None:
    op.drop_index("ix_ballot_dossier_id", "ballot")
    op.drop_table("contact")
    with op.batch_alter_table("dossier") as dossier:
        dossier.drop_constraint(op.f("fk_dossier_resolving_unit_id_unit"), type_="foreignkey")
        dossier.drop_constraint(op.f("fk_dossier_receiving_unit_id_unit"), type_="foreignkey")
        dossier.drop_column("language")
        dossier.drop_column("resolving_unit_id")
        dossier.drop_column("receiving_unit_id")
    # An older program takes every list for the current one of its round.
    op.execute(
        "DELETE FROM dossier WHERE frame_id IN (SELECT id FROM frame WHERE state <> 'current')"
    )
    op.execute("DELETE FROM frame WHERE state <> 'current'")
    with op.batch_alter_table("frame") as frame:
        frame.drop_index("uq_frame_current")
        frame.drop_index(op.f("ix_frame_round_id"))
        frame.drop_constraint(op.f("fk_frame_job_id_job"), type_="foreignkey")
        frame.drop_constraint(op.f("fk_frame_source_id_import_source"), type_="foreignkey")
        frame.drop_constraint(op.f("ck_frame_state"), type_="check")
        frame.create_unique_constraint(op.f("uq_frame_round_id"), ["round_id"])
        frame.drop_column("removed_at")
        frame.drop_column("report")
        frame.drop_column("job_id")
        frame.drop_column("source_id")
        frame.drop_column("state")
    op.drop_table("unit_crosswalk")
    op.drop_table("data_key")
    op.drop_table("import_source")
