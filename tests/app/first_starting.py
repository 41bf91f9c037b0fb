"""What processes do that start at the same moment, each a copy of one that is fully awake."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.cli import main
from app.commands.serving import bring_up_to_date, settings_or_stop
from tests.proofs import workers

PATIENCE = 120.0


def together(
    act: Callable[[str], None], processes: int, place: Path, environment: dict[str, str]
) -> tuple[list[int | None], list[str]]:
    """Let processes act at the same moment; the code of each and what it said.

    Parameters
    ----------
    act : callable
        What each does, by the name of a module and a function; it gets its number.
    place : Path
        An empty folder, where they wait for each other.
    """
    place.mkdir()
    numbers = [str(number) for number in range(processes)]
    started = [workers.fork(_wait_and_act, act, n, place, environment) for n in numbers]
    patience = time.monotonic() + PATIENCE
    while len(list(place.glob("ready-*"))) < processes and time.monotonic() < patience:
        time.sleep(0.01)
    (place / "go").touch()
    for process in started:
        process.join(PATIENCE)
    said = [(place / f"said-{number}").read_text() for number in numbers]
    return [process.exitcode for process in started], said


def _wait_and_act(
    act: Callable[[str], None], number: str, place: Path, environment: dict[str, str]
) -> None:
    os.environ.update(environment)
    with (place / f"said-{number}").open("w", buffering=1) as said:
        sys.stdout = sys.stderr = said
        (place / f"ready-{number}").touch()
        while not (place / "go").exists():
            time.sleep(0.0005)
        act(number)


def bring_up(number: str) -> None:
    """Do what every part of an installation does first, and print its secret."""
    settings = settings_or_stop()
    bring_up_to_date(settings)
    print(settings.secret())  # noqa: T201  (read by the test)


def migrate(number: str) -> None:
    """Call the command as people do."""
    main(["migrate"], prog_name="khaosat")
