"""What a program does to its files, as `strace` saw it, and what it said meanwhile."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"
LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (\d+)")
UNFINISHED = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>")
RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
DESCRIPTOR = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)(?:\(deleted\))?>")
SAID = b"ack "
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Event:
    """One thing done, in the order of doing.

    Attributes
    ----------
    kind : str
        create, write, truncate, sync, unlink, rename, or said.
    size : int
        What a file is cut to.
    other : str
        The new name.
    """

    kind: str
    path: str = ""
    offset: int = 0
    data: bytes = b""
    size: int = 0
    other: str = ""


def available() -> bool:
    """Whether programs can be watched here."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def record(
    arguments: Sequence[str], folder: Path, log: Path, environ: Mapping[str, str]
) -> list[Event]:
    """Run a module and list what it does below a folder.

    Its threads may take turns, as those of the product do that wait for a commit, but must not
    touch files at one time: what a sync has made safe could not be told.
    """
    reader = Reader(str(folder))  # now, for it has to know which files are there already
    tracing = ("strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(log))
    command = [*tracing, sys.executable, "-m", *arguments]
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL
    )
    with log.open() as lines:
        return list(reader.events(lines))


class Reader:
    """Makes events of the lines of `strace`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.places: dict[str, int] = {}
        self.known: set[str] = {str(path) for path in Path(folder).rglob("*")}

    def events(self, lines: Iterator[str]) -> Iterator[Event]:
        begun: dict[str, str] = {}
        for line in lines:
            if cut := UNFINISHED.match(line):
                assert not cut[2].startswith(("fsync", "fdatasync")), "threads work at one time"
                begun[cut[1]] = cut[2]
                continue
            if rest := RESUMED.match(line):
                line = f"{rest[1]} {begun.pop(rest[1])}{rest[2]}"  # noqa: PLW2901  (the line made whole)
            if found := LINE.match(line):
                yield from self.event(*found.groups())

    def event(self, call: str, arguments: str, result: str) -> Iterator[Event]:
        """Read one call that succeeded."""
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in TEXT.findall(arguments)]
        if call == "openat":
            yield from self.opened(texts[0].decode(), arguments, result)
        elif call.startswith(("unlink", "rename")):
            names = [text.decode() for text in texts]
            if names[0].startswith(self.folder):
                self.known.discard(names[0])
                kind = "unlink" if call.startswith("unlink") else "rename"
                yield Event(kind, names[0], other="" if kind == "unlink" else names[1])
        else:
            yield from self.changed(call, arguments, texts, result)

    def opened(self, path: str, arguments: str, result: str) -> Iterator[Event]:
        self.places[result] = 0
        if not path.startswith(self.folder):
            return
        if "O_CREAT" in arguments and path not in self.known:
            self.known.add(path)
            yield Event("create", path)
        elif "O_TRUNC" in arguments:
            yield Event("truncate", path)

    def changed(
        self, call: str, arguments: str, texts: list[bytes], result: str
    ) -> Iterator[Event]:
        described = DESCRIPTOR.match(arguments)
        if described is None:
            return
        descriptor, path = described[1], bytes.fromhex(described[2].replace("\\x", "")).decode()
        if call == "write" and descriptor == "1" and texts[0].startswith(SAID):
            yield Event("said", data=texts[0].removeprefix(SAID).strip())
        if not path.startswith(self.folder):
            return
        if call in {"fsync", "fdatasync"}:
            yield Event("sync", path)
        elif call == "ftruncate":
            yield Event("truncate", path, size=int(arguments.rpartition(",")[2]))
        elif call == "pwrite64":
            offset = int(arguments.rpartition(",")[2])
            yield Event("write", path, offset, texts[0][: int(result)])
        elif call == "write":
            offset = self.places[descriptor]
            self.places[descriptor] = offset + int(result)
            yield Event("write", path, offset, texts[0][: int(result)])
