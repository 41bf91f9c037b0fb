"""Faults put in on purpose: the n-th statement, commit or file operation of an act fails."""

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine

from app import statements
from app.services import group_commit
from app.statements import Statement

STATEMENTS = ("do_execute", "do_executemany", "do_execute_no_params")
# Those that change what is on the disk, with the places of their paths.
FILES = {"fsync": (), "replace": (0, 1), "rename": (0, 1), "link": (0, 1), "unlink": (0,)}


class NthFaultError(OSError):
    """What a failing disk answers to a file operation."""


@dataclass
class Injector:
    """Counts the points at which something may fail, and fails at one of them.

    Attributes
    ----------
    wanted : int
        The point that fails, from 1; 0 for none.
    points : list of str
        What the points were, in order.
    committed : callable
        Called after each commit that went well.
    """

    engine: Engine
    home: Path
    wanted: int = 0
    points: list[str] = field(default_factory=list)
    committed: Callable[[], None] = lambda: None
    resting: bool = False

    @property
    def hit(self) -> bool:
        """Whether the wanted point came."""
        return 0 < self.wanted <= len(self.points)

    def due(self, point: str) -> bool:
        """Note a point; whether it fails."""
        if self.resting:
            return False
        self.points.append(point)
        return len(self.points) == self.wanted

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Watch statements, commits and files."""
        with ExitStack() as stack:
            for name in STATEMENTS:
                stack.enter_context(self._instead(self.engine.dialect, name, self._statement))
            stack.enter_context(self._instead(self.engine.dialect, "do_commit", self._commit))
            stack.enter_context(self._instead(Statement, "run", self._quick_statement))
            stack.enter_context(self._instead(statements, "_outcome", self._reply))
            stack.enter_context(self._instead(group_commit, "_run", self._savepoint))
            for name in FILES:
                stack.enter_context(self._instead(os, name, self._file))
            stack.enter_context(self._instead(os, "open", self._open))
            stack.enter_context(self._instead(io, "open", self._open))
            yield

    def _instead(self, owner: Any, name: str, stand_in: Callable[..., Any]) -> Any:
        real = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            return stand_in(name, real, *arguments, **named)

        return patch.object(owner, name, call)

    def _statement(self, name: str, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        text = next(argument for argument in arguments if isinstance(argument, str))
        if self.due(" ".join(text.split()[:3])):
            raise self.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")
        return real(*arguments, **named)

    def _quick_statement(
        self, name: str, real: Callable[..., Any], statement: Statement, *rest: Any
    ) -> Any:
        sql = statement.written_for(self.engine.dialect).sql
        if self.due(" ".join(sql.split()[:3])):
            raise self._translated("disk I/O error", sql)
        return real(statement, *rest)

    def _reply(self, name: str, real: Callable[..., Any], *args: Any) -> Any:
        """What is a transaction of its own may succeed without our hearing of it."""
        outcome = real(*args)
        if self.due("statement's reply"):
            raise self._translated("connection lost", "")
        return outcome

    def _savepoint(self, name: str, real: Callable[..., Any], connection: Any, sql: str) -> None:
        if self.due(sql):
            raise self._translated("disk I/O error", sql)
        real(connection, sql)

    def _translated(self, message: str, sql: str) -> Exception:
        error = self.engine.dialect.loaded_dbapi.OperationalError(message)
        return statements.translated(error, sql, self.engine.dialect)

    def _commit(self, name: str, real: Callable[..., Any], *arguments: Any) -> None:
        """A commit may fail, or succeed without our hearing of it."""
        if self.due("commit"):
            raise self.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")
        real(*arguments)
        if not self.resting:
            self.resting = True
            self.committed()
            self.resting = False
        if self.due("commit's reply"):
            raise self.engine.dialect.loaded_dbapi.OperationalError("connection lost")

    def _file(self, name: str, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        ours = name == "fsync" or any(self._is_ours(arguments[at]) for at in FILES[name])
        if ours and self.due(name):
            raise NthFaultError(errno.EIO, os.strerror(errno.EIO))
        return real(*arguments, **named)

    def _open(self, name: str, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        way = arguments[1] if len(arguments) > 1 else named.get("mode", "r")
        writes = way & os.O_ACCMODE != os.O_RDONLY if isinstance(way, int) else set(way) - set("rb")
        if writes and self._is_ours(arguments[0]) and self.due("open for writing"):
            raise NthFaultError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **named)

    def _is_ours(self, path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and Path(path).is_relative_to(self.home)
