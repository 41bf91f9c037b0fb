"""The site is killed outright, again and again, while people answer and the mixer works."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.queries import receipts
from app.services import mixing
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from surveys.links import new_token, read_receipt, receipt, receipt_hash
from tests.app.round_factory import check_invariant, filled, open_and_hand_out

KILLS = int(os.environ.get("KILLS", "3"))
THREADS, K = 6, 5
BODY = filled()


class Stay(urllib.request.HTTPRedirectHandler):
    """Show a redirect instead of following it."""

    def redirect_request(self, *_: object) -> None:
        return None


opener = urllib.request.build_opener(Stay)


@dataclass
class Crowd:
    """People who send their form until it is acknowledged; what they were told is kept."""

    address: str
    tokens: list[str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    strange: list[int] = field(default_factory=list)
    in_flight: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> None:
        """Answer with one token after another, each with one nonce however often it takes."""
        while not self.over.is_set():
            try:
                token = self.tokens.pop()
            except IndexError:
                return
            nonce = new_token()
            while not self.over.is_set():
                self.in_flight += 1
                found = self.sent(token, nonce)
                self.in_flight -= 1
                if found:
                    self.acknowledged[token] = found
                    assert found == receipt(nonce)
                    break
                time.sleep(0.02)

    def sent(self, token: str, nonce: str) -> str | None:
        """Send a form; the receipt, or None when the site did not answer."""
        request = urllib.request.Request(
            f"{self.address}/q",
            data=urlencode({**BODY, "nonce": nonce}, doseq=True).encode(),
            headers={"Cookie": f"khaosat_ticket={token}"},
        )
        try:
            opener.open(request, timeout=20)
        except urllib.error.HTTPError as reply:
            if reply.code not in {303, 503}:
                self.strange.append(reply.code)
            cookie = reply.headers.get("Set-Cookie", "")
            return read_receipt(cookie.partition("khaosat_receipt=")[2].partition(";")[0])
        except (OSError, urllib.error.URLError):
            return None
        raise AssertionError("a form was not taken")


MIXER = """
from app import create_app
from app.config import read_settings
from app.services import mixing
with create_app(read_settings()).app_context():
    while True:
        mixing.mix_open_rounds()
"""


def started(port: int, home: Path) -> list["subprocess.Popen[bytes]"]:
    environ = {
        **os.environ, "PORT": str(port), "KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": "k" * 40,
    }  # fmt: skip
    server = (
        *("-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "8"),
        *("--no-access-log", "--log-level", "critical", "app:create_app"),
    )
    return [
        subprocess.Popen([sys.executable, *arguments], env=environ, start_new_session=True)
        for arguments in (server, ("-c", MIXER))
    ]


def killed(processes: list["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_kill_loses_or_doubles_an_acknowledged_answer(app: Flask, tmp_path: Path) -> None:
    size = 400 * (KILLS + 1)
    made, tokens = open_and_hand_out({"TB": {"land": size, "health": size}}, k=K)
    port, chance = free_port(), random.Random(7)
    crowd = Crowd(f"http://127.0.0.1:{port}", [*tokens["TB/land"], *tokens["TB/health"]])
    chance.shuffle(crowd.tokens)
    people = [threading.Thread(target=crowd.answer) for _ in range(THREADS)]
    for person in people:
        person.start()
    hit = 0
    for _ in range(KILLS):
        before = len(crowd.acknowledged)
        processes = started(port, tmp_path)
        try:
            patience = time.monotonic() + 30
            while len(crowd.acknowledged) == before and time.monotonic() < patience:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.1, 0.6))
            hit += crowd.in_flight > 0
        finally:
            killed(processes)
        assert len(crowd.acknowledged) > before
    processes = started(port, tmp_path)
    last = len(crowd.acknowledged)
    while len(crowd.acknowledged) < last + THREADS:
        time.sleep(0.01)
    crowd.over.set()
    for person in people:
        person.join()
    killed(processes)

    tally = check_invariant(made.id)
    assert crowd.strange == []
    assert hit >= 0.8 * KILLS
    # At most the form that each was sending is stored without its acknowledgement.
    assert 0 <= tally.spent - len(crowd.acknowledged) <= THREADS
    assert not reconcile(made.id).unreadable
    assert opened_receipts(made.id, crowd) == 0


def opened_receipts(round_id: int, crowd: Crowd) -> int:
    """Close the round, open everything and count acknowledged receipts that are nowhere."""
    mixing.close_round(SYSTEM, round_id)
    tally = check_invariant(round_id)
    assert tally.boxes == 0
    assert tally.answers == tally.spent
    return sum(
        receipts.counted(receipt_hash(code).hex()) is None for code in crowd.acknowledged.values()
    )
