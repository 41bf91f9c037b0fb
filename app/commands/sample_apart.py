"""Files of a draw in which nobody is asked twice: groups of the list, and the list of the asked."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from app import clock
from app.commands.reporting import stop_over
from app.commands.sample_draw_texts import refuse
from app.commands.sample_papers import Papers
from sampling.coordination import YEAR, Asked, asked_text, list_hash, recent
from sampling.draw_record import APART, AskedList, Promise
from sampling.frame import COLUMNS, read_frame
from sampling.owners import OwnerFault, owners_of, read_asked_text, read_groups
from sampling.public_draw import MAIN, PublicDraw
from sampling.salted_frame import SaltedFrame
from sampling.tabular import read_table

GROUP = "phone_group"


def frame_of(
    path: Path | None, leaf_key: bytes, heeded: AskedList | None, papers: Papers, *, as_json: bool
) -> tuple[SaltedFrame, Mapping[str, str]]:
    """Read a list in the frame format, with its owners where the draw heeds whom others asked.

    Returns
    -------
    SaltedFrame, and mapping of str to str
        The list, and the group of each dossier; no groups where the draw does not heed them.
    """
    if path is None:
        refuse("list_needed")
    table = read_table(path.read_bytes(), path.name, (*COLUMNS, GROUP))
    reading = read_frame(table)
    if reading.faults:
        stop_over(path, reading.faults, as_json=as_json)
    if heeded is None:
        return SaltedFrame.of(reading.dossiers, leaf_key), {}
    names = [name.casefold() for name in table.header]
    if GROUP not in names:
        stop_over(path, [OwnerFault(None, "", "", "no_groups")], as_json=as_json)
    place = names.index(GROUP)
    rows = zip(table.numbers, reading.dossiers, table.rows, strict=True)
    groups, faults = read_groups((row, dossier.code, cells[place]) for row, dossier, cells in rows)
    if faults:
        stop_over(path, faults, as_json=as_json)
    owners = owners_of(groups, kept(papers), date.fromisoformat(heeded.on), heeded.days)
    return SaltedFrame.of(reading.dossiers, leaf_key, owners), groups


def heed(papers: Papers, method: str, path: Path | None, *, as_json: bool) -> AskedList | None:
    """Lay the list of the asked among the papers, at the commitment; None for other methods."""
    if method != APART:
        return None if path is None else refuse("asked_not_used", method=method)
    today = clock.today()
    listed: Sequence[Asked] = ()
    if path is not None:
        listed, faults = read_asked_text(path.read_bytes(), today)
        if faults:
            stop_over(path, faults, as_json=as_json)
    listed = recent(listed, today)
    papers.folder.mkdir(parents=True, exist_ok=True)
    papers.asked.write_text(asked_text(listed), encoding="utf-8")
    return AskedList(list_hash(listed), YEAR, today.isoformat())


def kept(papers: Papers) -> tuple[Asked, ...]:
    """Read the list that was laid among the papers."""
    listed, faults = read_asked_text(papers.asked.read_bytes(), clock.today())
    if faults:
        stop_over(papers.asked, faults, as_json=False)
    return listed


def check_kept(papers: Papers, promise: Promise) -> None:
    """Refuse a list of the asked that is not the one that was committed to."""
    if promise.asked and list_hash(kept(papers)) != promise.asked.list:
        refuse("other_asked", path=papers.asked)


def hand_on(papers: Papers, done: PublicDraw, groups: Mapping[str, str]) -> None:
    """Write the list that the next draw is to heed: that of this one, and who is asked now."""
    today = clock.today()
    now = [
        Asked(groups[row.dossier.code], today)
        for row in done.rows
        if row.role == MAIN and groups[row.dossier.code]
    ]
    papers.asked_next.write_text(asked_text([*kept(papers), *now]), encoding="utf-8")
