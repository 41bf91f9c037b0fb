"""Starting the site: the web and the worker as two children of one process."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

import click
from flask_migrate import upgrade

from app import create_app
from app.config import Settings, SettingsError, port, read_settings

THREADS = 32
SET_PARENT_DEATH_SIGNAL = 1
FIRST_LOOK = 0.2


def settings_or_stop() -> Settings:
    """Read the settings; leave with exit code 2 and the name of a wrong one."""
    try:
        return read_settings()
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def bring_up_to_date(settings: Settings) -> None:
    """Apply the migrations that are missing."""
    with create_app(settings).app_context():
        upgrade()


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    bring_up_to_date(settings_or_stop())
    click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


def web_command(
    processes: int = 1, application: str = "app:create_app", at: int | None = None
) -> list[str]:
    """Return the command line of the web server, by default on the configured port."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(at or port())),
        *("--workers", str(processes), "--blocking-threads", str(THREADS)),
        *("--no-access-log", "--log-level", "error", application),
    ]


def web_processes(settings: Settings) -> int:
    """Choose one process for SQLite, whose writers wait for each other, else several."""
    return 1 if settings.database.startswith("sqlite") else max(2, os.cpu_count() or 1)


@click.command()
def run() -> None:
    """Cập nhật cơ sở dữ liệu rồi chạy trang web cùng việc nền."""
    settings = settings_or_stop()
    bring_up_to_date(settings)
    children = [
        child(web_command(web_processes(settings))),
        child([sys.executable, "-m", "app", "worker"]),
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Khảo sát CCHC: {settings.address}  (Ctrl+C để dừng)")
    try:
        watch(children)
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        stop(children)


def child(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start a child that ends with this process, however this process ends."""
    return subprocess.Popen(command, preexec_fn=end_with_parent)  # noqa: PLW1509  (one thread)


def end_with_parent() -> None:
    """Ask Linux for a SIGTERM when the parent dies: a killed parent can ask nothing itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def watch(children: list["subprocess.Popen[bytes]"]) -> NoReturn:
    """Wait until one of the children ends, which ends all."""
    while True:
        for child in children:
            code = child.poll()
            if code is not None:
                sys.exit(code or 1)
        time.sleep(FIRST_LOOK)


def stop(children: list["subprocess.Popen[bytes]"]) -> None:
    """Ask the children to end, then make them."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
