"""What respondents send: read within bounds, and only from pages of ours."""

from urllib.parse import urlsplit

from flask import current_app, request

from app.web import replies


def form_of_page() -> dict[str, list[str]]:
    """Read a form, of a size that no page of ours exceeds."""
    request.max_content_length = replies.LARGEST_FORM
    request.max_form_memory_size = replies.LARGEST_FORM
    request.max_form_parts = replies.MOST_FIELDS
    return request.form.to_dict(flat=False)


def from_our_page() -> bool:
    """Tell whether a form comes from our own page.

    With ``Referrer-Policy: no-referrer`` a browser sends ``Origin: null`` even to the site
    itself, so that only a named foreign origin counts against a form.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(current_app.config["KHAOSAT"].address).netloc}
    return origin == "null" or origin.partition("://")[2] in ours
