"""How a command asks for the passphrase or key file of an encrypted file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from app.commands.reporting import locale
from app.services.moving.encrypting import KeyFile, Lock, Passphrase

Command = TypeVar("Command", bound=Callable[..., Any])

WORDS = {
    "vi": {
        "ask": "Cụm mật khẩu",
        "again": "Gõ lại cụm mật khẩu",
        "both": "chỉ dùng một trong hai: --passphrase-file hoặc --key-file",
        "unreadable": "không đọc được {path}",
    },
    "en": {
        "ask": "Passphrase",
        "again": "Repeat the passphrase",
        "both": "use either --passphrase-file or --key-file",
        "unreadable": "{path} cannot be read",
    },
}


def with_lock(command: Command) -> Command:
    """Add the options that say what opens or closes a file."""
    readable = click.Path(dir_okay=False, path_type=Path)
    command = click.option(
        "--passphrase-file",
        type=readable,
        help="Tệp có cụm mật khẩu ở dòng đầu; nếu bỏ trống, chương trình hỏi.",
    )(command)
    return click.option(
        "--key-file", type=readable, help="Tệp ngẫu nhiên từ 32 byte, dùng thay cụm mật khẩu."
    )(command)


def chosen(passphrase_file: Path | None, key_file: Path | None, *, new: bool) -> Lock:
    """Make the lock; a new passphrase is asked for twice."""
    words = WORDS[locale()]
    if passphrase_file and key_file:
        raise click.UsageError(words["both"])
    if key_file:
        return KeyFile(content(key_file))
    if passphrase_file:
        first = content(passphrase_file).decode().splitlines()[:1]
        return Passphrase("".join(first))
    again = words["again"] if new else False
    return Passphrase(click.prompt(words["ask"], hide_input=True, confirmation_prompt=again))


def content(path: Path) -> bytes:
    """Read a small file, or stop as wrong usage."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.UsageError(WORDS[locale()]["unreadable"].format(path=path)) from error
