"""Commands called in this process, each in a home of its own: a start costs seconds."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from app.cli import main


@dataclass(frozen=True)
class Done:
    """What a command said and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *words: str | Path, typed: str = "", **environment: str) -> Done:
    """Call `khaosat` as people type it."""
    names = {"KHAOSAT_HOME": str(home), "KHAOSAT_LOCALE": "en", **environment}
    runner = CliRunner(env={name: value or None for name, value in names.items()})
    called = runner.invoke(main, [str(word) for word in words], input=typed)
    if called.exception is not None and not isinstance(called.exception, SystemExit):
        raise called.exception
    return Done(called.exit_code, called.stdout, called.stderr)
