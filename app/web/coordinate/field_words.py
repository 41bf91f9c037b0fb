"""What the field monitor says: counts that are only partly told, marks, causes."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from app.services.field_flags import Flag
from app.services.hiding import Share, Told
from app.services.low_response import Cause, Finding, Value, Verdict
from app.texts import N_
from app.web.templating import number

FLAGS: Mapping[Flag, tuple[str, str]] = {
    Flag.FEW: (N_("few answers"), "exclamation-triangle-fill"),
    Flag.REISSUED: (N_("codes often reissued"), "arrow-repeat"),
    Flag.SLIPS: (N_("slips not reconciled"), "printer"),
}
DOORS: Mapping[str, str] = {
    "slip": N_("invitation slip"),
    "sms": N_("SMS"),
    "poster": N_("poster at the counter"),
    "receipt": N_("code on the receipt"),
    "screen": N_("customer screen"),
    "card": N_("numbered card"),
    "kiosk": N_("kiosk at the counter"),
    "post": N_("form of the post office"),
    "open": N_("open form"),
}
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.FOUND: (N_("look here"), "warning"),
    Verdict.NOT_FOUND: (N_("in order"), "success"),
    Verdict.UNKNOWN: (N_("not known"), "neutral"),
}


@dataclass(frozen=True)
class CauseInWords:
    """A cause in words: what it is, its figure, what it means and what to do."""

    name: str
    verdict: str
    tone: str
    found: bool
    figure: str
    meaning: str
    action: str


def told(value: Told) -> str:
    """Write a count as far as it may be told."""
    if value.exact:
        return number(value.low)
    if value.high is None:
        return f"≥ {number(value.low)}" if value.low else "–"
    return f"{number(value.low)}–{number(value.high)}" if value.low else f"< {value.high + 1}"


def rate(share: Share | None) -> str:
    """Write a share in percent, or between which two it lies."""
    if share is None:
        return "–"
    low, high = number(share.low * 100, 1), number(share.high * 100, 1)
    return f"{low}%" if low == high else f"{low}–{high}%"


def door(code: str) -> str:
    """Name a door."""
    return str(gettext(DOORS[code])) if code in DOORS else code


def flag(mark: Flag) -> tuple[str, str]:
    """Name a mark, and its icon."""
    name, glyph = FLAGS[mark]
    return str(gettext(name)), glyph


def finding(found: Finding) -> CauseInWords:
    """Write a cause in words."""
    name, meaning, action = CAUSES[found.cause]
    verdict, tone = VERDICTS[found.verdict]
    return CauseInWords(
        name=gettext(name),
        verdict=gettext(verdict),
        tone=tone,
        found=found.verdict is Verdict.FOUND,
        figure=figure(found),
        meaning=gettext(meaning),
        action=gettext(action),
    )


def figure(found: Finding) -> str:
    """Write the numbers of a cause; "" where nothing is recorded."""
    if not found.numbers:
        return str(gettext("Nothing of the kind is recorded for this unit."))
    words = {name: _written(value) for name, value in found.numbers.items()}
    text = FIGURES[found.cause]
    return str(gettext(text, **words))


def _written(value: Value) -> str:
    if value is None:
        return "–"
    if isinstance(value, Told):
        return told(value)
    if isinstance(value, Share):
        return rate(value)
    if isinstance(value, int):
        return number(value)
    return number(value)


FIGURES: Mapping[Cause, str] = {
    Cause.FEW_DOSSIERS: N_(
        "%(population)s dossiers; units of its kind usually have %(usual)s in this round."
    ),
    Cause.OLD_LIST: N_(
        "%(days)s days from the last dossier of the list; %(months)s months without any dossier of "
        "the unit."
    ),
    Cause.NOT_INVITED: N_("%(without)s of %(drawn)s ballots have no code yet."),
    Cause.NOT_HANDED: N_(
        "%(printed)s slips printed, %(handed)s handed over, %(unused)s returned or spoiled."
    ),
    Cause.NOT_RECONCILED: N_(
        "%(runs)s runs of earlier days with %(slips)s slips not reconciled; %(missing)s slips "
        "missing."
    ),
    Cause.REISSUED: N_("%(reissued)s of %(issued)s codes took the place of an earlier one."),
    Cause.NO_POSTER: N_("%(posters)s counters with a poster in use."),
    Cause.FEW_PHONES: N_(
        "%(reachable)s of %(dossiers)s dossiers with a phone that may get a message; %(barred)s "
        "barred."
    ),
    Cause.WAITING: N_("%(waiting)s of %(answered)s answers wait to be opened."),
    Cause.BELOW_FLOOR: N_("%(answered)s answers; nothing is shown of fewer than %(floor)s."),
    Cause.LOW_RESPONSE: N_(
        "%(answered)s answers of %(drawn)s ballots; in the whole round %(usual)s answered."
    ),
}
# Name, what it means, what to do.
CAUSES: Mapping[Cause, tuple[str, str, str]] = {
    Cause.FEW_DOSSIERS: (
        N_("Few dossiers on the list"),
        N_("A unit with few dossiers has few ballots, however well people answer."),
        N_(
            "Compare with the unit's own statistics. If dossiers are missing, ask the one-stop "
            "centre for the list again; if not, the unit has few answers by its nature."
        ),
    ),
    Cause.OLD_LIST: (
        N_("The list is old or has gaps"),
        N_(
            "People whose dossier ended long ago remember little and answer less; months without "
            "a dossier often mean a part of the list is missing."
        ),
        N_("Look at the coverage of the list, and ask for the months that are missing."),
    ),
    Cause.NOT_INVITED: (
        N_("Codes not issued yet"),
        N_("Whoever has no code cannot answer: these ballots say nothing about people."),
        N_("Print the slips of the unit, or let its software ask for codes."),
    ),
    Cause.NOT_HANDED: (
        N_("Slips printed but not handed over"),
        N_("Slips came back unused: people left with their result and without an invitation."),
        N_(
            "Ask the counter whether slips are clipped to the results, and whether people fetch "
            "results at all or get them by post or online."
        ),
    ),
    Cause.NOT_RECONCILED: (
        N_("Slips not reconciled"),
        N_("Until slips are counted in the evening nobody knows how many were handed over."),
        N_("Have the runs of earlier days reconciled; missing slips need a written reason."),
    ),
    Cause.REISSUED: (
        N_("Codes reissued often"),
        N_(
            "Each new code voids the one before: people may hold papers that no longer open "
            "anything. It may also be a sign of misuse at the counter."
        ),
        N_("Check how the counter's software asks for codes, and talk to the counter."),
    ),
    Cause.NO_POSTER: (
        N_("No counter with a poster"),
        N_("Without a poster only those with a slip, receipt or message can answer."),
        N_("Set up the unit's counters and hang up the poster."),
    ),
    Cause.FEW_PHONES: (
        N_("Few people can get a message"),
        N_("Landlines, masked or shared phones and barred contacts get no reminder."),
        N_("Rely on slips and the poster there; ask for a list with whole phone numbers."),
    ),
    Cause.WAITING: (
        N_("Answers wait to be opened"),
        N_(
            "Answers are opened together, k at least at a time. They are counted here, but not yet "
            "in raw counts and estimates."
        ),
        N_("Nothing: what waits is opened at the close, if need be together with others."),
    ),
    Cause.BELOW_FLOOR: (
        N_("Answered, but hidden"),
        N_(
            "The number is below the floor, or would give away a number that is: the unit may have "
            "more answers than the page shows."
        ),
        N_("Nothing: the number is shown once it is large enough."),
    ),
    Cause.LOW_RESPONSE: (
        N_("People were asked and did not answer"),
        N_("Less than half the share of the whole round answered, and nothing above explains it."),
        N_(
            "Send the reminder, have the counter invite in person, and look at the reports of "
            "pressure. Never ask people what they answered."
        ),
    ),
}
