"""A coordinator's window: pages opened, looked at and waited for."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Site, fits, picture


@dataclass
class Walk:
    """A coordinator's window, and who does the rest.

    Attributes
    ----------
    work : callable
        Does the jobs that wait, where no worker runs beside the site.
    verify : callable
        Runs `khaosat sample verify` with arguments: its exit code and what it said.
    step : callable
        Measures what a named step costs.
    """

    page: Page
    site: Site
    folder: Path
    count: int
    work: Callable[[], None]
    verify: Callable[..., tuple[int, str]]
    step: Callable[[str], AbstractContextManager[None]]
    patience: float = 60_000
    round_id: int = 0
    seen: list[str] = field(default_factory=list)

    def path(self, place: str = "") -> str:
        """Address of a page of the round."""
        return f"{self.site.address}/rounds/{self.round_id}{place}"

    def go(self, place: str, name: str = "") -> None:
        """Open a page of the round and look at it."""
        reply = self.page.goto(self.path(place))
        assert reply is not None
        assert reply.status == 200, place
        if name:
            self.look(name)

    def look(self, name: str) -> None:
        """Keep the page in both sizes; neither needs scrolling sideways."""
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            assert fits(self.page), f"{name} at {size['width']}"
            picture(self.page, name)
        self.seen.append(name)

    def ended(self, tone: str = "success") -> None:
        """Wait until the job on the page has ended so."""
        self.work()
        state = self.page.locator(".job .state")
        pattern = re.compile("state tone-(success|danger)")
        expect(state).to_have_class(pattern, timeout=self.patience)
        expect(state).to_have_class(f"state tone-{tone}")

    def says(self, *texts: str) -> None:
        """See that the page says something."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)


def number(value: int) -> str:
    """Write a number as pages do."""
    return f"{value:,}".replace(",", ".")


@contextmanager
def unmeasured(_name: str) -> Iterator[None]:
    """Let a step cost what it costs."""
    yield
