"""A second account of the rules of conversations, for their proof.

It is told what people mean and which message they were looking at: it reads no reply and shares
nothing with the product.
"""

from dataclasses import dataclass, field

READABLE = 5.0
PATIENCE = 72 * 3600.0


@dataclass(frozen=True)
class Meant:
    """What a person meant, and which message of which round they were looking at."""

    round: str
    number: int
    code: str | None
    act: str
    value: str = ""
    by_keyword: bool = False


@dataclass
class Script:
    """The rules again, for one round."""

    round: str
    sent: int = 1
    since: float = 0.0
    stage: str = "consent"
    given: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    wrong: int = 0

    def way(self) -> list[str]:
        if self.round == "a":
            return ["a1", "a2", "a3", "a4"] if self.given.get("a1") == "yes" else ["a1", "a3", "a4"]
        return ["b1", "b2", "b3", "b4"] if self.given.get("b1") == "x" else ["b1", "b2", "b4"]

    def current(self) -> str | None:
        left = [code for code in self.way() if code not in self.given and code not in self.skipped]
        return left[0] if left else None

    def is_asked_again(self, number: int, at: float, now: float) -> bool:
        """Send a message more, if a reply to the last one came in its time."""
        if self.stage not in ("consent", "asking"):
            return False
        if at - self.since > PATIENCE:
            self.stage = "partial"
            return False
        if number != self.sent or at - self.since < READABLE:
            return False
        self.sent, self.since = self.sent + 1, now
        return True

    def hear(self, meant: Meant, at: float, now: float) -> None:
        if not self.is_asked_again(meant.number, at, now) or meant.act == "again":
            return
        if self.stage == "consent":
            self._agree(meant)
        else:
            self._answer(meant)
        if self.stage == "asking" and self.current() is None:
            self.stage = "finished"

    def _agree(self, meant: Meant) -> None:
        if meant.act == "yes":
            self.stage, self.wrong = "asking", 0
        elif meant.act == "no":
            self.refuse()
        else:
            self.wrong += 1
            if self.wrong > 2:
                self.stage = "partial"

    def _answer(self, meant: Meant) -> None:
        code = self.current()
        assert code is not None
        if meant.act == "option" and meant.code == code:
            self.given[code] = meant.value
            self.given = {kept: self.given[kept] for kept in self.given if kept in self.way()}
            self.wrong = 0
        elif meant.act == "change":
            if self.given:
                self.given.popitem()
                self.wrong = 0
        elif meant.act == "skip" and code in ("a3", "b2"):
            self._leave_out(code)
        else:
            self.wrong += 1
            if self.wrong > 2 and code in ("a3", "b2"):
                self._leave_out(code)
            elif self.wrong > 2:
                self.stage = "partial"

    def _leave_out(self, code: str) -> None:
        self.skipped.add(code)
        self.wrong = 0

    def refuse(self) -> None:
        if self.stage in ("consent", "asking"):
            self.stage, self.given = "refused", {}
