"""The first page of a respondent in Chromium, on a slow phone and network, against a blank page.

What a citizen waits for is measured from the address on the slip on, the redirect included. The
processor is slowed down four times and the network to what developers' tools call slow 3G.
"""

import http.server
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from app.config import read_settings
from benchmarks import ballots, serving
from benchmarks.sessions import ballot_token
from benchmarks.timing import NO_GOAL, Row
from surveys import instruments
from surveys.writing import to_document

SEED, SECRET = "first load", "k" * 40
SHOWN = ("citizen_satisfaction", "citizen_five_factors")
ROUNDS = 5
SLOWER = 4
# Chromium's own figures for slow 3G: 500 kbit/s less a fifth, a delay of 400 ms five times over.
NETWORK = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 500 * 1024 / 8 * 0.8,
    "uploadThroughput": 500 * 1024 / 8 * 0.8,
}
BYTES, REQUESTS = 15 * 1024, 2
BLANK = b"<!doctype html><title>x</title><p>x"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass(frozen=True)
class Load:
    """What one visit cost."""

    painted: float
    received: int
    requests: int


def rows() -> list[Row]:
    """Measure the short and the long form; nothing where there is no browser."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("first load: no Chromium here")
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            return [row for code in SHOWN for row in of_form(browser, code)]
        finally:
            browser.close()


def of_form(browser: Browser, code: str) -> list[Row]:
    """Visit a form and a blank page by turns."""
    with tempfile.TemporaryDirectory() as folder, blank() as empty:
        home = {"KHAOSAT_HOME": folder, "KHAOSAT_SECRET_KEY": SECRET}
        application = create_app(read_settings(home))
        with application.app_context():
            upgrade()
            ballots.open_round(SEED, ROUNDS, to_document(instruments.load(code)))
        with serving.product(home, Path(folder) / "log") as server:
            site = f"http://127.0.0.1:{server.port}/q/"
            pairs = [
                (visit(browser, site + ballot_token(SEED, at)), visit(browser, empty))
                for at in range(ROUNDS)
            ]
    ratios = sorted(form.painted / bare.painted for form, bare in pairs)
    received = max(form.received for form, _ in pairs)
    requests = max(form.requests for form, _ in pairs)
    return [
        Row(
            name=f"{code}: first paint, slow phone",
            value=median(form.painted for form, _ in pairs) / 1000,
            unit="s",
            baseline=median(bare.painted for _, bare in pairs) / 1000,
            ratio=median(ratios),
            goal=NO_GOAL,
            met=True,
            spread=(ratios[0], ratios[-1]),
        ),
        _limit(f"{code}: bytes of the first load", received, "B", BYTES),
        _limit(f"{code}: requests after the redirect", requests, "", REQUESTS),
    ]


def _limit(name: str, value: int, unit: str, most: int) -> Row:
    return Row(name, value, unit, most, value / most, "<= 1", value <= most)


def visit(browser: Browser, address: str) -> Load:
    """Open an address in a fresh profile and wait until something is painted."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    session = context.new_cdp_session(page)
    # One for each request that ended; what is inside an address (data:) has no length.
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    page.wait_for_function(f"() => {PAINTED}")
    painted = float(page.evaluate(PAINTED))
    context.close()
    return Load(painted, int(sum(received)), sum(length > 0 for length in received))


@contextmanager
def blank() -> Iterator[str]:
    """Serve a page with nothing on it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(BLANK)))
            self.end_headers()
            self.wfile.write(BLANK)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
