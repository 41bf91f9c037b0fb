"""The HTTP side of the gateway: the standard library's server, one thread for a connection."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.gateway import twilio_form
from tests.gateway.ledger import Fault, Ledger

NOT_FOUND = 404, {"code": 20404, "message": "not found", "status": 404}
ABORT = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Listens on this machine only."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int = 0, account: str = "AC" + "0" * 32, token: str = "token") -> None:
        self.ledger, self.account, self.token = Ledger(), account, token
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def address(self) -> str:
        """Where the gateway is."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: broken connections are what this server is for."""


class Handler(BaseHTTPRequestHandler):
    """Reads one call after another from a kept connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.server.ledger.lock:
            self.server.ledger.connections += 1

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses hold phones."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/control/counts":
            self.reply(200, control_counts(self.server.ledger))
            return
        found = twilio_form.asked(self.server, parts.path, query, self.headers)
        self.reply(*(found or NOT_FOUND))

    def do_POST(self) -> None:
        if self.path == "/control/faults":
            faults = json.loads(self.content())
            self.server.ledger.fail(*(Fault(**fault) for fault in faults))
            self.reply(200, {"faults": len(faults)})
            return
        fault = self.server.ledger.next_fault()
        if fault is not None and fault.kind == "reset_before":
            self.abort()
            return
        body = self.content()
        if fault is not None and fault.kind in {"reset_after", "status", "redirect"}:
            self.turn_away(fault)
            return
        found = twilio_form.sent(self.server, self.path, body, self.headers)
        self.answer(fault, *(found or NOT_FOUND))

    def content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def turn_away(self, fault: Fault) -> None:
        """Show a fault of a call that is not accepted."""
        if fault.kind == "reset_after":
            self.abort()
            return
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.kind == "redirect":
            headers["Location"] = fault.location
        said = "The 'To' number +84901234567 is not a valid phone number"
        error = {"code": fault.code, "message": said, "more_info": "", "status": fault.status}
        self.reply(fault.status, error if fault.code else {}, headers)

    def answer(self, fault: Fault | None, status: int, document: Any) -> None:
        """Answer a call that is dealt with, or show the fault that hides it."""
        kind = fault.kind if fault else ""
        if fault is not None and kind == "slow":
            time.sleep(fault.seconds)
        if kind == "mute":
            self.abort()
        elif kind == "garbage":
            self.reply(status, None, raw=b"<html>OK</html>")
        elif kind == "endless":
            self.send_response(status)
            self.end_headers()
            with suppress(OSError):
                for _ in range(1_000):
                    self.wfile.write(b"x" * 65_536)
                    self.server.ledger.written += 65_536
            self.close_connection = True
        else:
            with suppress(OSError):
                self.reply(status, document)

    def abort(self) -> None:
        """Break the connection off, as a machine that dies does."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self.close_connection = True
        # The stream that reads holds the socket too: only the last to close it breaks it off.
        self.rfile.close()
        self.request.close()

    def reply(
        self, status: int, document: Any, headers: dict[str, str] | None = None, raw: bytes = b""
    ) -> None:
        body = raw or json.dumps(document).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def control_counts(ledger: Ledger) -> dict[str, Any]:
    """Tell how many messages were accepted, and how often each of those that came twice."""
    with ledger.lock:
        twice = [
            {"to": to, "body": body, "times": times}
            for (to, body), times in ledger.accepted.items()
            if times > 1
        ]
        return {"accepted": sum(ledger.accepted.values()), "calls": ledger.calls, "twice": twice}


@contextmanager
def running(port: int = 0) -> Iterator[Server]:
    """Run a gateway in a thread of this process."""
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
