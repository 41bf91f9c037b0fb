"""The part of a form about the parties of a ceremony."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, RadioField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app import clock
from app.services.ceremony_parties import LONGEST_NAME, MOST_PARTIES, Arrangement, Guest
from app.vocabulary import AbsentRule, NumberKind
from app.web.forms import StaffForm

GUESTS = tuple(range(1, MOST_PARTIES))
PARTY_PARTS = tuple(f"{part}_{row}" for row in GUESTS for part in ("party", "hash"))
RULE_PARTS = ("absent", "number_kind", "number_day", "number_time")


def name_field(label: Any) -> StringField:
    """Make a field for the name of a party."""
    look = {"autocomplete": "off", "maxlength": LONGEST_NAME}
    return StringField(label, [Length(max=LONGEST_NAME)], render_kw=look)


def hash_field(label: Any) -> StringField:
    """Make a field for the commitment of a party."""
    look = {"autocomplete": "off", "spellcheck": "false"}
    return StringField(label, [Length(max=100)], render_kw=look)


class CeremonyParts(StaffForm):
    """Who takes part, what is done about a silent party, and which public number ends it."""

    office = StringField(
        lazy_gettext("The office's own name in the ceremony"),
        [Length(max=LONGEST_NAME)],
        default="Sở Nội vụ",
        description=lazy_gettext("The program takes the office's secret and keeps it sealed."),
    )
    party_1 = name_field(lazy_gettext("Name of party 1"))
    hash_1 = hash_field(lazy_gettext("Commitment of party 1"))
    party_2 = name_field(lazy_gettext("Name of party 2"))
    hash_2 = hash_field(lazy_gettext("Commitment of party 2"))
    party_3 = name_field(lazy_gettext("Name of party 3"))
    hash_3 = hash_field(lazy_gettext("Commitment of party 3"))
    party_4 = name_field(lazy_gettext("Name of party 4"))
    hash_4 = hash_field(lazy_gettext("Commitment of party 4"))
    party_5 = name_field(lazy_gettext("Name of party 5"))
    hash_5 = hash_field(lazy_gettext("Commitment of party 5"))
    absent = RadioField(
        lazy_gettext("If a party does not reveal its secret"),
        choices=[
            SelectChoice(
                AbsentRule.GO_ON.value,
                lazy_gettext("Go on without it; the papers name the party"),
            ),
            SelectChoice(
                AbsentRule.STOP.value,
                lazy_gettext("Stop; everybody begins anew with new secrets, for all to see"),
            ),
        ],
        default=AbsentRule.GO_ON.value,
    )
    number_kind = RadioField(
        lazy_gettext("The public number comes from"),
        choices=[
            SelectChoice(
                NumberKind.LOTTERY.value, lazy_gettext("A lottery, or another number printed later")
            ),
            SelectChoice(
                NumberKind.DICE.value,
                lazy_gettext("Twenty ten-sided dice, thrown when all secrets are in"),
            ),
        ],
        default=NumberKind.LOTTERY.value,
    )
    number_day = DateField(
        lazy_gettext("Day of the lottery"),
        [Optional()],
        description=lazy_gettext("Secrets are taken only before this day and time."),
    )
    number_time = TimeField(
        lazy_gettext("Time from which its number may be known"),
        [Optional()],
        description=lazy_gettext("Such as 16:15."),
    )

    def arrangement(self) -> Arrangement:
        """Read the part; rows without a name and a commitment are left out."""
        rows = [
            Guest(self.value(f"party_{row}"), self.value(f"hash_{row}").lower(), row)
            for row in GUESTS
        ]
        kind = NumberKind(self.number_kind.data)
        return Arrangement(
            office=self.office.data or "",
            guests=tuple(one for one in rows if one.name or one.commitment),
            absent=AbsentRule(self.absent.data),
            number_kind=kind,
            number_at=self.moment() if kind is NumberKind.LOTTERY else None,
        )

    def value(self, name: str) -> str:
        """Read a text without blanks around it."""
        return str(self[name].data or "").strip()

    def moment(self) -> datetime | None:
        """Read day and time as an instant; None when one is missing."""
        day, time = self.number_day.data, self.number_time.data
        if day is None or time is None:
            return None
        return datetime.combine(day, time, clock.LOCAL)
