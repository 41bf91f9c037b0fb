"""What can go wrong in an act; the message tells the reader what to mend.

Messages are English catalogue entries with named places; the web translates them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.texts import N_


class ServiceError(Exception):
    """An act was refused and nothing was changed."""

    message = N_("This cannot be done now.")

    def __init__(self, message: str = "", **params: Any) -> None:
        self.text = message or self.message
        self.params = params
        super().__init__(self.text % params if params else self.text)


class NotFoundError(ServiceError):
    """There is no such thing, or not for this person."""

    message = N_("Nothing was found at this address.")


class ForbiddenError(ServiceError):
    """The person may not do this."""

    message = N_("Your account may not do this.")


class WrongStateError(ServiceError):
    """The step does not follow from where things stand."""

    message = N_("This step cannot be taken now: reload the page to see where things stand.")


@dataclass(frozen=True)
class FieldFault:
    """Something to mend: the field of a form that it is about, and a catalogue text."""

    part: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class InvalidInputError(ServiceError):
    """What was entered cannot be used; `faults` say where and why."""

    message = N_("The input has faults; nothing was stored.")

    def __init__(self, message: str = "", faults: Sequence[Any] = (), **params: Any) -> None:
        self.faults = tuple(faults)
        super().__init__(message, **params)
