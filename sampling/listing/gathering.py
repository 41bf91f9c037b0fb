"""Dossiers made of the rows of a list, and counts of the rows that became none."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sampling.dossier import Dossier
from sampling.errors import in_file_order
from sampling.frame import earlier
from sampling.listing import report as counting
from sampling.listing.contacts import (
    REASONS,
    Contact,
    Found,
    bar_shared,
    contact,
    find_phone,
    phone_columns,
)
from sampling.listing.errors import ListFault
from sampling.listing.facts import Facts
from sampling.listing.grouping import (
    blame_conflicts,
    blame_duplicates,
    filled,
    in_order,
    without_repeats,
)
from sampling.listing.mapping import UNIT_TARGETS
from sampling.listing.outcome import ListReading, Options
from sampling.listing.report import ListReport
from sampling.listing.screening import Screen
from sampling.listing.units import Resolution
from sampling.tabular import Table

# More different names than any list of units has, and most rows without one: the wrong column.
MANY_NAMES, FEW_RESOLVED = 100, 0.5
PHONE_STATES = ("ok", "landline", "masked", "none", "invalid", "staff", "grouped")
EXCLUDED = ("test", "own_applicant", "staff")


@dataclass
class Gathering:
    """Dossiers as they are made, and the counts of rows that became none."""

    facts: Facts
    options: Options
    dossiers: list[Dossier] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    tax_codes: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    phones: Counter[str] = field(default_factory=Counter)
    unresolved: Counter[tuple[str, Resolution]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.screen = Screen(self.facts)
        self.unit_columns = [
            (target, self.facts.cells[target])
            for target in UNIT_TARGETS.values()
            if target in self.facts.cells
        ]
        self.phone_columns = phone_columns(self.facts.cells)
        self.rated = UNIT_TARGETS[self.facts.mapping.unit_from]

    def take(self, rows: list[int]) -> None:
        """Make a dossier of the rows of a code, or count them where none can be made."""
        facts, count = self.facts, len(rows)
        if count > 1:
            rows = without_repeats(facts, rows)
            if facts.mapping.rows == "step":
                blame_conflicts(facts, rows)
            elif len(rows) > 1:
                blame_duplicates(facts, rows)
        received = None if self.is_bad(rows) else self.receipt(rows)
        if received is None:
            self.rows["faulty"] += count
            return
        rows = in_order(facts, rows)
        units = self.units(rows, received)
        reason = self.excluded(rows, units)
        if reason or not units[self.rated]:
            self.rows[reason or "unresolved"] += count
            return
        self.rows["merged"] += count - 1
        self.add(rows, received, units)

    def is_bad(self, rows: list[int]) -> bool:
        """Tell whether any row has a fault."""
        return not self.facts.bad.isdisjoint(rows)

    def receipt(self, rows: list[int]) -> datetime | None:
        """Earliest receipt; None, with a fault, where something is dated before it."""
        facts = self.facts
        received = min(found for row in rows if (found := facts.moments["received"][row]))
        for target in ("due", "finished"):
            for row in rows:
                moment = facts.moments[target][row]
                if moment and earlier(moment, received):
                    facts.blame(row, target, facts.cells[target][row], "before_receipt")
        return None if self.is_bad(rows) else received

    def units(self, rows: list[int], received: datetime) -> dict[str, str]:
        """Codes of the rated, the receiving and the resolving unit, "" where not resolved."""
        facts, found = self.facts, {"unit": "", "receiving_unit": "", "resolving_unit": ""}
        for target, cells in self.unit_columns:
            # The first step received the dossier, the latest resolves it.
            for row in reversed(rows) if target == "resolving_unit" else rows:
                if cells[row]:
                    what = facts.resolve(cells[row], received)
                    found[target] = what.code
                    if not what.code:
                        self.unresolved[cells[row], what] += len(rows)
                    break
        return found

    def excluded(self, rows: list[int], units: dict[str, str]) -> str:
        """Reason why a dossier does not belong to the frame; "" if it does."""
        if not self.screen.tests.isdisjoint(rows):
            return "test"
        if not self.screen.official.isdisjoint(rows) and self.screen.is_own_applicant(
            rows, [*units.values()]
        ):
            return "own_applicant"
        if self.options.exclude_staff and self.found(rows).state == "staff":
            return "staff"
        return ""

    def found(self, rows: list[int]) -> Found:
        """Find the phone of a dossier."""
        role = filled(self.facts.words["person_role"], rows, last=True)
        return find_phone(self.phone_columns, role, rows, self.options.staff_phones)

    def add(self, rows: list[int], received: datetime, units: dict[str, str]) -> None:
        """Keep a dossier and its contact."""
        facts, last = self.facts, rows[-1]
        words, moments = facts.words, facts.moments
        dues = [moment for row in rows if (moment := moments["due"][row])]
        ends = [moment for row in rows if (moment := moments["finished"][row])]
        code = facts.code[last]
        kind = self.screen.kind(filled(words["respondent_kind"], rows), rows)
        self.dossiers.append(
            Dossier(
                code=code,
                unit=units[self.rated],
                received=received,
                field=filled(facts.field, rows),
                procedure=filled(facts.procedure, rows),
                respondent_kind=kind,
                channel=filled(words["channel"], rows),
                status=filled(words["status"], rows, last=True),
                due=max(dues, default=None),
                finished=max(ends, default=None),
                receiving_unit=units["receiving_unit"],
                resolving_unit=units["resolving_unit"],
                language=filled(facts.language, rows),
            )
        )
        phone = self.found(rows)
        group = filled(facts.phone_group, rows, last=True)
        digits = filled(facts.digits_hash, rows, last=True)
        self.phones["grouped" if group and phone.state == "none" else phone.state] += 1
        sensitive = not self.screen.sensitive.isdisjoint(rows)
        self.contacts.append(contact(code, phone, sensitive=sensitive, group=group, digits=digits))
        tax_code = "" if kind == "citizen" else filled(facts.cells["tax_code"], rows)
        self.tax_codes.append(tax_code)

    def finished(self, table: Table) -> ListReading:
        """Look at all dossiers together and count."""
        shared_above = self.facts.mapping.shared_above
        contacts, shared = bar_shared(self.contacts, self.dossiers, self.tax_codes, shared_above)
        faults = [*table.faults, *self.facts.faults]
        if self.is_wrong_column():
            name = self.facts.cells.name(self.rated)
            faults.append(ListFault(table.header_row, name, "", "not_unit_names"))
            self.unresolved.clear()
        if not len(self.facts.cells) and not table.faults:
            faults.append(ListFault(None, "", "", "no_rows"))
        return ListReading(
            tuple(self.dossiers),
            tuple(contacts),
            shared,
            in_file_order(faults),
            self.report(table, contacts, len(shared)),
        )

    def is_wrong_column(self) -> bool:
        """Tell a column of units that holds something else, perhaps people."""
        resolved = len(self.dossiers)
        return len(self.unresolved) > MANY_NAMES and resolved < FEW_RESOLVED * (
            resolved + self.rows["unresolved"]
        )

    def report(self, table: Table, contacts: list[Contact], shared: int) -> ListReport:
        """Count everything."""
        period = counting.extent(self.dossiers, self.options.period)
        barred = Counter(one.barred for one in contacts)
        surplus = sum(1 for fault in table.faults if fault.code == "extra_cells")
        return ListReport(
            rows=len(table.rows) + surplus,
            title_rows=table.title_rows,
            notes=self.facts.cells.notes,
            merged=self.rows["merged"],
            dossiers=len(self.dossiers),
            excluded={reason: self.rows[reason] for reason in EXCLUDED},
            unresolved=self.rows["unresolved"],
            faulty=self.rows["faulty"] + surplus,
            unresolved_names=counting.unresolved_names(self.unresolved),
            phones={state: self.phones[state] for state in PHONE_STATES},
            shared_phones=shared,
            barred={reason: barred[reason] for reason in REASONS},
            missing=counting.missing(self.dossiers),
            shortened=self.facts.shortened,
            code_years=counting.code_years(self.dossiers),
            units=counting.per_unit(self.dossiers, self.facts.book.codes),
            gaps=counting.gaps(self.dossiers, period),
            empty_weeks=counting.empty_weeks(self.dossiers, period),
            period=tuple(day.isoformat() for day in period) if period else (),
        )
