"""What outcomes of cases and channels are called, and why so many reserves are free."""

from collections.abc import Mapping

from flask_babel import gettext

from app.services.case_rules import Reserve
from app.texts import N_
from app.vocabulary import CaseChannel, CaseOutcome

OUTCOMES: Mapping[CaseOutcome, str] = {
    CaseOutcome.NOT_REACHED: N_("could not be reached"),
    CaseOutcome.REFUSED: N_("refused to take part"),
    CaseOutcome.TEST_DOSSIER: N_("not eligible: test dossier"),
    CaseOutcome.MOVED: N_("not eligible: has moved away"),
    CaseOutcome.DECEASED: N_("not eligible: deceased"),
    CaseOutcome.WRONG_CONTACT: N_("wrong phone or address"),
    CaseOutcome.OTHER: N_("another outcome"),
}
CHANNELS: Mapping[CaseChannel, str] = {
    CaseChannel.SLIP: N_("invitation slip"),
    CaseChannel.SMS: N_("SMS"),
    CaseChannel.PHONE: N_("phone call"),
    CaseChannel.POST: N_("post office"),
}
WHY: Mapping[str, str] = {
    "stopped": N_("follow-up has ended"),
    "lost": N_("as many as cases were lost"),
    "planned": N_("all that the plan allows"),
    "list": N_("all that the list has"),
}


def outcome(word: CaseOutcome) -> str:
    """Name an outcome."""
    return str(gettext(OUTCOMES[word]))


def why(reserve: Reserve) -> str:
    """Say what holds the number of reserves down."""
    if not reserve.lost and not reserve.stopped:
        return str(gettext("no case was lost"))
    return str(gettext(WHY[reserve.why]))
