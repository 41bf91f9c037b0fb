"""Why a unit has few answers: facts in, causes out, in the order in which they can be mended.

Nothing here reads a table. Counts of answers come as they may be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.queries.field_monitor import CodeState, SlipState
from app.services import field_flags, hiding
from app.services.field_flags import often_reissued
from app.services.hiding import Share, Told
from app.thresholds import present

# Of the median of its kind of unit.
FEW_DOSSIERS = 0.5
# Days between the last dossier of the list and today.
OLD_LIST = 30
# Of a unit's ballots, those without a code.
NOT_INVITED = 0.1
# Of a unit's slips, those of runs that ended.
NOT_HANDED = 0.2
# Of a unit's dossiers, those whose people may get a message.
FEW_PHONES = 0.5
# Of a unit's answers, those that wait to be opened.
MUCH_WAITING = 0.5


class Cause(StrEnum):
    """Why a unit may have few answers, in the order in which to look."""

    FEW_DOSSIERS = "few_dossiers"
    OLD_LIST = "old_list"
    NOT_INVITED = "not_invited"
    NOT_HANDED = "not_handed"
    NOT_RECONCILED = "not_reconciled"
    REISSUED = "reissued"
    NO_POSTER = "no_poster"
    FEW_PHONES = "few_phones"
    WAITING = "waiting"
    BELOW_FLOOR = "below_floor"
    LOW_RESPONSE = "low_response"


class Verdict(StrEnum):
    """What the facts say of a cause."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


Value = int | float | Told | Share | None


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a unit's fieldwork.

    Attributes
    ----------
    usual_population : float or None
        Median number of dossiers of the units of its kind in the round.
    list_age : int or None
        Days from the last dossier of the list until now, or until the round closed.
    empty_months : int or None
        Months of the list's period in which the unit has no dossier.
    slips, codes : optional
        None where nothing of the kind was recorded.
    dossiers : int
        Dossiers of the unit on the list, of every kind of respondent.
    reachable : int or None
        Of them, those whose people may get a message; None where no phone is on the list.
    barred : int
        Contacts that get no message.
    opened : int or None
        Answers opened; None where the number of all is not told.
    usual_rate : float or None
        Response rate of the round, where it is told.
    """

    open: bool
    population: int
    usual_population: float | None
    list_age: int | None
    empty_months: int | None
    drawn: int
    invited: int
    slips: SlipState | None
    codes: CodeState | None
    posters: int
    dossiers: int
    reachable: int | None
    barred: int
    answered: Told
    opened: int | None
    usual_rate: float | None


@dataclass(frozen=True)
class Finding:
    """A cause, whether it is there, and the numbers that say so, by name."""

    cause: Cause
    verdict: Verdict
    numbers: Mapping[str, Value]


def causes(facts: UnitFacts) -> list[Finding]:
    """Work through all causes in order.

    Returns
    -------
    list of Finding
        One for each cause. `LOW_RESPONSE` is found only where nothing before it explains why
        few answered: people were asked and did not answer.
    """
    found = [Finding(cause, *look(facts)) for cause, look in LOOKS.items()]
    return [*found, Finding(Cause.LOW_RESPONSE, *_low_response(facts, found))]


Looked = tuple[Verdict, Mapping[str, Value]]


def _verdict(there: bool | None) -> Verdict:
    if there is None:
        return Verdict.UNKNOWN
    return Verdict.FOUND if there else Verdict.NOT_FOUND


def _few_dossiers(facts: UnitFacts) -> Looked:
    usual = facts.usual_population
    there = None if usual is None else facts.population < usual * FEW_DOSSIERS
    return _verdict(there), {"population": facts.population, "usual": usual}


def _old_list(facts: UnitFacts) -> Looked:
    numbers = {"days": facts.list_age, "months": facts.empty_months}
    known = [
        None if facts.list_age is None else facts.list_age > OLD_LIST,
        None if facts.empty_months is None else facts.empty_months > 0,
    ]
    if any(known):
        return Verdict.FOUND, numbers
    return _verdict(None if None in known else False), numbers


def _not_invited(facts: UnitFacts) -> Looked:
    without = facts.drawn - facts.invited
    there = without > 0 and without >= facts.drawn * NOT_INVITED
    return _verdict(there), {"without": without, "drawn": facts.drawn}


def _not_handed(facts: UnitFacts) -> Looked:
    slips = facts.slips
    if slips is None:
        return Verdict.UNKNOWN, {}
    ended = slips.printed - slips.open_slips
    unused = slips.returned + slips.spoiled
    there = unused >= ended * NOT_HANDED if ended else None
    return _verdict(there), {"printed": slips.printed, "handed": slips.handed, "unused": unused}


def _not_reconciled(facts: UnitFacts) -> Looked:
    slips = facts.slips
    if slips is None:
        return Verdict.UNKNOWN, {}
    return _verdict(field_flags.unsettled(slips)), {
        "runs": slips.open_runs,
        "slips": slips.open_slips,
        "missing": slips.missing,
    }


def _reissued(facts: UnitFacts) -> Looked:
    codes = facts.codes
    if codes is None:
        return Verdict.UNKNOWN, {}
    numbers = {"issued": codes.issued, "reissued": codes.reissued}
    return _verdict(often_reissued(codes)), numbers


def _no_poster(facts: UnitFacts) -> Looked:
    return _verdict(not facts.posters), {"posters": facts.posters}


def _few_phones(facts: UnitFacts) -> Looked:
    if facts.reachable is None:
        return Verdict.UNKNOWN, {}
    there = facts.reachable < facts.dossiers * FEW_PHONES
    return _verdict(there), {
        "reachable": facts.reachable,
        "dossiers": facts.dossiers,
        "barred": facts.barred,
    }


def _waiting(facts: UnitFacts) -> Looked:
    if not facts.answered.exact or facts.opened is None:
        return Verdict.UNKNOWN, {}
    answered = facts.answered.low
    waiting = max(answered - facts.opened, 0)
    there = answered > 0 and waiting >= answered * MUCH_WAITING
    return _verdict(there), {"waiting": hiding.single(waiting), "answered": answered}


def _below_floor(facts: UnitFacts) -> Looked:
    return _verdict(not facts.answered.exact), {
        "answered": facts.answered,
        "floor": present.disclosure_n,
    }


def _low_response(facts: UnitFacts, before: list[Finding]) -> Looked:
    numbers: dict[str, Value] = {
        "answered": facts.answered,
        "drawn": facts.drawn,
        "usual": None if facts.usual_rate is None else Share(facts.usual_rate, facts.usual_rate),
    }
    if facts.answered.high is None or facts.usual_rate is None:
        return Verdict.UNKNOWN, numbers
    low = field_flags.is_few(facts.answered, facts.drawn, facts.usual_rate)
    explained = {finding.cause for finding in before if finding.verdict is Verdict.FOUND}
    return _verdict(low and not explained & UNASKED), numbers


LOOKS: Mapping[Cause, Callable[[UnitFacts], Looked]] = {
    Cause.FEW_DOSSIERS: _few_dossiers,
    Cause.OLD_LIST: _old_list,
    Cause.NOT_INVITED: _not_invited,
    Cause.NOT_HANDED: _not_handed,
    Cause.NOT_RECONCILED: _not_reconciled,
    Cause.REISSUED: _reissued,
    Cause.NO_POSTER: _no_poster,
    Cause.FEW_PHONES: _few_phones,
    Cause.WAITING: _waiting,
    Cause.BELOW_FLOOR: _below_floor,
}
# With these, people had no code in hand: that they did not answer says nothing of them.
UNASKED = frozenset({Cause.NOT_INVITED, Cause.NOT_HANDED})
