"""`khaosat run`: web and worker start together and end together."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.journeys.conftest import free_port, wait_for


def start(home: Path, port: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "KHAOSAT_HOME": str(home), "PORT": str(port)}
    log = (home / "server.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run"], env=environment, stdout=log, stderr=log
    )
    wait_for(f"http://127.0.0.1:{port}/health/ready", process, home / "server.log")
    return process


def answers(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
        return int(reply.status)


def silent(port: int) -> bool:
    """Whether nobody answers any more, within some seconds."""
    for _ in range(100):
        try:
            answers(port, "/health/live")
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_a_fresh_installation_serves_its_first_pages(tmp_path: Path):
    port = free_port()
    process = start(tmp_path, port)
    try:
        assert [answers(port, path) for path in ("/", "/public", "/health/ready")] == [200] * 3
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert silent(port)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to tell children of the death")
def test_a_killed_parent_leaves_no_child_and_the_next_start_works(tmp_path: Path):
    port = free_port()
    process = start(tmp_path, port)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    assert silent(port)
    again = start(tmp_path, port)
    assert answers(port, "/health/ready") == 200
    again.terminate()
    again.wait(timeout=20)
    assert "việc nền khác" not in (tmp_path / "server.log").read_text()
