"""Hand messages over to the one-stop centre, which sends them by its own brandname or Zalo.

A file of messages goes out, a file of deliveries comes back; in a first year this is the main way.
"""

from app.channels.sms.outbox import Keeper, Outbox
from app.channels.sms.provider import Capabilities, Counting
from app.channels.sms.states import State

CAPABILITIES = Capabilities(
    concat_max=10, sender_ids=True, delivery_report="smsc", dedupe_key=True, rate_per_s=1000.0
)


class Handover(Outbox):
    """Keeps messages, queued, until they go out as a file (`handover_files`)."""

    def __init__(
        self,
        keeper: Keeper,
        count: Counting,
        capabilities: Capabilities = CAPABILITIES,
        price: int | None = None,
    ) -> None:
        super().__init__(keeper, count, State.QUEUED, capabilities, price)
