"""What runs inside a forked process: the web server as `khaosat run` starts it, or a mixer."""

import os
import sys

from granian import cli

from app import create_app
from app.commands.serving import web_command
from app.config import read_settings
from app.extensions import db
from app.services import mixing


def serve(factory: str, processes: str) -> None:
    """Be the web server, of an application that may differ from the product's."""
    command = web_command()[3:]  # without `python -m granian`
    command[command.index("--workers") + 1] = processes
    command[command.index("app:create_app")] = factory
    sys.argv = ["granian", *command]
    cli.entrypoint()


def mix() -> None:
    """Mix without a pause, as the worker's clock does once a minute."""
    with create_app(read_settings()).app_context():
        while os.getppid() != 1:
            mixing.mix_open_rounds()
            db.session.remove()
