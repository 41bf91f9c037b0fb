"""A whole installation as an office runs it, and a headless browser to walk through it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, sync_playwright

from app import create_app
from app.config import read_settings
from app.extensions import db

ADVICE = (
    "Chromium not found: run 'sudo apt install chromium' or set CHROMIUM=/path/to/chromium "
    "(as root, 'make browser' does it)"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Site:
    """A running installation."""

    address: str
    home: Path

    def command(self, *arguments: str) -> str:
        """Run `khaosat` beside the site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            env={**os.environ, "KHAOSAT_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Act on the installation as a command would, without a process that mostly imports."""
        with create_app(read_settings({"KHAOSAT_HOME": str(self.home)})).app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


def chromium() -> str | None:
    """Find a browser: the one named, the system's, or none (then Playwright's own is tried)."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough: no page looks different on another."""
    shutil.copy(sqlite_template, tmp_path / "khaosat.db")
    return ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; where there is none the tests are skipped, but never in CI."""
    with sync_playwright() as playwright:
        try:
            made = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        except Error as error:
            if os.environ.get("REQUIRE_BROWSER"):
                pytest.fail(f"REQUIRE_BROWSER is set. {ADVICE}: {error}")
            pytest.skip(ADVICE)
        yield made
        made.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An empty installation, served by the command that offices use."""
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run"],
        env={**os.environ, "KHAOSAT_HOME": str(home), "PORT": str(port)},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health/ready", process, home / "server.log")
        yield Site(address, home)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the site answers, or say what it printed instead."""
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text()}")


def page_of(browser: Browser, size: dict[str, int], **options: object) -> Page:
    """Open a fresh window of a size; any error on the page's console fails the test."""
    context = browser.new_context(viewport=size, locale="vi-VN", **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page when somebody wants to look (PICTURES=folder)."""
    folder = os.environ.get("PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, and be there: a bare click does not wait for it."""
    with page.expect_navigation():
        page.click(selector)


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def fits_both(page: Page, name: str) -> None:
    """See that the page fits a phone and a desk, keep a picture of both; the size stays as it was.

    One walk that looks twice costs half of two walks.
    """
    before = page.viewport_size
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert fits(page), f"{name} at {size['width']}"
        picture(page, name)
    if before:
        page.set_viewport_size(before)
