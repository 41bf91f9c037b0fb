"""What the overview offers each person: the steps that their roles let them take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from app.queries import rounds, units
from app.queries.overview import Overview
from app.queries.people import Person
from app.vocabulary import Role, RoundState
from app.web import access


@dataclass(frozen=True)
class Step:
    """Something to do, and the page on which it is done."""

    text: str
    label: str
    endpoint: str
    done: bool = False
    names: Mapping[str, Any] = field(default_factory=dict)

    @property
    def href(self) -> str:
        """The address of the page, with what it names."""
        return url_for(self.endpoint, **self.names)


def steps(summary: Overview, person: Person, waiting: int) -> list[Step]:
    """List what a person may do, in the order in which it leads to a published index.

    Parameters
    ----------
    waiting : int
        How much waits for the person's decision.
    """
    first = [decisions(waiting)] if waiting else []
    # Whoever serves single units has no part in the way of the whole office.
    way = the_way(summary) if person.may(Role) else []
    offered = [*first, *fieldwork(), *own_units(person), *way]
    return [step for step in offered if access.opens(current_app, step.endpoint, person)]


def decisions(waiting: int) -> Step:
    """Lead to what waits for the reader."""
    return Step(
        gettext("Waiting for your decision: %(number)s", number=waiting),
        gettext("Approvals"),
        "approvals.all_approvals",
    )


def fieldwork() -> list[Step]:
    """Lead to what is to be done today in rounds that are open."""
    return [
        Step(
            gettext("Today's fieldwork: %(round)s", round=found.name),
            gettext("Today's list"),
            "rounds.today",
            names={"round_id": found.id},
        )
        for found in rounds.all_rounds()
        if found.state is RoundState.OPEN
    ]


def own_units(person: Person) -> list[Step]:
    """Lead to the units for which somebody holds a role."""
    held = person.units_with(Role)
    scoped = {grant.unit_id for grant in person.grants if grant.unit_id is not None}
    return [
        Step(gettext("Your unit"), unit.name, "units.one_unit", names={"code": unit.code})
        for unit in units.all_units()
        if unit.id in scoped and (held is None or unit.id in held)
    ]


def the_way(summary: Overview) -> list[Step]:
    """List what leads to a published index."""
    return [
        Step(
            gettext("The units that are rated"),
            gettext("Units"),
            "units.all_units",
            summary.units > 0,
        ),
        Step(
            gettext("A survey round: dossier list, draw, answers, estimates"),
            gettext("Survey rounds"),
            "rounds.all_rounds",
            summary.rounds > 0,
        ),
        Step(
            gettext("The index: scores, merging, check, approval, publication"),
            gettext("Index"),
            "cycles.all_cycles",
            summary.published > 0,
        ),
    ]
