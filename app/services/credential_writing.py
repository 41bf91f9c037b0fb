"""Writing codes that were drawn: one transaction for all that are asked for together."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Dialect

from app import clock
from app.queries.api_keys import as_day
from app.services import claims, credential_statements as sql
from app.services.api_keys import RevokedKeyError
from app.services.credential_statements import Bare
from app.vocabulary import Door
from surveys.links import token_hash
from surveys.short_codes import short_code


@dataclass(frozen=True)
class Wish:
    """What software asks a code for.

    Attributes
    ----------
    receiving_unit, resolving_unit : str
        Codes of units; the second may be "".
    counter : str
        As the software calls it: codes are counted by it.
    due, finished : date or None
        The day that was promised and the day of the result, as far as the software knows; the
        list knows better where it holds the dossier.
    idempotency : str
        The same one gives the same code again; "" for none.
    """

    dossier_code: str
    receiving_unit: str
    door: Door
    resolving_unit: str = ""
    respondent_kind: str = ""
    counter: str = ""
    counter_id: int | None = None
    due: date | None = None
    finished: date | None = None
    idempotency: str = ""


@dataclass(frozen=True)
class Order:
    """A wish, whose key it came with, and the code that was drawn for it.

    Attributes
    ----------
    allowed : int or None
        The only unit that the key is for.
    number : int
        The random part of the short code.
    derived : bool
        Whether the same wish would be given the same code again.
    """

    wish: Wish
    allowed: int | None
    token: str = field(repr=False)
    number: int = field(repr=False)
    derived: bool


@dataclass(frozen=True)
class Written:
    """What became of an order: the unit its short code is of, or a field and a word for its fault.

    Attributes
    ----------
    earlier : int or None
        How many codes it took the place of; None where it was told once more.
    """

    round_id: int = 0
    unit_id: int = 0
    opens_on: date | None = None
    earlier: int | None = 0
    fault: tuple[str, str] | None = None


@dataclass(frozen=True)
class _Place:
    """Where the answers of a dossier belong; without a ballot the list does not hold it yet."""

    round_id: int
    unit_id: int
    ballot_id: int | None = None
    due: date | None = None
    finished: date | None = None


class NoPlaceError(Exception):
    """The unit of a dossier that was not drawn has no cell for such answers yet."""

    def __init__(self, round_id: int, dossier_id: int) -> None:
        self.round_id, self.dossier_id = round_id, dossier_id
        super().__init__(round_id)


@dataclass(frozen=True)
class Call:
    """What is ordered together.

    Attributes
    ----------
    key_id : int
        The key that the call came with, which must still hold.
    units : dict of str to int
        Numbers of units by code, as far as they are known; what is looked up is added, for no
        unit ever gets another number.
    """

    key_id: int
    orders: tuple[Order, ...]
    units: dict[str, int]


def write(lent: Any, dialect: Dialect, call: Call) -> list[Written]:
    """Store the hashes of codes; each order that cannot be met says why.

    The caller holds the transaction. On PostgreSQL two that ask for the same dossier go one after
    the other: of their codes the later one is left.

    Raises
    ------
    RevokedKeyError
        If the key does not hold any more.
    NoPlaceError
        If a ballot has to be made by `volunteers.ballot_for` first.
    """
    bare, orders = Bare(lent, dialect), call.orders
    if bare.run(sql.KEY_HOLDS, key=call.key_id).fetchone() is None:
        raise RevokedKeyError
    if not bare.on_sqlite:
        for lock in sorted({_lock(order.wish.dossier_code) for order in orders}):
            bare.run(sql.ONE_BY_ONE, lock=lock)
    written: list[Written] = []
    seen: set[tuple[str, Door]] = set()
    for order in orders:
        what = order.wish.dossier_code, order.wish.door
        repeated = what in seen
        seen.add(what)
        fault = Written(fault=("dossier_code", "duplicate"))
        written.append(fault if repeated else _write(bare, order, call.units))
    _count(bare, orders, written)
    return written


def _write(bare: Bare, order: Order, units: dict[str, int]) -> Written:
    wish = order.wish
    for name in ("receiving_unit", "resolving_unit"):
        code = getattr(wish, name)
        if code and code not in units:
            units |= bare.run(sql.UNITS, code=code).fetchall()
        if code and code not in units:
            return Written(fault=(name, "unknown_unit"))
    named = {units.get(wish.receiving_unit), units.get(wish.resolving_unit)}
    if order.allowed is not None and order.allowed not in named:
        return Written(fault=("receiving_unit", "other_unit"))
    found = bare.run(sql.LISTED, code=wish.dossier_code).fetchall()
    for row in found:
        round_id, kinds, _, kind, *of_units = row[:7]
        if not _asks(kinds, kind):
            continue
        if order.allowed is not None and order.allowed not in of_units:
            return Written(fault=("dossier_code", "other_unit"))
        return _on_ballot(bare, order, _listed_place(bare, row))
    listed = {row[0] for row in found}
    wanted = {"unit": wish.resolving_unit or wish.receiving_unit, "other": wish.receiving_unit}
    for round_id, kinds, unit_id in bare.run(sql.ASKING, **wanted).fetchall():
        if round_id not in listed and (
            not wish.respondent_kind or _asks(kinds, wish.respondent_kind)
        ):
            return _claimed(bare, order, _Place(round_id, unit_id))
    return Written(fault=("dossier_code", "no_round"))


def _asks(kinds: str | None, kind: str) -> bool:
    """Whether a round asks people of a kind; every kind if it names none."""
    named = json.loads(kinds) if kinds else []
    return not named or kind in named


def _listed_place(bare: Bare, row: Sequence[Any]) -> _Place:
    round_id, _, dossier_id, _, unit_id, _, _, due, finished, ballot_id, cell_id = row
    if ballot_id is None:
        ballot_id = _new_ballot(bare, round_id, dossier_id, cell_id)
    return _Place(round_id, unit_id, ballot_id, as_day(due), as_day(finished))


def _new_ballot(bare: Bare, round_id: int, dossier_id: int, cell_id: int | None) -> int:
    """Give a dossier that was not drawn its ballot, as `volunteers.ballot_for` does."""
    if cell_id is None:
        raise NoPlaceError(round_id, dossier_id)
    bare.run(bare.new_ballot, round=round_id, dossier=dossier_id, cell=cell_id)
    (ballot,) = bare.run(sql.BALLOT, round=round_id, dossier=dossier_id).fetchone()
    return int(ballot)


def _on_ballot(bare: Bare, order: Order, place: _Place) -> Written:
    wish, ballot = order.wish, place.ballot_id
    link, typed = _hashes(order, place.unit_id)
    if order.derived:
        known = bare.run(sql.KNOWN_TOKEN, hash=link, ballot=ballot).fetchone()
        if known:
            return Written(place.round_id, place.unit_id, as_day(known[1]), None)
    through, opens_on = wish.door.value, _opens_on(wish, place)
    earlier = bare.run(sql.VOID_TOKENS, ballot=ballot, through=through).rowcount
    earlier += bare.run(
        sql.VOID_CLAIMS, round=place.round_id, code=wish.dossier_code, through=through
    ).rowcount
    bare.run(
        sql.KEEP_TOKENS,
        link=link,
        typed=typed,
        ballot=ballot,
        through=through,
        opens=bare.day(opens_on),
    )
    if wish.door is not Door.RECEIPT:
        bare.run(sql.OPEN_RECEIPTS, ballot=ballot)
    return Written(place.round_id, place.unit_id, opens_on, earlier)


def _claimed(bare: Bare, order: Order, place: _Place) -> Written:
    """Keep a code for a dossier that the list does not hold yet, as `claims.claim` does."""
    wish = order.wish
    link, typed = _hashes(order, place.unit_id)
    if order.derived:
        known = bare.run(sql.KNOWN_CLAIM, hash=link, round=place.round_id).fetchone()
        if known:
            return Written(place.round_id, place.unit_id, as_day(known[1]), None)
    through, opens_on = wish.door.value, _opens_on(wish, place)
    earlier = bare.run(
        sql.VOID_CLAIMS, round=place.round_id, code=wish.dossier_code, through=through
    ).rowcount
    until = max(clock.today(), opens_on or date.min) + claims.KEPT
    bare.run(
        sql.KEEP_CLAIMS,
        link=link,
        typed=typed,
        round=place.round_id,
        code=wish.dossier_code,
        unit=place.unit_id,
        counter=wish.counter_id,
        through=through,
        opens=bare.day(opens_on),
        ends=bare.day(until),
    )
    return Written(place.round_id, place.unit_id, opens_on, earlier)


def _hashes(order: Order, unit_id: int) -> tuple[bytes, bytes]:
    return token_hash(order.token), token_hash(short_code(unit_id, order.number))


def _opens_on(wish: Wish, place: _Place) -> date | None:
    """Tell from which day on the dossier may be asked about: its result, or when it was due."""
    if wish.door is not Door.RECEIPT:
        return None
    days = [place.finished or wish.finished, place.due or wish.due]
    first = min((day for day in days if day), default=None)
    return first if first and first > clock.today() else None


def _count(bare: Bare, orders: Sequence[Order], written: Sequence[Written]) -> None:
    """Count by round and counter what was issued, and what took the place of earlier codes."""
    issued: Counter[tuple[int, str]] = Counter()
    reissued: Counter[tuple[int, str]] = Counter()
    for order, found in zip(orders, written, strict=True):
        if found.fault is None and found.earlier is not None:
            issued[found.round_id, order.wish.counter] += 1
            reissued[found.round_id, order.wish.counter] += found.earlier > 0
    # In one order, or two that count for the same counters could wait for each other.
    for round_id, counter in sorted(issued):
        key = round_id, counter
        bare.run(
            bare.count,
            round=round_id,
            called=counter,
            present=bare.day(clock.today()),
            more=issued[key],
            again=reissued[key],
        )


def _lock(dossier_code: str) -> int:
    """Name the lock of those who ask for a dossier."""
    digest = hashlib.blake2b(dossier_code.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
