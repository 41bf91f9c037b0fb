"""Acts that need a password typed in lately: whoever finds an open screen cannot do them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext

from app import clock

CONFIRMED = "confirmed_at"
MINUTES = 30

View = TypeVar("View", bound=Callable[..., Any])


def mark() -> None:
    """Note that the password was right just now."""
    session[CONFIRMED] = int(clock.now().timestamp())


def fresh() -> bool:
    """Whether the password was right lately."""
    return clock.now().timestamp() - int(session.get(CONFIRMED, 0)) < MINUTES * 60


def required(view: View) -> View:
    """Ask for the password again before a view if the last time is long ago."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if fresh():
            return view(*args, **kwargs)
        if request.method == "POST":
            text = gettext("Confirm the password first, then repeat the last step.")
            flash(text, "warning")
        return redirect(url_for("account.confirm", next=came_from()))

    return cast(View, checked)


def came_from() -> str:
    """Return the page on which the step can be repeated."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    if "account_id" in (request.view_args or {}):
        return url_for("people.one_person", **(request.view_args or {}))
    return url_for("people.all_people" if request.blueprint == "people" else "account.own")
