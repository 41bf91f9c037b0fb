"""A disk that keeps what was synced and, of the rest, whatever chance leaves after a power cut.

A file's content is safe after a sync of the file, its name after a sync of the folder. Of what
came later any part may be there: other writes than the first ones, and halves of writes.
"""

import os.path
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tests.proofs.recording_disk import Event

SECTORS = (512, 4096)


@dataclass(eq=False)
class File:
    """One file, whatever it is called."""

    safe: bytearray = field(default_factory=bytearray)
    later: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        for event in self.later:
            change(self.safe, event)
        self.later = []


def change(content: bytearray, event: Event) -> None:
    """Do to a file's content what was done."""
    if event.kind == "truncate":
        del content[event.size :]
        content.extend(bytes(event.size - len(content)))
        return
    end = event.offset + len(event.data)
    content.extend(bytes(max(0, event.offset - len(content))))
    content[event.offset : end] = event.data


@dataclass(frozen=True)
class Naming:
    """A name given to a file, or taken away where there is no file."""

    path: str
    file: File | None
    before: str = ""


@dataclass
class Disk:
    """Files below one folder."""

    names: dict[str, File] = field(default_factory=dict)
    safe_names: dict[str, File] = field(default_factory=dict)
    later_names: list[Naming] = field(default_factory=list)

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> "Disk":
        """Begin with files that are safe."""
        made = {path: File(bytearray(content)) for path, content in files.items()}
        return cls(dict(made), dict(made))

    def do(self, event: Event) -> None:
        """Do what was recorded."""
        if event.kind == "create":
            self.names[event.path] = File()
            self.later_names.append(Naming(event.path, self.names[event.path]))
        elif event.kind == "unlink":
            if self.names.pop(event.path, None):
                self.later_names.append(Naming(event.path, None))
        elif event.kind == "rename":
            self.names[event.other] = self.names.pop(event.path)
            self.later_names.append(Naming(event.other, self.names[event.other], event.path))
        elif event.kind == "sync":
            self.sync(event.path)
        elif event.kind != "said" and event.path in self.names:
            self.names[event.path].later.append(event)

    def sync(self, path: str) -> None:
        """Make a file safe, or the names in a folder."""
        if path in self.names:
            self.names[path].sync()
            return
        ours = [it for it in self.later_names if os.path.dirname(it.path) == path]
        self.later_names = [it for it in self.later_names if it not in ours]
        for naming in ours:
            name(self.safe_names, naming)

    @property
    def unsafe(self) -> int:
        """How much a power cut may take, in calls."""
        return len(self.later_names) + sum(len(file.later) for file in self.names.values())

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Give the files that may be found when the power is back."""
        share = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        sector = chance.choice(SECTORS)
        names = dict(self.safe_names)
        for naming in self.later_names:
            if chance.random() < share:
                name(names, naming)
        return {path: left(file, share, sector, chance) for path, file in names.items()}


def name(names: dict[str, File], naming: Naming) -> None:
    """Give or take a name."""
    names.pop(naming.before, None)
    if naming.file is None:
        names.pop(naming.path, None)
    else:
        names[naming.path] = naming.file


def left(file: File, share: float, sector: int, chance: random.Random) -> bytes:
    """Give what may be left of a file: of each sector written later, either version."""
    content = bytearray(file.safe)
    for event in file.later:
        for part in sectors(event, sector):
            if chance.random() < share:
                change(content, part)
    return bytes(content)


def sectors(event: Event, sector: int) -> list[Event]:
    """Divide a write as a disk does."""
    if event.kind == "truncate":
        return [event]
    end = event.offset + len(event.data)
    cuts = [event.offset, *range((event.offset // sector + 1) * sector, end, sector), end]
    return [
        Event("write", event.path, a, event.data[a - event.offset : b - event.offset])
        for a, b in pairwise(cuts)
    ]
