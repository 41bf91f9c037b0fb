"""What every template may use: language, nonce, navigation, numbers in Vietnamese form."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user

from app import thresholds
from app.clock import LOCAL
from app.texts import N_
from app.vocabulary import Role
from app.web import access, headers
from app.web.labels import label

LANGUAGE = "khaosat_language"
LANGUAGES = ("vi", "en")
# Respondents' pages speak more; staff's do not.
RESPONDENT_LANGUAGES = (*LANGUAGES, "km")

NAVIGATION = (
    ("home.start", N_("Overview"), frozenset(Role)),
    ("rounds.all_rounds", N_("Survey rounds"), frozenset(Role)),
    (
        "questionnaires.all_questionnaires",
        N_("Questionnaires"),
        frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HOME_AFFAIRS}),
    ),
    ("cycles.all_cycles", N_("Index"), frozenset(Role)),
    ("approvals.all_approvals", N_("Approvals"), frozenset(Role)),
    ("units.all_units", N_("Units"), frozenset(Role)),
    (
        "counters.all_counters",
        N_("Counters and posters"),
        frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.AGENCY}),
    ),
    (
        "slips.all_rounds",
        N_("Invitation slips"),
        frozenset({Role.COORDINATOR, Role.AGENCY}),
    ),
    (
        "credentials.by_counter",
        N_("Codes for other software"),
        frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    ),
    (
        "contacts.search_form",
        N_("Deletion requests"),
        frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    ),
    ("jobs.all_jobs", N_("Background work"), frozenset(Role)),
    ("people.all_people", N_("People"), frozenset({Role.ADMINISTRATOR})),
    ("office.settings", N_("Office"), frozenset(Role)),
)
# Pages that belong to a part of the site whose address is another.
PARTS = {
    "api_keys": "credentials",
    "draws": "publish",
    "estimates": "rounds",
    "kiosks": "counters",
    "post": "rounds",
    "results": "cycles",
    "score_imports": "cycles",
    "screens": "credentials",
    "second_factor": "account",
    "slips": "rounds",
    "slips.all_rounds": "slips",
}
NO_BREAK = "\N{NO-BREAK SPACE}"


def chosen_locale() -> str | None:
    """Return the language a visitor chose, if any; the setting decides otherwise."""
    if not has_request_context():
        return None
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else None


def navigation() -> list[tuple[str, str, bool]]:
    """List the pages that the signed-in person may open: label, address, whether it is this one."""
    if not current_user.is_authenticated:
        return []
    part = present_part()
    return [
        (gettext(label), url_for(endpoint), endpoint.split(".")[0] == part)
        for endpoint, label, roles in NAVIGATION
        if current_user.person.roles & roles
        and access.opens(current_app, endpoint, current_user.person)
    ]


def public_navigation() -> list[tuple[str, str, bool]]:
    """List the pages that anybody may open: label, address, whether it is this one."""
    part = present_part()
    return [
        (gettext("Published results"), url_for("publish.all_published"), part == "publish"),
        (gettext("Check a receipt"), url_for("receipts.form"), part == "receipts"),
    ]


def present_part() -> str:
    """Name the part of the site that this page belongs to."""
    endpoint = request.endpoint or ""
    part = endpoint.split(".")[0]
    return PARTS.get(endpoint, PARTS.get(part, part))


def number(value: Fraction | float | int | str | None, decimals: int = 0) -> str:
    """Write a number as the reader's language does; exact values are rounded half up here only."""
    if value is None:
        return "–"
    scaled = Fraction(value) * 10**decimals
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    digits = str(whole).rjust(decimals + 1, "0")
    head, tail = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    vietnamese = str(get_locale() or "vi").startswith("vi")
    point, group = (",", ".") if vietnamese else (".", ",")
    grouped = f"{int(head):,}".replace(",", group)
    sign = "−" if scaled < 0 and whole else ""
    return sign + grouped + (point + tail if tail else "")


def moment(value: datetime | None) -> str:
    """Write an instant in Vietnam's local time, on one line."""
    return value.astimezone(LOCAL).strftime(f"%d/%m/%Y{NO_BREAK}%H:%M") if value else "–"


def day(value: date | None) -> str:
    """Write a date as dd/mm/yyyy."""
    return value.strftime("%d/%m/%Y") if value else "–"


def account() -> dict[str, Any] | None:
    """Return what the menu of the signed-in person shows."""
    if not current_user.is_authenticated:
        return None
    person = current_user.person
    return {
        "name": person.name,
        "role": ", ".join(label(role) for role in sorted(person.roles)),
        "sign_out_url": url_for("sign_in.leave"),
        "links": [(gettext("My account"), url_for("account.own"))],
    }


def register(app: Flask) -> None:
    """Give templates their filters and variables."""
    app.jinja_env.filters.update(number=number, moment=moment, day=day, label=label)
    app.jinja_env.globals.update(thresholds=thresholds.present)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def variables() -> dict[str, Any]:
        return {
            "csp_nonce": headers.nonce(),
            "locale": str(get_locale() or "vi"),
            "navigation": navigation(),
            "public_navigation": public_navigation(),
            "account": account(),
            "person": current_user.person if current_user.is_authenticated else None,
            "sign_in_url": url_for("sign_in.form"),
        }
