"""Doors to a ballot: counters and their posters, screens, printed slips, other software."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Instant, Key, Name, words
from app.vocabulary import Door


class Counter(Model):
    """A point where dossiers are received or handed out; its code stands on the poster.

    `screen_key` is the hash of the key that its customer screen was enrolled with.
    """

    __tablename__ = "counter"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[Name]
    address: Mapped[Name] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    screen_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Instant)


class DoorTry(Model):
    """Wrong digits for a dossier code, under a keyed hash of what was typed."""

    __tablename__ = "door_try"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tries: Mapped[int]
    last_on: Mapped[date]


class OpenForm(Model):
    """A form without a dossier that was taken; the mark lets a form sent twice count once."""

    __tablename__ = "open_form"
    __table_args__ = (
        Index("ix_open_form_round_id", "round_id"),
        {"sqlite_with_rowid": False},
    )

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))


class OpenCount(Model):
    """How many forms came in a quarter of an hour (0 to 95) without a dossier at a counter.

    By its poster (`open`), or by its kiosk: open forms, and turns of a drawn session.
    """

    __tablename__ = "open_count"

    counter_id: Mapped[int] = mapped_column(
        ForeignKey("counter.id"), primary_key=True, autoincrement=False
    )
    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    door: Mapped[Door] = mapped_column(words(Door, "door"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


class Claim(Model):
    """A right claimed for a dossier that the list does not hold yet ("chờ khớp").

    While it waits it links a dossier code with a sealed answer; `until` ends that. When the list
    catches up it becomes a token, and its answer the ballot's; otherwise an open form.
    """

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_round_id_dossier_code", "round_id", "dossier_code"),
        CheckConstraint("(ciphertext IS NULL) = (key_id IS NULL)", name="sealed"),
        {"sqlite_with_rowid": False},
    )

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    dossier_code: Mapped[Code]
    # What was typed at the poster, checked when the list comes; other doors vouch themselves.
    digits_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    door: Mapped[Door] = mapped_column(words(Door, "door"))
    opens_on: Mapped[date | None]
    until: Mapped[date]
    spent: Mapped[bool] = mapped_column(default=False)
    accept: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("mixing_key.id"))
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary)


class ApiKey(Model):
    """What other software signs in with; only the hash is kept. Without a unit it is for all."""

    __tablename__ = "api_key"

    id: Mapped[Key]
    name: Mapped[Name]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_on: Mapped[date | None]


class CredentialCount(Model):
    """Codes that a counter asked for on a day, and how many took the place of earlier ones."""

    __tablename__ = "credential_count"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    # As the other software calls it; empty where it does not say.
    counter_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    issued: Mapped[int]
    reissued: Mapped[int]


class SlipRun(Model):
    """Slips printed for a point and a day, and what became of them in the evening."""

    __tablename__ = "slip_run"
    __table_args__ = (Index("ix_slip_run_round_id_day", "round_id", "day"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    day: Mapped[date]
    printed: Mapped[int]
    # Each slip is one of these in the end: handed over, returned unused, or spoiled.
    handed: Mapped[int | None]
    returned: Mapped[int | None]
    spoiled: Mapped[int | None]
    note: Mapped[Name] = mapped_column(default="")
    printed_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ScreenCode(Model):
    """What a customer screen shows, sealed, for as many minutes as it may."""

    __tablename__ = "screen_code"

    counter_id: Mapped[int] = mapped_column(
        ForeignKey("counter.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(Instant)


class Kiosk(Model):
    """A tablet that stands at a counter. Days alone are kept of it, never times.

    `key` is the hash of what it is set up with, until it is; from then on, of the secret that it
    shows itself with.
    """

    __tablename__ = "kiosk"

    id: Mapped[Key]
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    name: Mapped[Name]
    key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_on: Mapped[date]
    enrolled_on: Mapped[date | None]
    last_seen_on: Mapped[date | None]
    revoked_on: Mapped[date | None]


class KioskTurn(Model):
    """A turn of a drawn session that was taken; the mark lets a form sent twice count once."""

    __tablename__ = "kiosk_turn"
    __table_args__ = (
        Index("ix_kiosk_turn_round_id", "round_id"),
        {"sqlite_with_rowid": False},
    )

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
