"""How a command tells faults: all of them, with row and column, on standard error or as JSON."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

import click

FAULTS = 1


class Reportable(Protocol):
    """What any package's fault can do."""

    def as_dict(self, locale: str) -> dict[str, Any]:
        """Row, column, value, code and message, ready for JSON."""

    def line(self, locale: str) -> str:
        """One line for a person."""


def locale() -> str:
    """Language of messages: Vietnamese unless KHAOSAT_LOCALE says English."""
    return "en" if os.environ.get("KHAOSAT_LOCALE", "vi").startswith("en") else "vi"


def print_json(value: object) -> None:
    """Write one JSON document to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def stop_over(path: Path, faults: Sequence[Reportable], *, as_json: bool) -> NoReturn:
    """List every fault of a file under its name and leave with exit code 1."""
    click.echo(f"{path}:", err=True)
    stop_with_faults(faults, as_json=as_json)


def stop_with_faults(faults: Sequence[Reportable], *, as_json: bool) -> NoReturn:
    """List every fault and leave with exit code 1."""
    if as_json:
        print_json({"faults": [fault.as_dict(locale()) for fault in faults]})
    else:
        for fault in faults:
            click.echo(fault.line(locale()), err=True)
    sys.exit(FAULTS)
