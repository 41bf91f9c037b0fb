"""Looking at pages as axe does, at the width of a phone and of a desk, from link to link."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from tests.journeys.conftest import Site, fits, picture

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# Frames and media are none of ours, and waiting for them takes time.
RUN = """async () => (await axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'], iframes: false, preload: false, elementRef: false,
})).violations.map(v =>
  v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(", "))"""
OPEN = "document.querySelectorAll('main details').forEach(d => d.open = true)"
LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href'))"
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
# A desk whose reader enlarges everything twofold.
ZOOMED = {"width": 640, "height": 400}
SIDEWAYS = "needs scrolling sideways"
NO_PAGE = re.compile(r"\.(csv|json|xlsx|pdf|txt|svg|docx)$|/files/|^/static|^/sign-out")
# Part of an address that tells one thing from another of its kind.
ONE = re.compile(
    r"(?<=^/units/)[^/]+|(?<=^/questionnaires/)[^/]+|(?<=/)\d+(?=/|$)|[0-9a-fA-F]{16,}"
)


@dataclass
class Walk:
    """What was opened, and what was found wrong."""

    seen: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    sizes: tuple[dict[str, int], ...] = (NARROW, WIDE)


def kind(address: str) -> str:
    """Name the kind of page behind an address."""
    return ONE.sub("#", address.split("?", maxsplit=1)[0])


def look(page: Page, walk: Walk, name: str, *sizes: dict[str, int]) -> None:
    """Run axe on the page as it stands, at the widths of the walk unless told which."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    if not fits(page):
        walk.wrong[f"{name} enlarged"] = [SIDEWAYS]
    for size in sizes or walk.sizes:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        picture(page, "axe" + re.sub(r"\W+", "-", name))
        page.evaluate(OPEN)
        found = page.evaluate(RUN)
        if not fits(page):
            found.append(SIDEWAYS)
        if found:
            walk.wrong[f"{name} at {size['width']}"] = found


def visit(page: Page, site: Site, walk: Walk, address: str) -> list[str]:
    """Open an address and look at it if it is a page; the addresses it leads to."""
    reply = page.goto(site.address + address)
    assert reply is not None
    assert reply.status < 500, address
    if "text/html" not in reply.headers.get("content-type", ""):
        return []
    again = walk.kinds[kind(address)] > 0
    walk.kinds[kind(address)] += 1
    look(page, walk, address, *([NARROW] if again else []))
    return list(page.evaluate(LINKS))


def wander(page: Page, site: Site, walk: Walk, again: tuple[str, ...] = ()) -> None:
    """Follow every link from the overview on, and look once at each kind of page.

    Parameters
    ----------
    again : tuple of str
        Kinds that are looked at though the walk has met them: they differ from person to person.
    """
    waiting, met = ["/"], set[str]()
    while waiting:
        address = waiting.pop(0).split("#", maxsplit=1)[0]
        name = kind(address)
        if NO_PAGE.search(address.split("?", maxsplit=1)[0]) or address in met:
            continue
        met.add(address)
        if walk.kinds[name] and not (name in again and name not in {kind(a) for a in walk.seen}):
            continue
        walk.seen.add(address)
        waiting += visit(page, site, walk, address)


def send_empty(page: Page, walk: Walk, name: str) -> None:
    """Send the first form of the page with nothing in it, and look at what it says."""
    with page.expect_navigation():
        page.evaluate(
            """() => {
              const forms = [...document.querySelectorAll('main form[method=post]')];
              const form = forms.find(f => f.querySelector('.field')) ?? forms[0];
              form.querySelectorAll('input.form-control, textarea').forEach(i => i.value = '');
              form.submit();
            }"""
        )
    look(page, walk, f"{name} sent empty")
