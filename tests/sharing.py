"""What every application of a run works out alike is worked out once.

A test has an application and a database of its own. Written-out statements, compiled routes and
the list of static files are the same in all of them, and make up a good part of the time of a
short test.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest
from werkzeug.routing import Rule
from whitenoise import WhiteNoise

from app.extensions import db

_dialects: dict[str, tuple[Any, Any]] = {}
_compiled: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, FunctionType]]] = {}
_files: dict[tuple[Any, ...], dict[str, Any]] = {}

# What `Rule.compile` leaves on a rule: values, and functions bound to it.
COMPILED = ("_parts", "_trace", "_converters", "arguments")
BOUND = ("_build", "_build_unknown")


def share_statements() -> None:
    """Let the engine of the present application find what others have written out.

    The names of written statements hold their dialect, so that goes with them.
    """
    engine = db.engine
    if engine.name not in _dialects:
        engine.connect().close()  # the dialect looks at its server first
        _dialects[engine.name] = engine.dialect, engine._compiled_cache
    engine.dialect, engine._compiled_cache = _dialects[engine.name]


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """Let routes of one address be compiled once."""
    compiled: Callable[[Rule], None] = Rule.compile

    def remembered(rule: Rule) -> None:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.subdomain, rule.endpoint, defaults, rule.merge_slashes)
        if key not in _compiled:
            compiled(rule)
            _compiled[key] = (
                {name: getattr(rule, name) for name in COMPILED},
                {name: getattr(rule, name).__func__ for name in BOUND},
            )
        values, functions = _compiled[key]
        vars(rule).update(values)
        vars(rule).update({name: made.__get__(rule) for name, made in functions.items()})

    patch.setattr(Rule, "compile", remembered)


def share_static_files(patch: pytest.MonkeyPatch) -> None:
    """Let the files of a folder be listed once."""
    listed: Callable[[WhiteNoise, str, str], None] = WhiteNoise.update_files_dictionary

    def remembered(served: WhiteNoise, root: str, prefix: str) -> None:
        key = (root, prefix, served.max_age)
        if key not in _files:
            listed(served, root, prefix)
            _files[key] = {at: file for at, file in served.files.items() if at.startswith(prefix)}
        served.files.update(_files[key])

    patch.setattr(WhiteNoise, "update_files_dictionary", remembered)
