"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import JSON, DateTime, Dialect, Enum, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

Document = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a naive datetime is refused, for SQLite would drop its offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any offset into UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give what was stored its UTC zone back."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def words(enumeration: type[StrEnum], name: str) -> Enum:
    """Store a closed list of words as text with a CHECK, which both databases can alter."""
    return Enum(
        enumeration,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda kind: [word.value for word in kind],
    )


Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(300))]
