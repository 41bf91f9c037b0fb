"""Roles for units, links and second factors, and acts that need a second pair of eyes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVERYWHERE = sa.text("unit_id IS NULL")
FOR_A_UNIT = sa.text("unit_id IS NOT NULL")
UNDECIDED = sa.text("decided_at IS NULL")
OLD_ROLES = ("administrator", "coordinator", "home_affairs")
NEW_ROLES = ("enumerator", "agency", "verifier", "inspector", "approver")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("totp_sealed", sa.LargeBinary(), nullable=True))
        account.add_column(
            sa.Column("totp_confirmed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        account.add_column(sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
        account.add_column(sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sign_in") as sign_in:
        sign_in.add_column(
            sa.Column("device", sa.String(length=100), nullable=False, server_default="")
        )
    with op.batch_alter_table("role_grant") as grant:
        grant.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        grant.create_foreign_key(op.f("fk_role_grant_unit_id_unit"), "unit", ["unit_id"], ["id"])
        grant.drop_constraint(op.f("uq_role_grant_account_id_role"), type_="unique")
        grant.drop_constraint(op.f("ck_role_grant_role"), type_="check")
        grant.create_check_constraint(
            op.f("ck_role_grant_role"), one_of("role", OLD_ROLES + NEW_ROLES)
        )
        grant.create_index(
            "uq_role_grant_everywhere",
            ["account_id", "role"],
            unique=True,
            sqlite_where=EVERYWHERE,
            postgresql_where=EVERYWHERE,
        )
        grant.create_index(
            "uq_role_grant_for_a_unit",
            ["account_id", "role", "unit_id"],
            unique=True,
            sqlite_where=FOR_A_UNIT,
            postgresql_where=FOR_A_UNIT,
        )
    op.create_table(
        "account_link",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "reset",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_link_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_account_link_created_by_account")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_last_at"), "sign_in_failure", ["last_at"])
    op.create_table(
        "office_setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "value",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_office_setting")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_approval_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_approval_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_approval_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_undecided",
        "approval",
        ["act", "object"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
    with op.batch_alter_table("index_result") as result:
        result.add_column(sa.Column("checked_by", sa.Integer(), nullable=True))
        result.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        result.create_foreign_key(
            op.f("fk_index_result_checked_by_account"), "account", ["checked_by"], ["id"]
        )
        result.create_check_constraint(
            op.f("ck_index_result_second_person"), "checked_by IS NULL OR checked_by <> merged_by"
        )
        result.create_check_constraint(
            op.f("ck_index_result_third_person"),
            "approved_by IS NULL OR checked_by IS NULL OR approved_by <> checked_by",
        )


def downgrade() -> None:
    with op.batch_alter_table("index_result") as result:
        result.drop_constraint(op.f("ck_index_result_third_person"), type_="check")
        result.drop_constraint(op.f("ck_index_result_second_person"), type_="check")
        result.drop_constraint(op.f("fk_index_result_checked_by_account"), type_="foreignkey")
        result.drop_column("checked_at")
        result.drop_column("checked_by")
    op.drop_table("approval")
    op.drop_table("office_setting")
    op.drop_table("sign_in_failure")
    op.drop_table("recovery_code")
    op.drop_table("account_link")
    # An older program knows neither these roles nor units of a grant: it would widen them.
    op.execute(f"DELETE FROM role_grant WHERE unit_id IS NOT NULL OR {one_of('role', NEW_ROLES)}")
    with op.batch_alter_table("role_grant") as grant:
        grant.drop_index("uq_role_grant_for_a_unit")
        grant.drop_index("uq_role_grant_everywhere")
        grant.drop_constraint(op.f("ck_role_grant_role"), type_="check")
        grant.create_check_constraint(op.f("ck_role_grant_role"), one_of("role", OLD_ROLES))
        grant.create_unique_constraint(
            op.f("uq_role_grant_account_id_role"), ["account_id", "role"]
        )
        grant.drop_constraint(op.f("fk_role_grant_unit_id_unit"), type_="foreignkey")
        grant.drop_column("unit_id")
    with op.batch_alter_table("sign_in") as sign_in:
        sign_in.drop_column("device")
    with op.batch_alter_table("account") as account:
        account.drop_column("signed_in_at")
        account.drop_column("totp_step")
        account.drop_column("totp_confirmed")
        account.drop_column("totp_sealed")
