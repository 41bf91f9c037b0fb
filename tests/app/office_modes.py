"""The two modes of an office, entered the way people enter them."""

from app.services import four_eyes, office
from app.vocabulary import Role
from tests.factories import actor

REASON = "Phòng có bốn người, một người giữ nhiều vai trò"


def switch_on() -> None:
    """Let two persons switch the small-office mode on."""
    _switch(True)


def switch_off() -> None:
    """Let two persons bring the normal mode back."""
    _switch(False)


def _switch(on: bool) -> None:
    administrator = actor(Role.ADMINISTRATOR)
    asked = office.ask_switch(administrator, on, REASON)
    four_eyes.decide(actor(Role.HOME_AFFAIRS), asked, True)
    office.switch(administrator, on, REASON)
