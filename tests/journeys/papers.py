"""Papers and phones of the journey: lists, slips read by a decoder, answers sent by post."""

import csv
import io
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pypdfium2
import zxingcpp

from analysis.scoring.reading import read_scheme_file
from app.services import criteria_sets

FIRST = date(2026, 3, 2)


def dossier_list(units: Mapping[str, int]) -> str:
    """Write a list as a one-stop office would: day first, semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["code", "unit", "field", "channel", "received", "due", "finished", "phone"])
    for place, (unit, count) in enumerate(units.items()):
        for number in range(count):
            day = FIRST + timedelta(days=number % 60)
            days = [f"{day + timedelta(days=more):%d/%m/%Y}" for more in (0, 10, 7)]
            code = f"000.{unit}-{day:%y%m%d}-{number:03d}"
            # Nobody has two dossiers: whoever has is asked about one of them alone.
            phone = f"0901{place:02d}45{number:02d}"
            writer.writerow([code, unit, "Hộ tịch", "tại quầy", *days, phone])
    return text.getvalue()


def score_list(units: Mapping[str, tuple[str, str]]) -> str:
    """Give each unit a share of the maximum of every criterion that no survey feeds.

    Parameters
    ----------
    units : mapping of unit code to (group, share with a decimal point)
    """
    scheme = read_scheme_file(criteria_sets.example()).scheme
    assert scheme is not None
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["group", "unit", "criterion", "self_points", "verified_points"])
    for unit, (group, share) in units.items():
        for criterion in scheme.criteria_of(group):
            if criterion.code not in scheme.linked_criteria():
                points = float(criterion.max_points) * float(share)
                both = (float(criterion.max_points), points)
                cells = [f"{value:.3f}".replace(".", ",") for value in both]
                writer.writerow([group, unit, criterion.code, *cells])
    return text.getvalue()


def maxima(group: str) -> dict[str, float]:
    """Give the maximum of every criterion of a group of the example set."""
    scheme = read_scheme_file(criteria_sets.example()).scheme
    assert scheme is not None
    return {c.code: float(c.max_points) for c in scheme.criteria_of(group)}


def addresses(pdf: Path) -> list[str]:
    """Read every QR code of a printed sheet."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        picture = page.render(scale=200 / 72).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(picture)]
    return found


class Phone:
    """A citizen's phone without any script: follows the slip, sends the form."""

    def __init__(self) -> None:
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def answer(self, address: str, form: Mapping[str, str]) -> str:
        """Open the address of a slip, send the answers, return the page that follows."""
        with self.browser.open(address, timeout=30) as reply:
            page = reply.read().decode()
        nonce = page.split('name="nonce" value="', 1)[1].split('"', 1)[0]
        data = urllib.parse.urlencode({**form, "nonce": nonce}).encode()
        origin = address.split("/q/", 1)[0]
        with self.browser.open(f"{origin}/q", data, timeout=30) as reply:
            return str(reply.read().decode())
