"""The mark that a demo leaves while it plays, so that one cut short is known as such."""

from app.database import writing
from app.models import OfficeSetting
from app.queries import people, units
from app.services import recording
from app.services.errors import WrongStateError
from app.services.recording import SYSTEM
from app.texts import N_

NAME = "demo"
PLAYING, PLAYED = "playing", "played"
NOT_EMPTY = N_("The demo needs an empty installation.")
HALF_PLAYED = N_(
    "A demo was begun here and did not come to its end; what it left cannot be used. Stop the "
    "program, delete its folder (KHAOSAT_HOME) and begin again."
)


def begin(size: str) -> None:
    """Mark the installation as one in which a demo plays.

    Raises
    ------
    WrongStateError
        If it is not empty; with its own words when an earlier demo was cut short.
    """
    with writing() as session:
        mark = session.get(OfficeSetting, NAME, populate_existing=True)
        if people.account_count() or units.unit_count():
            half = mark is not None and mark.value["state"] == PLAYING
            raise WrongStateError(HALF_PLAYED if half else NOT_EMPTY)
        if mark is None:
            session.add(OfficeSetting(name=NAME, value={"state": PLAYING, "size": size}))
        else:
            mark.value = {"state": PLAYING, "size": size}
        recording.record(session, SYSTEM, "demo.begun", NAME, size=size)


def end() -> None:
    """Mark the demo as played to its end."""
    with writing() as session:
        mark = session.get_one(OfficeSetting, NAME, populate_existing=True)
        mark.value = {**mark.value, "state": PLAYED}
        recording.record(session, SYSTEM, "demo.ended", NAME)
