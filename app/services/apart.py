"""Nobody is asked twice: what it costs a plan, and what of it is fixed with the plan (0052)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite
from app.models import FrozenList, FrozenOwner, Round
from app.queries import asked, draw_records, frames
from app.queries.asked import OwnerCount
from app.services import populations
from app.services.errors import WrongStateError
from app.services.plans import Plan, Stratification
from app.services.previewing import Preview
from app.services.selecting import Selection
from app.texts import N_
from sampling.apart import Owners
from sampling.coordination import YEAR, asked_text, list_hash
from sampling.draw_record import APART, AskedList, Promise
from sampling.record_reading import read_promise

COMMITTING = 0x61706172
# Groups are numbered in the order of their first dossier, so that a number tells nothing else.
FEWEST = 2


@dataclass(frozen=True)
class StratumCost:
    """What the rule costs a stratum.

    Attributes
    ----------
    asked : int
        Dossiers whose owner was asked within a year: they stand behind all others.
    sharing : int
        Dossiers beyond the first of their owner.
    again, short : int
        Owners who would be asked again, since nobody else is left, and dossiers that nobody is
        left for. Owners with dossiers in several strata may make it a few more.
    """

    label: str
    name: str
    dossiers: int
    asked: int
    sharing: int
    drawn: int
    again: int
    short: int

    @property
    def told(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.asked or self.sharing)


@dataclass(frozen=True)
class Cost:
    """What the rule costs a plan; `owners` has those of several strata once."""

    strata: tuple[StratumCost, ...]
    owners: int
    most_of_one: int

    @property
    def asked(self) -> int:
        """Dossiers that stand behind all others."""
        return sum(stratum.asked for stratum in self.strata)

    @property
    def sharing(self) -> int:
        """Dossiers beyond the first of their owner."""
        return sum(stratum.dossiers for stratum in self.strata) - self.owners

    @property
    def again(self) -> int:
        """Owners who would be asked again."""
        return sum(stratum.again for stratum in self.strata)

    @property
    def short(self) -> int:
        """Dossiers of the sample that nobody is left for, at least."""
        drawn = sum(stratum.drawn for stratum in self.strata)
        return max(sum(stratum.short for stratum in self.strata), drawn - self.owners)


def cost(frame_id: int, respondents: Sequence[str], plan: Plan, laid_over: Preview) -> Cost | None:
    """Tell what the rule costs a plan; None for a plan that asks whoever is drawn."""
    if not plan.apart:
        return None
    by_field = plan.stratify_by is Stratification.UNIT_FIELD
    counts = asked.counts(frame_id, respondents, clock.today(), by_field=by_field)
    by_label = {plan.stratum(count.unit_code, count.field): count for count in counts}
    strata = tuple(
        _cost_of(
            stratum.label,
            f"{stratum.unit_name} · {stratum.field}" if by_field else stratum.unit_name,
            stratum.drawn,
            by_label[stratum.label],
        )
        for stratum in laid_over.strata
        if stratum.label in by_label
    )
    owners_in_all = asked.owners_in_all(frame_id, respondents, clock.today())
    return Cost(strata, owners_in_all, asked.most_of_one(frame_id, respondents))


def _cost_of(label: str, name: str, drawn: int, count: OwnerCount) -> StratumCost:
    return StratumCost(
        label=label,
        name=name,
        dossiers=count.dossiers,
        asked=count.asked,
        sharing=count.dossiers - count.owners,
        drawn=drawn,
        again=max(0, min(drawn, count.owners) - count.fresh),
        short=max(0, drawn - count.owners),
    )


@dataclass(frozen=True)
class Frozen:
    """What a commitment fixes: owners by the code of the dossier, and the list of the asked."""

    owners: Owners
    asked: AskedList


def freeze(session: Session, found: Round, plan: Plan) -> Frozen | None:
    """Fix owners and list for a draw, in the transaction of its commitment; None without the rule.

    Raises
    ------
    WrongStateError
        If another round that has some of the same owners waits for its draw: neither would know
        whom the other draws.
    """
    frame = frames.of_round(found.id)
    if not plan.apart or frame is None:
        return None
    if not is_sqlite(session):
        # Two rounds that commit at once would not see each other.
        session.execute(select(func.pg_advisory_xact_lock(COMMITTING)))
    kinds = (found.plan or {})[populations.KEY]["respondents"]
    _require_alone(found, frame.id, kinds)
    today = clock.today()
    rows = asked.owned(frame.id, kinds, today)
    shared = Counter(row.owner for row in rows)
    numbers: dict[bytes, str] = {}
    stored = []
    for row in rows:
        if row.asked or shared[row.owner] >= FEWEST:
            number = numbers.setdefault(row.owner, str(len(numbers) + 1))
            owner = row.owner.hex() if row.asked else number
            stored.append({"dossier_id": row.id, "owner": owner, "asked": row.asked})
    if stored:
        session.execute(insert(FrozenOwner), [{"round_id": found.id, **row} for row in stored])
    listed = asked.listed(today)
    session.add(FrozenList(round_id=found.id, day=today, listed=asked_text(listed)))
    session.flush()
    fixed = AskedList(list_hash(listed), YEAR, today.isoformat())
    return Frozen(asked.frozen(found.id), fixed)


def _require_alone(found: Round, frame_id: int, kinds: Sequence[str]) -> None:
    for other in () if found.dry_run else asked.waiting(found.id):
        theirs = other.plan[populations.KEY]["respondents"]
        if asked.share_owners(frame_id, kinds, other.frame_id, theirs):
            raise WrongStateError(
                N_(
                    "The round %(name)s has some of the same people and waits for its draw. Draw "
                    "it first, so that this round knows whom it asks; or let this plan ask whoever "
                    "is drawn."
                ),
                name=other.name,
            )


def owners(round_id: int, plan: Plan) -> Owners | None:
    """Owners as the commitment fixed them; None for a plan that asks whoever is drawn."""
    return asked.frozen(round_id) if plan.apart else None


def promised_owners(promised: Promise, round_id: int) -> Owners | None:
    """Owners as the commitment fixed them; None where the promised draw looks at none."""
    return asked.frozen(round_id) if promised.method == APART else None


def promised_sizes(round_id: int) -> dict[str, tuple[int, int]]:
    """Tell how many were promised of each stratum, and how many reserves."""
    kept = draw_records.kept(round_id)
    promised, _ = read_promise(kept.promise.encode()) if kept else (None, ())
    found = promised.strata if promised else ()
    return {stratum.label: (stratum.size or 0, stratum.reserves or 0) for stratum in found}


def as_drawn(laid_over: Preview, selection: Selection) -> Preview:
    """Put in how many were drawn, where nobody was left for some of a stratum."""
    drawn = Counter(one.stratum for one in selection.selected)
    strata = tuple(replace(each, drawn=drawn[each.label]) for each in laid_over.strata)
    of_unit: Counter[str] = Counter()
    for each in strata:
        of_unit[each.unit_code] += each.drawn
    units = tuple(replace(each, drawn=of_unit[each.code]) for each in laid_over.units)
    return replace(laid_over, strata=strata, units=units)
