"""How answers are protected, in one of three honest words; the door somebody came by decides."""

from collections.abc import Mapping
from enum import StrEnum

from app.texts import N_
from app.vocabulary import Door


class Protection(StrEnum):
    """What may be promised about an answer.

    Attributes
    ----------
    ANONYMOUS
        Nobody sees answer and person together; the boxes and the mixer see to it (0003).
    CONFIDENTIAL
        Somebody does, an interviewer or whoever carries the messages, and keeps it to themselves.
    NAMED
        The person asked to be called back, with a consent of its own, apart from the survey.
    """

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    NAMED = "named"


NAMES: Mapping[Protection, str] = {
    Protection.ANONYMOUS: N_("Anonymous"),
    Protection.CONFIDENTIAL: N_("Confidential"),
    Protection.NAMED: N_("Identified"),
}
PROMISES: Mapping[Protection, str] = {
    Protection.ANONYMOUS: N_(
        "Your answers are sealed as they arrive and opened only mixed with those of other people; "
        "no name, dossier, phone number or time goes with them."
    ),
    Protection.CONFIDENTIAL: N_(
        "Whoever brings you the form, or takes down or passes on your answers, knows who you are "
        "and may tell nobody; answers are opened only mixed with those of other people, without "
        "name, dossier or phone number."
    ),
    Protection.NAMED: N_(
        "You agreed that your name stays with what you tell us, so that we can come back to you; "
        "it is kept apart from the answers of the survey."
    ),
}
# The link of an SMS opens the same page as a slip: the provider sees the link, never the answer.
# A postman knows whom the form is for, and the fee makes the person known (0051).
OF_DOORS: Mapping[Door, Protection] = dict.fromkeys(Door, Protection.ANONYMOUS) | {
    Door.POST: Protection.CONFIDENTIAL
}
