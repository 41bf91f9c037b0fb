"""What every application of a run works out alike is worked out once.

A test has an application and a database of its own. Written-out statements and compiled routes
are the same in all of them, and make up a good part of the time of a short test.
"""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

from app.extensions import db

_dialects: dict[str, tuple[Any, Any]] = {}
_builders: dict[tuple[Any, ...], Any] = {}


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
    compile_builder: Callable[..., Any] = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.subdomain, rule.endpoint, defaults, append_unknown)
        if key not in _builders:
            _builders[key] = compile_builder(rule, append_unknown)
        return _builders[key]

    patch.setattr(Rule, "_compile_builder", remembered)
