"""Papers of a batch that hold numbers alone: its two minutes, and the list of signatures."""

from app.documents import post_minutes, post_sheets
from app.documents.post_minutes import COUNTS, Kind, PostMinutes
from app.documents.post_sheets import Signatures
from app.queries.post_batches import BatchView
from app.queries.rounds import RoundView


def minutes(kind: Kind, found: RoundView, batch: BatchView) -> bytes:
    """Print the minutes of the hand-over or of the acceptance."""
    return post_minutes.render(
        kind,
        PostMinutes(
            round_name=found.name,
            dry_run=found.dry_run,
            number=batch.id,
            unit=batch.unit_name,
            carrier=batch.carrier,
            day=batch.day,
            forms=batch.forms,
            price=batch.price,
            share=batch.share,
            **{name: getattr(batch, name) for name in COUNTS},
        ),
    )


def signatures(found: RoundView, batch: BatchView) -> bytes:
    """Print the ruled sheet for signatures: a line for each valid form, for each form before."""
    rows = batch.forms if batch.valid is None else batch.valid
    return post_sheets.signatures(
        Signatures(found.name, found.dry_run, batch.id, batch.unit_name, batch.carrier, rows)
    )
