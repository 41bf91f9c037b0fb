"""The form of a mapping, made for one list: its columns, and the words that stand in them."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange

from app.services.sources import LONGEST_NAME
from app.web.coordinate.frame_words import TARGET_NAMES, WORDS
from app.web.forms import StaffForm
from sampling.errors import Fault
from sampling.listing.folding import folded
from sampling.listing.mapping import REQUIRED, TARGETS, WORD_TARGETS, Mapping
from sampling.listing.sheet import Sheet
from sampling.listing.suggesting import meaning

NO_COLUMN = lazy_gettext("Choose the column.")
# Beside the field that it is about a fault needs no more words.
SHORTER = {
    "missing_target": NO_COLUMN,
    "unknown_list_word": lazy_gettext("Choose what this word means."),
}
NAMELESS = lazy_gettext("Name the source of this file, in at most 300 characters.")
SHOWN_SAMPLES = 3
Entered = MultiDict[str, str]


class MappingForm(StaffForm):
    """What stands beside the columns; `mapping_form` adds a select for each column and word."""

    source_name = StringField(
        lazy_gettext("Name of this source"),
        [DataRequired(NAMELESS), Length(max=LONGEST_NAME, message=NAMELESS)],
        description=lazy_gettext(
            "For example: one-stop software of the province. The next list with the same header "
            "is read in the same way without asking."
        ),
        render_kw={"list": "sources", "autocomplete": "off"},
    )
    unit_from = RadioField(
        lazy_gettext("Which unit is rated"),
        choices=[
            SelectChoice("unit", lazy_gettext("The one in the column of the rated unit")),
            SelectChoice("receiving", lazy_gettext("The receiving unit")),
            SelectChoice("resolving", lazy_gettext("The resolving unit")),
        ],
    )
    rows = RadioField(
        lazy_gettext("What a row is"),
        choices=[
            SelectChoice("dossier", lazy_gettext("A dossier")),
            SelectChoice("step", lazy_gettext("A step of a dossier: rows of one code are merged")),
        ],
    )
    date_order = RadioField(
        lazy_gettext("How 05/03/2026 is meant"),
        choices=[
            SelectChoice("day_first", lazy_gettext("5 March (day first)")),
            SelectChoice("month_first", lazy_gettext("3 May (month first)")),
        ],
    )
    shared_above = IntegerField(
        lazy_gettext("A phone on more dossiers than this is reviewed"),
        [NumberRange(1, 1000, lazy_gettext("Enter a number from 1 to 1000."))],
        description=lazy_gettext("It is probably a broker's or an officer's; it gets no message."),
        render_kw={"inputmode": "numeric"},
    )
    test_words = TextAreaField(
        lazy_gettext("Words that mark test dossiers"),
        [Length(max=2000)],
        description=lazy_gettext("One on each line, besides those known anyway."),
        render_kw={"rows": 2},
    )
    sensitive_words = TextAreaField(
        lazy_gettext("Words of procedures whose people get no message"),
        [Length(max=2000)],
        description=lazy_gettext("One on each line, besides those known anyway."),
        render_kw={"rows": 2},
    )

    sheet: Sheet

    def columns_of(self, target: str) -> list[Any]:
        """List the selects of a target."""
        return [field for name, field in self._fields.items() if is_column(name, target)]

    def shown(self, targets: Iterable[str]) -> list[Any]:
        """List the selects that hold a column, or should."""
        return [field for field in self._all(targets) if field.data or must_show(field)]

    def spare(self, targets: Iterable[str]) -> list[Any]:
        """List the selects that nothing was chosen for."""
        return [field for field in self._all(targets) if not (field.data or must_show(field))]

    def _all(self, targets: Iterable[str]) -> list[Any]:
        return [field for target in targets for field in self.columns_of(target)]

    def words_of(self, target: str) -> list[Any]:
        """List the selects of the words that stand in the columns of a target."""
        return [field for name, field in self._fields.items() if name.startswith(f"word-{target}-")]

    def chosen(self, target: str) -> tuple[str, ...]:
        """Name the columns chosen for a target."""
        places = dict.fromkeys(field.data for field in self.columns_of(target) if field.data)
        return tuple(self.sheet.columns[int(place)].name for place in places)

    def mapping(self, before: Mapping) -> Mapping:
        """Make the mapping of a valid form; names of units that were settled stay settled."""
        columns = {target: self.chosen(target) for target in TARGETS}
        words = {target: self._meanings(target) for target in WORD_TARGETS}
        return Mapping(
            columns={target: names for target, names in columns.items() if names},
            words={target: meanings for target, meanings in words.items() if meanings},
            unit_names=before.unit_names,
            unit_from=self.unit_from.data,
            rows=self.rows.data,
            date_order=self.date_order.data,
            test_words=lines(self.test_words.data),
            sensitive_words=lines(self.sensitive_words.data),
            shared_above=self.shared_above.data,
        )

    def _meanings(self, target: str) -> dict[str, str]:
        fields = self.words_of(target)
        return {folded(field.label.text): field.data for field in fields if field.data}

    def mark(self, faults: Iterable[Fault]) -> None:
        """Put the faults of a mapping beside the fields they are about."""
        language = "vi" if str(get_locale() or "vi").startswith("vi") else "en"
        for fault in faults:
            field = self._blamed(fault)
            told = field.errors if field is not None else self.form_errors
            message = SHORTER.get(fault.code) or fault.message(language)
            if field is None:
                self.form_errors.append(message)
            elif message not in told:
                field.errors = [*told, message]

    def _blamed(self, fault: Fault) -> Any:
        """Find the field of a fault: the word, the column as chosen, or the target it names."""
        for target in TARGETS:
            columns = self.columns_of(target)
            if not fault.column and fault.value == target:
                return columns[0]
            if fault.column in self.chosen(target):
                words = [field for field in self.words_of(target) if not field.data]
                named = [field for field in words if field.label.text == fault.value]
                holding = [field for field in columns if self._holds(field, fault)]
                return [*named, *holding, *columns][0]
        return None

    def _holds(self, field: Any, fault: Fault) -> bool:
        return bool(field.data) and self.sheet.columns[int(field.data)].name == fault.column

    def samples(self, field: Any) -> str:
        """Show what stands in the chosen column; a person's data is masked already."""
        if not field.data or field.errors:
            return ""
        column = self.sheet.columns[int(field.data)]
        shown = [value for value, _ in column.values[:SHOWN_SAMPLES]] or list(column.samples)
        return " · ".join(value for value in shown if value)


def mapping_form(
    sheet: Sheet, mapping: Mapping, name: str, entered: Entered | None = None
) -> MappingForm:
    """Make the form of a list.

    Parameters
    ----------
    mapping : Mapping
        What stands in it before anybody chose.
    entered : MultiDict, optional
        What somebody chose.
    """

    class Made(MappingForm):
        """The form with the columns and words of this list."""

    places = {column.name: str(place) for place, column in enumerate(sheet.columns)}
    choices = [SelectChoice("", gettext("– none –"))]
    choices += [SelectChoice(place, column) for column, place in places.items()]
    picked: dict[str, list[str]] = {}
    for target in TARGETS:
        names = mapping.columns.get(target) or ("",)
        for number, column in enumerate(names):
            field = f"column-{target}-{number}"
            before = places.get(column, "")
            label = gettext(TARGET_NAMES[target])
            needed = [DataRequired(NO_COLUMN)] if target in REQUIRED and not number else []
            setattr(Made, field, SelectField(label, needed, choices=choices, default=before))
            picked.setdefault(target, []).append(entered.get(field, "") if entered else before)
    for target in WORD_TARGETS:
        for field, word in word_fields(sheet, target, picked[target]):
            known = mapping.words.get(target, {}).get(folded(word)) or meaning(target, word)
            words = [SelectChoice("", gettext("– choose –"))]
            words += [SelectChoice(code, gettext(text)) for code, text in WORDS[target]]
            setattr(Made, field, SelectField(word, choices=words, default=known or ""))
    form = Made(entered, data=given(mapping, name))
    form.sheet = sheet
    return form


def word_fields(sheet: Sheet, target: str, places: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name a field for each word in the chosen columns of a target."""
    for place in dict.fromkeys(places):
        if not (place.isascii() and place.isdigit() and int(place) < len(sheet.columns)):
            continue
        for number, (word, _) in enumerate(sheet.columns[int(place)].values):
            if word:
                yield f"word-{target}-{place}-{number}", word


def given(mapping: Mapping, name: str) -> dict[str, object]:
    """Return what the fields besides columns and words hold."""
    return {
        "source_name": name,
        "unit_from": mapping.unit_from,
        "rows": mapping.rows,
        "date_order": mapping.date_order,
        "shared_above": mapping.shared_above,
        "test_words": "\n".join(mapping.test_words),
        "sensitive_words": "\n".join(mapping.sensitive_words),
    }


def must_show(field: Any) -> bool:
    """Whether a select without a choice still has to be seen."""
    return bool(field.errors or field.flags.required)


def is_column(name: str, target: str) -> bool:
    """Whether a field chooses a column for a target."""
    return name.startswith(f"column-{target}-")


def lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
