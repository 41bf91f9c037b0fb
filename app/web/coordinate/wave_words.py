"""What waves and the ends of following up are called."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from app.services.stopping import Stop
from app.services.waves import Waves
from app.texts import N_
from app.vocabulary import CaseChannel
from app.web.coordinate import case_words
from app.web.templating import day, number

ATTEMPTS: Mapping[int, str] = {
    1: N_("1: the slip alone"),
    2: N_("2: slip and SMS"),
    3: N_("3: slip, SMS, then phone or post"),
}
REASONS: Mapping[Stop, str] = {
    Stop.TARGET: N_("the wanted answers are there"),
    Stop.LAST_DAY: N_("the last day is over"),
}


def reason(stop: Stop) -> str:
    """Say why following up has ended."""
    return str(gettext(REASONS[stop]))


def channels(through: Sequence[CaseChannel]) -> str:
    """Name the channels of a wave."""
    return either([gettext(case_words.CHANNELS[channel]) for channel in through])


def either(choices: Sequence[str]) -> str:
    """Name one of two, or the only one, beginning with a capital."""
    text = choices[0]
    if choices[1:]:
        text = gettext("%(one)s or %(other)s", one=choices[0], other=choices[1])
    return f"{text[:1].upper()}{text[1:]}"


def attempts(waves: Waves) -> str:
    """Say how often somebody is asked, and when."""
    if waves.attempts == 1:
        return str(gettext("The slip alone; nobody is asked again."))
    if waves.attempts == 2:
        return str(gettext("SMS %(sms)s days after the slip.", sms=number(waves.sms_after)))
    return str(
        gettext(
            "SMS %(sms)s days after the slip, phone or post after %(visit)s days.",
            sms=number(waves.sms_after),
            visit=number(waves.visit_after),
        )
    )


def ends(waves: Waves) -> str:
    """Say when following up ends."""
    parts = []
    if waves.target is not None:
        text = (
            N_("with %(target)s answers of a unit")
            if waves.by_unit
            else N_("with %(target)s answers of a stratum")
        )
        parts.append(gettext(text, target=number(waves.target)))
    if waves.last_day:
        parts.append(gettext("after %(day)s", day=day(waves.last_day)))
    if not parts:
        return str(gettext("When the round closes; no other end is set."))
    return f"{either(parts)}."
