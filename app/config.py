"""Settings, read once from the environment and checked before anything starts."""

import importlib.util
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PREFIX = "KHAOSAT_"
REDIS = ("redis://", "rediss://", "unix://")
SECRET_LENGTH = 32


class SettingsError(Exception):
    """The environment holds a setting that cannot be used; the message names it."""


class Settings(BaseModel):
    """Everything an installation may choose.

    Attributes
    ----------
    home : Path
        Folder for the database, keys, queue and logs.
    public_url : str
        Address that citizens reach; it stands in QR codes.
    trusted_proxies : int
        Number of reverse proxies in front whose X-Forwarded headers are believed.
    mixing_k, disclosure_n, effective_n : int
        The three numbers of anonymity and precision; see ``docs/glossary.md``.
    """

    model_config = ConfigDict(frozen=True)

    home: Path = Path("var")
    database_url: str = ""
    queue_url: str = ""
    public_url: str = ""
    secret_key: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    locale: Literal["vi", "en"] = "vi"
    smtp_url: str = ""
    mixing_k: int = Field(default=10, ge=5)
    disclosure_n: int = Field(default=10, ge=5)
    effective_n: int = Field(default=30, ge=10)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < SECRET_LENGTH:
            raise ValueError(f"must have at least {SECRET_LENGTH} characters")
        return value

    @field_validator("queue_url")
    @classmethod
    def _a_file_or_redis(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", *REDIS)):
            raise ValueError("must be a SQLite file, sqlite:///…, or Redis, redis://host:port/0")
        if value.startswith(REDIS) and importlib.util.find_spec("redis") is None:
            raise ValueError(
                "needs the Python package redis, which is not installed: pip install khaosat[redis]"
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @property
    def folder(self) -> Path:
        """The home folder, absolute."""
        return self.home.absolute()

    @property
    def keys(self) -> Path:
        """Folder of secret keys; never part of a backup."""
        return self.folder / "keys"

    @property
    def database(self) -> str:
        """URL of the database: the configured one, else SQLite in the home folder."""
        return self.database_url or f"sqlite:///{self.folder / 'khaosat.db'}"

    @property
    def queue(self) -> str:
        """Where the queue lives: as configured, else in a SQLite file in the home folder."""
        return self.queue_url or f"sqlite:///{self.folder / 'queue.db'}"

    @property
    def embedded(self) -> bool:
        """Whether all lies on one machine: database and queue are SQLite files."""
        return self.database.startswith("sqlite") and self.queue.startswith("sqlite")

    @property
    def address(self) -> str:
        """Public address, by default the local server's."""
        return self.public_url or f"http://127.0.0.1:{port()}"

    @property
    def secure(self) -> bool:
        """Whether visitors come over https, so that cookies can demand it."""
        return self.address.startswith("https://")

    def secret(self) -> str:
        """Return the secret of the installation, made and kept on the first start."""
        return self.secret_key or kept_secret(self.keys / "secret_key")


def port() -> int:
    """Port of the local server."""
    return int(os.environ.get("PORT", "8000"))


def kept_secret(path: Path) -> str:
    """Read a secret file, creating it (mode 0600) when it is not there yet.

    Several processes may start at once: the first to link its file wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        write_private(draft, secrets.token_urlsafe(48).encode())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner may read, and make it survive a power cut."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises
    ------
    SettingsError
        If a value cannot be used, or a ``KHAOSAT_`` name is not known.
    """
    names = os.environ if environ is None else environ
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in names if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Không có thiết lập tên {unknown[0]} (unknown setting {unknown[0]})")
    values = {
        name.removeprefix(PREFIX).lower(): value for name, value in names.items() if name in known
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"Thiết lập {name} không dùng được: {first['msg']}") from error
