"""The papers of a draw, as they are published."""

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class KeptRecord(Model):
    """Promise, leaves and record of the draw of a round; a draw of before 0044 has none.

    The papers are kept as the very text that is published, for hashes are of it.
    """

    __tablename__ = "draw_record"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    # As secret as the list of ballots beside it: with it the leaves tell who was drawn.
    leaf_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    promise: Mapped[str] = mapped_column(Text)
    leaves: Mapped[str] = mapped_column(Text)
    # "" until the sample is drawn.
    record: Mapped[str] = mapped_column(Text, default="")
