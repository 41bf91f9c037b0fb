"""What can go wrong with a way of sending, apart from the sending itself."""

from dataclasses import dataclass, field
from typing import Literal

from app.channels.sms.messages import MESSAGES

Locale = Literal["vi", "en"]


class SmsError(Exception):
    """Something about text messages that the caller has to deal with."""


class ForgedError(SmsError):
    """A call at our door is not the vendor's, or not readable; nothing of it is to be believed."""


class AskingError(SmsError):
    """A vendor cannot tell, or not now.

    Attributes
    ----------
    code : str
        unsupported, unreachable, refused, unreadable or unknown_message.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Fault:
    """One thing in a configuration or a file that has to be mended.

    Attributes
    ----------
    place : str
        Where: a path of keys such as ``send.fields.Phone``, or ``row 3, column status``.
    code : str
        What is wrong: a key of `MESSAGES`.
    details : mapping of str to str
        What stands in the blanks of the message; never a phone or a secret.
    """

    place: str
    code: str
    details: dict[str, str] = field(default_factory=dict)

    def message(self, locale: Locale = "vi") -> str:
        """Say what is wrong."""
        said = MESSAGES[self.code][locale].format(**self.details)
        return f"{self.place}: {said}" if self.place else said


class ConfigurationError(SmsError):
    """A configuration cannot be used; `faults` names everything that has to be mended."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.message("en") for fault in faults))
        self.faults = faults

    def message(self, locale: Locale = "vi") -> str:
        """Say all that is wrong, one fault on each line."""
        return "\n".join(fault.message(locale) for fault in self.faults)
