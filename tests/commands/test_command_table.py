"""The table of commands: each entry leads to a command with a text."""

import subprocess
import sys

import click
import pytest

from app.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_can_be_loaded(name: str):
    command = main.get_command(click.Context(main), name)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


def test_an_unknown_command_is_wrong_usage():
    done = subprocess.run(
        [sys.executable, "-m", "app", "nonsense"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
