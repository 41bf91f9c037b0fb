"""People who sign in, what they may be, and their open sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model
from app.models.types import Document, Instant, Key, Name, words
from app.vocabulary import LinkPurpose, Role

EVERYWHERE = text("unit_id IS NULL")
FOR_A_UNIT = text("unit_id IS NOT NULL")


class Account(Model):
    """A person; without a password hash the invitation was not taken up yet."""

    __tablename__ = "account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    # The last time step whose code was used: a code works once.
    totp_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)

    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="selectin", order_by="RoleGrant.role", cascade="all, delete-orphan"
    )


class RoleGrant(Model):
    """A role everywhere, or for one unit."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_everywhere",
            "account_id",
            "role",
            unique=True,
            sqlite_where=EVERYWHERE,
            postgresql_where=EVERYWHERE,
        ),
        Index(
            "uq_role_grant_for_a_unit",
            "account_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=FOR_A_UNIT,
            postgresql_where=FOR_A_UNIT,
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class AccountLink(Model):
    """A link, given out by an administrator, that lets a person choose a password once."""

    __tablename__ = "account_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[LinkPurpose] = mapped_column(words(LinkPurpose, "purpose"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Model):
    """A way past a lost authenticator; each works once."""

    __tablename__ = "recovery_code"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(Model):
    """A server-side session: deleting the row signs the person out at once."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    # Kind of browser, such as "Firefox, Windows", so that people recognise their sessions.
    device: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class SignInFailure(Model):
    """Failed attempts in a row, under a keyed hash of what was tried."""

    __tablename__ = "sign_in_failure"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
