"""Forms that the post office carries, from their hand-over to payment."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Key, Name, words
from app.vocabulary import PostBatchState


class PostBatch(Model):
    """Forms for one unit, handed to one carrier on one day; numbers, and no dossier (0051).

    Which dossiers they are for lies in `sealed`, under a key of its own. Both are destroyed with
    the re-check, or after `post_lists.KEPT`.
    """

    __tablename__ = "post_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id", "day"),
        CheckConstraint("forms > 0", name="forms"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("share BETWEEN 1 AND 100", name="share"),
        CheckConstraint("(key_id IS NULL) = (sealed IS NULL)", name="sealed"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    carrier: Mapped[Name]
    day: Mapped[date]
    state: Mapped[PostBatchState] = mapped_column(
        words(PostBatchState, "state"), default=PostBatchState.HANDED_OVER
    )
    forms: Mapped[int]
    # Đồng for a valid form, and per cent of the batch that is re-checked: both agreed beforehand.
    price: Mapped[int]
    share: Mapped[int]
    valid: Mapped[int | None]
    invalid: Mapped[int | None]
    not_reached: Mapped[int | None]
    refused: Mapped[int | None]
    unused: Mapped[int | None]
    # The body that re-checks, how many dossiers it was given, and what it found.
    checker: Mapped[Name] = mapped_column(default="")
    rechecks: Mapped[int | None]
    confirmed: Mapped[int | None]
    not_visited: Mapped[int | None]
    another: Mapped[int | None]
    absent: Mapped[int | None]
    unclaimed: Mapped[int | None]
    # Ends of the 95 % interval of the share that failed; empty where nothing could be judged.
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    key_id: Mapped[int | None] = mapped_column(ForeignKey("data_key.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
