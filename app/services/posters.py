"""Posters of counters, drawn for one or for all; nothing secret stands on them."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from app.channels import qr
from app.database import writing
from app.documents import posters
from app.documents.posters import Drawing, Form, Paper, Poster
from app.extensions import db
from app.queries import counters
from app.queries.counters import CounterView
from app.services import recording
from app.services.errors import NotFoundError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor

# What does not belong into the name of a file.
UNFIT = re.compile(r"[^\w-]")
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True)
class PosterFile:
    """A poster, ready for the printer."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class PrintedPosters:
    """A ZIP file with a folder for each unit, and a PDF and an SVG for each counter in it."""

    filename: str
    content: bytes
    posters: int
    units: int


def one(counter: CounterView, address: str, paper: Paper, form: Form) -> PosterFile:
    """Draw the poster of a counter; `address` is that of the site."""
    content = posters.render(_poster(counter, address, counters.hotline()), paper, form)
    return PosterFile(_filename(counter, paper, form), posters.MEDIA_TYPES[form], content)


def print_posters(
    actor: Actor,
    unit_id: int | None,
    paper: Paper,
    address: str,
    progress: Callable[[int, int], None],
    conclude: Concluding[PrintedPosters] = open_end,
) -> PrintedPosters:
    """Draw the posters of all counters of a unit, or of all units, that are switched on.

    Parameters
    ----------
    progress : callable
        Told the counters done of those there are; what it raises stops the work.
    conclude : callable
        Keeps the file and ends the job that asked.

    Raises
    ------
    NotFoundError
        If there is no such counter.
    """
    present = counters.all_counters(None if unit_id is None else [unit_id])
    found = [counter for counter in present if counter.active]
    hotline = counters.hotline()
    db.session.rollback()
    if not found:
        raise NotFoundError()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, counter in enumerate(found):
            progress(done, len(found))
            folder = UNFIT.sub("_", counter.unit_code)
            for form in FORMS:
                content = posters.render(_poster(counter, address, hotline), paper, form)
                archive.writestr(f"{folder}/{_filename(counter, paper, form)}", content)
    progress(len(found), len(found))
    units = {counter.unit_id for counter in found}
    name = f"ap-phich-{UNFIT.sub('_', found[0].unit_code)}" if unit_id is not None else "ap-phich"
    printed = PrintedPosters(f"{name}-{paper}.zip", packed.getvalue(), len(found), len(units))
    with writing() as session:
        recording.record(
            session, actor, "posters.printed", "counters", unit=unit_id, posters=len(found)
        )
        conclude(session, printed)
    return printed


def _poster(counter: CounterView, address: str, hotline: str) -> Poster:
    opened = link(address, counter)
    return Poster(
        above=counter.above,
        unit=counter.unit_name,
        counter=counter.name,
        place=counter.address,
        address=opened,
        code=counter.code,
        drawing=drawing(opened),
        hotline=hotline,
    )


def link(address: str, counter: CounterView) -> str:
    """Give the address of a counter's door, where the site is at `address`."""
    return f"{address}/c/{counter.code}"


def drawing(address: str) -> Drawing:
    """Draw the QR code of an address."""
    modules = qr.matrix(address)
    runs = tuple(
        (start + qr.QUIET, y + qr.QUIET, length)
        for y, row in enumerate(modules)
        for start, length in qr.dark_runs(row)
    )
    return Drawing(len(modules) + 2 * qr.QUIET, runs)


def _filename(counter: CounterView, paper: Paper, form: Form) -> str:
    return f"ap-phich-{counter.code}-{paper}.{form}"
