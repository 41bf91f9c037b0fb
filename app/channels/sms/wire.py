"""One call to a vendor over HTTP, and exactly how far it came.

Only the configured host is spoken to: no redirect is followed, no proxy of the environment used,
certificates are verified, waiting and reading are bounded, nothing is ever tried again.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
LARGEST_REPLY = 256 * 1024
PIECE = 16 * 1024
CONNECTIONS = 16
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
# Its debug lines repeat addresses, and in the query of an address may stand a phone.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _record: False)
_call = threading.local()


class WireError(Exception):
    """A call brought no reply that can be read; without a word of what was sent."""


class NotGoneError(WireError):
    """The request had not left us whole: the vendor cannot have acted on it."""


class LostError(WireError):
    """The request had left us: the vendor may have acted on it."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, if the vendor names them."""
        named = self.headers.get("retry-after", "").strip()
        return float(named) if named.isascii() and named.isdecimal() else None


class _Watched:
    """Notes the moment when the last byte of a request has been handed to the system."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection beside it
        _call.gone = True


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class Wire:
    """Kept connections to one host.

    Parameters
    ----------
    address : str
        https://host[:port]; http only to this machine itself, for trying out.
    connect, read : float
        Seconds to wait for the connection, and for the whole reply.
    """

    def __init__(
        self, address: str, connect: float = CONNECT_SECONDS, read: float = READ_SECONDS
    ) -> None:
        parts = urlsplit(address)
        host, self.read = parts.hostname or "", read
        self.prefix = parts.path.rstrip("/")
        options: dict[str, Any] = {
            "timeout": urllib3.Timeout(connect=connect, read=read),
            "maxsize": CONNECTIONS,
            "block": False,
            "retries": False,
        }
        if parts.scheme == "https":
            self.pool: urllib3.HTTPConnectionPool = _SecurePool(
                host, parts.port, cert_reqs="CERT_REQUIRED", **options
            )
        elif parts.scheme == "http" and host in LOCAL:
            self.pool = _PlainPool(host, parts.port, **options)
        else:
            raise ValueError("an address must begin with https://")

    def call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """Make one call.

        Raises
        ------
        NotGoneError
            If the request did not leave us whole.
        LostError
            If it did, and no whole reply came back.
        """
        _call.gone = False
        try:
            return self._called(method, self.prefix + path, headers, body)
        except (HTTPError, OSError) as error:
            kind = LostError if _call.gone else NotGoneError
            said = type(error).__name__
        # Outside of the handler: what was raised there names addresses with phones in them.
        raise kind(said)

    def close(self) -> None:
        """Close the kept connections."""
        self.pool.close()

    def _called(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        end = time.monotonic() + self.read
        response = self.pool.urlopen(
            method,
            path,
            body=body,
            headers=dict(headers),
            redirect=False,
            retries=False,
            assert_same_host=True,
            preload_content=False,
            decode_content=True,
        )
        whole = False
        try:
            content = _bounded(response, end)
            whole = True
        finally:
            # A reply left half read would be taken for the next one.
            if whole:
                response.release_conn()
            else:
                response.close()
        found = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, found, content)


def _bounded(response: urllib3.BaseHTTPResponse, end: float) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_REPLY or time.monotonic() > end:
            raise HTTPError("too large or too slow")
    return b"".join(pieces)
