"""The form in which a person says what the sheets and columns of a score file hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.services.score_previews import Look
from app.texts import N_

ROLES = {
    "ignore": N_("not used"),
    "unit": N_("unit"),
    "criterion": N_("criterion"),
    "group": N_("group of units"),
    "self_points": N_("self points"),
    "verified_points": N_("verified points"),
    "points": N_("final points"),
    "value": N_("data: value or share"),
    "numerator": N_("data: numerator"),
    "denominator": N_("data: denominator"),
    "excluded": N_("data: excluded cases"),
    "max_points": N_("maximum points"),
    "applicable": N_("applies or not"),
    "source": N_("source, note"),
}
LAYOUTS = {
    "long": N_("one row for each unit and criterion"),
    "units_down": N_("units as rows, criteria as columns"),
    "criteria_down": N_("criteria as rows, units as columns"),
}
MEANINGS = {"missing": N_("no points yet"), "not_applicable": N_("does not apply")}
POLICIES = {
    "replace": N_("replace all scores by those of the file"),
    "cells": N_("change only the cells that the file holds"),
}
LONGEST = 300
LARGEST_LINE = 1_000_000


@dataclass(frozen=True)
class ColumnField:
    """One column and what is chosen for it; `name` ends the names of its two controls."""

    name: str
    letter: str
    header: str
    samples: Sequence[str]
    role: str
    key: str


@dataclass(frozen=True)
class SheetField:
    """One sheet and what is chosen for it; lines are counted from 1."""

    place: int
    name: str
    hidden: bool
    used: bool
    first: int
    last: int
    layout: str
    unit: str
    group: str
    carry: bool
    columns: Sequence[ColumnField]


@dataclass(frozen=True)
class MappingForm:
    """All that is chosen."""

    sheets: Sequence[SheetField]
    not_applicable: str
    dash: str
    blank: str
    policy: str
    source: str


def fill(look: Look, chosen: Mapping[str, Any] | None, source: str = "") -> MappingForm:
    """Fill the form with a mapping: the suggestion, or one that was tried before."""
    suggested = look.document["mapping"]
    mapping = chosen or suggested
    tried = {sheet["name"]: sheet for sheet in mapping["sheets"]}
    return MappingForm(
        sheets=[
            sheet_field(place, sheet, tried.get(sheet["name"], own), used=used)
            for place, (sheet, own) in enumerate(
                zip(look.document["sheets"], suggested["sheets"], strict=True)
            )
            for used in [sheet["name"] in tried if chosen else sheet["used"]]
        ],
        not_applicable=", ".join(mapping["not_applicable"]),
        dash=mapping["dash"],
        blank=mapping["blank"],
        policy=mapping["policy"],
        source=source or look.document["name"],
    )


def sheet_field(
    place: int, sheet: Mapping[str, Any], own: Mapping[str, Any], *, used: bool
) -> SheetField:
    """Fill the part of a sheet."""
    chosen = {column["place"]: column for column in own["columns"]}
    return SheetField(
        place=place,
        name=sheet["name"],
        hidden=sheet["hidden"],
        used=used,
        first=own["header"][0] + 1,
        last=own["header"][1] + 1,
        layout=own["layout"],
        unit=own["unit"],
        group=own["group"],
        carry=own["carry"],
        columns=[
            ColumnField(
                f"{place}-{column['place']}",
                column["letter"],
                column["header"],
                column["samples"],
                chosen.get(column["place"], {}).get("role", "ignore"),
                chosen.get(column["place"], {}).get("key", ""),
            )
            for column in sheet["columns"]
        ],
    )


def read(look: Look, form: MultiDict[str, str]) -> dict[str, Any]:
    """Make the mapping document of what was sent; the worker names what it lacks."""
    suggested = look.document["mapping"]
    pairs = zip(look.document["sheets"], suggested["sheets"], strict=True)
    words = form.get("not_applicable", "")[: LONGEST * 4].split(",")
    return {
        "version": suggested["version"],
        "not_applicable": [word.strip() for word in words if word.strip()],
        "dash": one_of(MEANINGS, form.get("dash")),
        "blank": one_of(MEANINGS, form.get("blank")),
        "policy": one_of(POLICIES, form.get("policy")),
        "sheets": [
            read_sheet(place, sheet, own, form)
            for place, (sheet, own) in enumerate(pairs)
            if f"use-{place}" in form
        ],
    }


def read_sheet(
    place: int, sheet: Mapping[str, Any], own: Mapping[str, Any], form: MultiDict[str, str]
) -> dict[str, Any]:
    """Read the part of a sheet."""
    return {
        "name": own["name"],
        "layout": one_of(LAYOUTS, form.get(f"layout-{place}")),
        "header": own["header"],
        "found": own["found"],
        "unit": form.get(f"unit-{place}", "").strip()[:LONGEST],
        "group": form.get(f"group-{place}", "")[:LONGEST],
        "carry": f"carry-{place}" in form,
        "columns": [
            {
                "place": column["place"],
                "header": column["header"],
                "role": role,
                "key": form.get(f"key-{place}-{column['place']}", "").strip()[:LONGEST],
            }
            for column in sheet["columns"]
            for role in [one_of(ROLES, form.get(f"role-{place}-{column['place']}"))]
            if role != "ignore"
        ],
    }


def moved_headers(look: Look, form: MultiDict[str, str]) -> dict[str, tuple[int, int]]:
    """Give the header lines of every sheet, counted from 0, if any was changed; else nothing."""
    lines: dict[str, tuple[int, int]] = {}
    changed = False
    for place, own in enumerate(look.document["mapping"]["sheets"]):
        before = (own["header"][0], own["header"][1])
        first = line_of(form.get(f"first-{place}"), before[0])
        last = line_of(form.get(f"last-{place}"), before[1])
        lines[own["name"]] = (first, last) if first <= last else before
        changed |= lines[own["name"]] != before
    return lines if changed else {}


def line_of(text: str | None, before: int) -> int:
    """Read a line number that counts from 1; what is none changes nothing."""
    written = (text or "").strip()
    if not written.isascii() or not written.isdigit() or len(written) > len(str(LARGEST_LINE)):
        return before
    return max(0, int(written) - 1)


def one_of(words: Mapping[str, str], word: str | None) -> str:
    """Take a word of a closed list; the first where it is none."""
    return word if word is not None and word in words else next(iter(words))


def choices(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """List what a select offers, in the reader's language."""
    return [(word, str(gettext(text))) for word, text in words.items()]
