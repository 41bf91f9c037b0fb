"""The customer screen of a counter: the code of the dossier that is being closed, for a while.

What is shown is sealed, and gone when its time is over. A screen is set up once with a key that
somebody types in; from then on it shows itself with a secret of its own.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite, writing
from app.extensions import db
from app.models import Counter, ScreenCode
from app.queries import counters, screens as screen_rows
from app.queries.api_keys import Holder
from app.queries.counters import CounterView
from app.services import credentials, recording, secrets
from app.services.credential_writing import Wish
from app.services.credentials import Refused
from app.services.errors import NotFoundError
from app.services.recording import SYSTEM, Actor
from app.vocabulary import Door
from surveys.links import is_well_formed, new_token, token_hash
from surveys.short_codes import new_short_code, printed, read_short_code

SHOWN = timedelta(minutes=3)
PURPOSE = "screen"
LAST = 4


@dataclass(frozen=True)
class Shown:
    """What a screen has to show; without a token it waits.

    Attributes
    ----------
    dossier : str
        The last characters of the dossier's code, so that people know it is theirs.
    """

    counter_name: str
    unit_name: str
    token: str = field(default="", repr=False)
    short_code: str = field(default="", repr=False)
    dossier: str = ""


def show(holder: Holder, counter_code: str, dossier_code: str) -> datetime | Refused:
    """Give a dossier a code and let the screen of a counter show it.

    Returns
    -------
    datetime or Refused
        Until when it is shown.
    """
    counter = _of_holder(holder, counter_code)
    if isinstance(counter, Refused):
        return counter
    if counter.id not in screen_rows.with_key():
        return Refused("", "no_screen")
    wish = Wish(
        dossier_code=dossier_code,
        receiving_unit=counter.unit_code,
        door=Door.SCREEN,
        counter=counter.code,
        counter_id=counter.id,
    )
    found = credentials.issue(holder, wish)
    if isinstance(found, Refused):
        return found
    until = clock.now() + SHOWN
    content = {
        "token": found.token,
        "short_code": printed(found.short_code),
        "dossier": dossier_code[-LAST:],
    }
    with writing() as session:
        _sweep(session)
        _keep(session, counter.id, json.dumps(content).encode(), until)
    return until.astimezone(clock.LOCAL)


def clear(holder: Holder, counter_code: str) -> Refused | None:
    """Take away what the screen of a counter shows."""
    counter = _of_holder(holder, counter_code)
    if isinstance(counter, Refused):
        return counter
    with writing() as session:
        _sweep(session, counter.id)
    return None


def shown(counter_code: str, secret: str) -> Shown | None:
    """Tell a screen what to show; nothing to one that is not the screen of this counter."""
    counter = counters.by_code(counter_code)
    # Looked for and compared in any case, so that both refusals take as long.
    found = screen_rows.of_counter(counter.id if counter else 0, clock.now())
    kept = (found.key if found else None) or bytes(32)
    same = hmac.compare_digest(kept, token_hash(secret)) and is_well_formed(secret)
    if found is None or not same or not found.active:
        return None
    waiting = Shown(found.counter_name, found.unit_name)
    if found.sealed is None:
        return waiting
    content = json.loads(secrets.unseal(PURPOSE, found.sealed))
    return Shown(waiting.counter_name, waiting.unit_name, **content)


def new_key(actor: Actor, counter_id: int) -> str:
    """Make the key that a screen is set up with; the present screen stops showing anything.

    Raises
    ------
    NotFoundError
        If there is no such counter.
    """
    code = new_short_code(counter_id)
    with writing() as session:
        _locked(session, counter_id).screen_key = token_hash(code)
        recording.record(session, actor, "screen.key_made", f"counter:{counter_id}")
    return printed(code)


def switch_off(actor: Actor, counter_id: int) -> None:
    """Let a counter have no screen any more.

    Raises
    ------
    NotFoundError
        If there is no such counter.
    """
    with writing() as session:
        _locked(session, counter_id).screen_key = None
        _sweep(session, counter_id)
        recording.record(session, actor, "screen.switched_off", f"counter:{counter_id}")


def enrol(counter_code: str, typed: str) -> str | None:
    """Set up a screen with the key of its counter, which works once.

    Returns
    -------
    str or None
        The secret that the screen shows itself with from now on; None if the key is not the
        counter's, or there is no such counter.
    """
    code = read_short_code(typed)
    counter = counters.by_code(counter_code)
    if code is None or counter is None:
        return None
    secret = new_token()
    with writing() as session:
        enrolling = (
            update(Counter)
            .where(Counter.id == counter.id, Counter.screen_key == token_hash(code))
            .values(screen_key=token_hash(secret))
        )
        if cast(CursorResult[Any], session.execute(enrolling)).rowcount != 1:
            return None
        recording.record(session, SYSTEM, "screen.enrolled", f"counter:{counter.id}")
    return secret


def sweep() -> None:
    """Destroy what was shown long enough."""
    if screen_rows.any_over(clock.now()):
        with writing() as session:
            _sweep(session)
    db.session.rollback()


def _of_holder(holder: Holder, counter_code: str) -> CounterView | Refused:
    counter = counters.by_code(counter_code)
    if counter is None or not counter.active:
        return Refused("", "no_counter")
    if holder.unit_id not in {None, counter.unit_id}:
        return Refused("", "other_unit")
    return counter


def _keep(session: Session, counter_id: int, content: bytes, until: datetime) -> None:
    dialect = sqlite if is_sqlite(session) else postgresql
    values = {"sealed": secrets.seal(PURPOSE, content), "until": until}
    row = dialect.insert(ScreenCode).values(counter_id=counter_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=[ScreenCode.counter_id], set_=values))


def _sweep(session: Session, counter_id: int | None = None) -> None:
    """Write over what a counter shows, or what was shown long enough, and delete it."""
    over = (
        ScreenCode.until <= clock.now()
        if counter_id is None
        else ScreenCode.counter_id == counter_id
    )
    session.execute(update(ScreenCode).where(over).values(sealed=b""))
    session.execute(delete(ScreenCode).where(over))


def _locked(session: Session, counter_id: int) -> Counter:
    found = session.get(Counter, counter_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError()
    return found
