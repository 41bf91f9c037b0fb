"""Look things up in a configuration, noting every fault with its place."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import yaml

from app.channels.sms.errors import ConfigurationError, Fault

LARGEST = 64 * 1024
MISSING = object()


def document(text: str) -> dict[str, Any]:
    """Read YAML (or JSON, which is YAML).

    Raises
    ------
    ConfigurationError
        If it is too large, not YAML, or not a mapping.
    """
    if len(text) > LARGEST:
        raise ConfigurationError([Fault("", "too_large", {"limit": str(LARGEST)})])
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = "?" if mark is None else str(mark.line + 1)
        # Not the parser's own words: they repeat the line, and a secret may stand in it.
        raise ConfigurationError([Fault("", "broken_yaml", {"line": line})]) from None
    if not isinstance(found, dict):
        raise ConfigurationError([Fault("", "not_a_mapping")])
    return {str(key): value for key, value in found.items()}


class Section:
    """One mapping of a configuration.

    Parameters
    ----------
    content : object
    place : str
        Where it stands: keys with dots between, "" for the whole.
    faults : list of Fault
        To which what is wrong is added.
    """

    def __init__(self, content: object, place: str, faults: list[Fault]) -> None:
        self.place, self.faults = place, faults
        self.content: Mapping[str, Any] = {}
        if isinstance(content, Mapping):
            self.content = {str(key): value for key, value in content.items()}
        else:
            self.wrong("", "not_a_mapping")

    def at(self, key: str) -> str:
        """Name a place inside."""
        return ".".join(part for part in (self.place, key) if part)

    def wrong(self, key: str, code: str, **details: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.at(key), code, details))

    def only(self, *allowed: str) -> None:
        """Note keys that mean nothing."""
        for key in self.content:
            if key not in allowed:
                self.wrong(key, "unknown_key", allowed=", ".join(allowed))

    def section(self, key: str) -> "Section | None":
        """Return a mapping inside; None if it is not there."""
        if key not in self.content:
            return None
        return Section(self.content[key], self.at(key), self.faults)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        found = self.content.get(key, MISSING)
        if found is MISSING:
            if default is None:
                self.wrong(key, "missing_key")
            return default or ""
        if not isinstance(found, str):
            self.wrong(key, "not_text")
            return ""
        return found

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return one of a few words."""
        found = self.text(key, default)
        if key in self.content and found not in allowed:
            self.wrong(key, "not_one_of", allowed=", ".join(allowed))
        return found

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        found = self.content.get(key, default)
        if not isinstance(found, bool):
            self.wrong(key, "not_a_flag")
            return default
        return found

    def number(self, key: str, lowest: float, highest: float, default: float) -> float:
        """Return a number."""
        found = self.content.get(key, default)
        number = isinstance(found, int | float) and not isinstance(found, bool)
        if not number or not lowest <= found <= highest:
            self.wrong(key, "not_in_range", lowest=f"{lowest:g}", highest=f"{highest:g}")
            return default
        return float(found)

    def texts(self, key: str) -> Sequence[str]:
        """Return a list of texts; empty if it is not there."""
        found = self.content.get(key, [])
        if not isinstance(found, list):
            self.wrong(key, "not_a_list")
            return ()
        for number, each in enumerate(found):
            if not isinstance(each, str):
                self.wrong(f"{key}.{number}", "not_text")
        return tuple(each for each in found if isinstance(each, str))
