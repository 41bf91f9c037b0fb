"""Requests that no browser sends, made up from a seed: the same seed makes the same ones."""

import io
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from surveys.links import new_token, receipt
from tests.proofs.wild_words import (
    BODIES,
    COOKIES,
    DISPOSITION,
    FILE,
    FILES,
    HEADERS,
    METHODS,
    MULTIPART,
    NUMBERS,
    ODD_METHODS,
    PATHS,
    QUERIES,
    TEXTS,
    TYPES,
    URLENCODED,
)


@dataclass(frozen=True)
class Wild:
    """A request, byte by byte.

    Attributes
    ----------
    rule : str
        Pattern of the address it was made from.
    headers : tuple of pairs
        In order; the same name may come twice.
    """

    rule: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    version: str = "HTTP/1.1"

    def raw(self) -> bytes:
        """Write the request as it goes over the wire."""
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + self.body

    def environ(self, address: str = "127.0.0.1") -> dict[str, Any]:
        """Give what the web server makes of the request for the application (PEP 3333)."""
        path, _, query = self.target.encode("utf-8", "surrogatepass").partition(b"?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": self.version,
            "REMOTE_ADDR": address,
            "HTTP_HOST": "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
            text = value.encode("utf-8", "surrogatepass").decode("latin-1")
            between = ";" if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{between}{text}" if environ.get(key) else text
        return environ


@dataclass
class Grammar:
    """Makes requests for the addresses of a site.

    Parameters
    ----------
    fields : sequence of str
        Names of fields that its forms have.
    hidden : mapping
        Hidden fields as its pages hold them, by name; sent whole, bent or twice.
    tickets : sequence of str
        Tokens that open something.
    cookie : callable
        The cookie that goes along with most requests, "" for none.
    """

    seed: int
    fields: Sequence[str]
    tickets: Sequence[str]
    hidden: Mapping[str, str] = field(default_factory=dict)
    cookie: Callable[[], str] = lambda: ""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def request(self, rule: str, methods: Sequence[str]) -> Wild:
        """Make a request for a rule; two in three at least with a method that it takes."""
        chance = self.chance
        method = chance.choice(METHODS)
        if chance.random() < 0.67:
            method = chance.choice(methods)
        elif chance.random() < 0.05:
            method = chance.choice(ODD_METHODS)
        target = self.path(rule) + (self.query() if chance.random() < 0.4 else "")
        kind, body = self.form() if method in {"POST", "PUT", "PATCH"} else ("", b"")
        headers = self.headers(kind, body)
        return Wild(rule, method, target, tuple(headers), body, self.version())

    def version(self) -> str:
        return "HTTP/1.0" if self.chance.random() < 0.05 else "HTTP/1.1"

    def path(self, rule: str) -> str:
        """Fill the places of a rule, and sometimes bend the whole."""
        filled = re.sub(r"<(\w+:)?[^>]+>", lambda place: self.place(place[1]), rule)
        if self.chance.random() < 0.1:
            bent = self.chance.choice(PATHS)
            odd = (filled + bent, bent, filled.upper(), f"http://evil{filled}")
            filled = self.chance.choice(odd)
        return filled

    def place(self, kind: str | None) -> str:
        if kind == "int:":
            return self.chance.choice(NUMBERS)
        if self.chance.random() < 0.3:
            return self.chance.choice((*self.tickets, new_token()))
        return self.quoted(self.chance.choice(TEXTS))

    def quoted(self, text: str) -> str:
        """Encode a text for an address, or leave it half done."""
        if self.chance.random() < 0.2:
            return re.sub(r"[\s\x00-\x1f]", "%", text)
        return quote(text, safe="", errors="surrogatepass")

    def query(self) -> str:
        """Make a query string: known names, odd values, deep, double and endless ones."""
        chance = self.chance
        names = ("lang", "next", "page", "seen", "unit", "q", "a[b][c]" * chance.choice((1, 200)))
        values = chance.choices(TEXTS, k=3)
        parts = [
            f"{name}={self.quoted(value)}"
            for name, value in zip(chance.choices(names, k=3), values, strict=True)
        ]
        return "?" + "&".join((*parts, chance.choice(QUERIES)))

    def form(self) -> tuple[str, bytes]:
        """Make a form: near to a whole one, or nothing like it."""
        chance = self.chance
        if chance.random() < 0.25:
            return chance.choice(TYPES), chance.choice(BODIES)
        names = chance.choices(self.fields, k=chance.randint(0, 12))
        pairs = [(name, chance.choice(TEXTS)) for name in names]
        for name, value in self.hidden.items():
            pairs += [(name, self.forged(value))] * chance.choice((0, 1, 1, 1, 1, 1, 1, 2))
        if chance.random() < 0.5:
            body = "&".join(f"{self.quoted(n)}={self.quoted(v)}" for n, v in pairs).encode()
            return URLENCODED if chance.random() < 0.9 else chance.choice(TYPES), body
        return MULTIPART if chance.random() < 0.9 else chance.choice(TYPES), self.multipart(pairs)

    def forged(self, value: str) -> str:
        """Leave a hidden field whole, mostly."""
        bent = (value[::-1], value[:-1], value + "\0", value.swapcase(), new_token(), "é" * 22)
        return value if self.chance.random() < 0.7 else self.chance.choice((*bent, *TEXTS))

    def multipart(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """Write a form in parts, with a file or two, and sometimes only its beginning."""
        chance = self.chance
        parts = [
            DISPOSITION % (name.encode(), value.encode("utf-8", "surrogatepass"))
            for name, value in pairs
        ]
        for _ in range(chance.choice((0, 1, 2))):
            name = chance.choice(("file", *self.fields)).encode()
            parts.append(FILE % (name, chance.choice(FILES), b"text/csv", chance.choice(FILES)))
        body = b"".join(parts) + b"--x--\r\n"
        return body[: chance.randrange(len(body))] if chance.random() < 0.2 else body

    def headers(self, kind: str, body: bytes) -> list[tuple[str, str]]:
        """Make the header lines."""
        chance = self.chance
        found = [("Host", "localhost")] if chance.random() < 0.9 else []
        if kind or body:
            found.append(("Content-Type", kind))
        if self.cookie() and chance.random() < 0.9:
            found.append(("Cookie", self.cookie()))
        if self.tickets and chance.random() < 0.5:
            found.append(("Cookie", f"khaosat_ticket={chance.choice(self.tickets)}"))
        if chance.random() < 0.2:
            found.append(("Cookie", chance.choice(COOKIES)))
        if chance.random() < 0.1:
            found.append(("Cookie", f"khaosat_receipt={receipt(new_token())}"))
        names = chance.choices(sorted(HEADERS), k=chance.choice((0, 0, 0, 1, 1, 2, 4)))
        found += [(name, chance.choice(HEADERS[name])) for name in names]
        if chance.random() < 0.02:
            found += [(f"X-{place}", "x" * 50) for place in range(60)]
        if body and not any(name == "Content-Length" for name, _ in found):
            found.append(("Content-Length", str(len(body))))
        return found

    def noise(self) -> bytes:
        """Make something that is hardly HTTP."""
        chance = self.chance
        whole = self.request("/q", ("GET", "POST")).raw()
        cut = chance.randrange(1, len(whole))
        line = b"GET /q HTTP/1.1\r\nHost: a\r\n"
        return chance.choice(
            (
                chance.randbytes(chance.randrange(1, 2000)),
                whole[:cut] + chance.randbytes(3) + whole[cut:],
                whole.replace(b"\r\n", b"\n"),
                whole * 3,
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(200),
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"GET /q\r\n\r\n",
                b"GET /q HTTP/9.9\r\n\r\n",
                b"GET  /q  HTTP/1.1\r\n\r\n",
                b"GET /q HTTP/1.1\r\nno colon\r\n\r\n",
                line + b"A: " + b"x" * 200_000 + b"\r\n\r\n",
                line + b"A: x\r\n" * 2000 + b"\r\n",
                line + b"A: a\r\n b\r\n\r\n",
                line + b"A\0: \0\r\n\r\n",
                line.replace(b"/q", b"/" + b"q" * 200_000) + b"\r\n",
                line.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                line.replace(b"GET", b"POST")
                + b"Transfer-Encoding: chunked\r\n\r\n-5\r\na\r\n0\r\n",
                line.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n"
                b"Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                line + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                line + quote_from_bytes(chance.randbytes(50)).encode() + b"\r\n\r\n",
            )
        )
