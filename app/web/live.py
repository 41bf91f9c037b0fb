"""Parts of pages that htmx renews while somebody looks; without it the pages work as well."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.wrappers import Response

from app.queries.jobs import JobView

SEEN = "seen"


def asked() -> bool:
    """Whether htmx sent this request, to put a part of the reply into the page that is open."""
    return request.headers.get("HX-Request") == "true"


def page() -> str:
    """Return the address of the page that is open, without the site's name; "/" if none is told."""
    try:
        address = urlsplit(request.headers.get("HX-Current-URL", "/"))
    except ValueError:
        return "/"
    return address.path + (f"?{address.query}" if address.query else "")


def progress(jobs: Iterable[JobView]) -> str:
    """Put into one word how far jobs are, coarse enough that a page is not renewed in vain."""
    return "-".join(
        f"{job.id}{job.state[0]}{int(100 * (job.share or 0))}{'c' if job.cancel_asked else ''}"
        for job in jobs
    )


def unchanged(present: str) -> bool:
    """Whether the page that asks shows this already; an empty reply then leaves it as it is."""
    return asked() and request.args.get(SEEN) == present


def leave_the_page(response: Response) -> Response:
    """Turn a redirect into one of the whole page.

    The browser would follow it unseen and hand over, say, the sign-in page, a part of which
    would then stand where the progress of a job stood.
    """
    if asked() and response.location is not None:
        response.headers["HX-Redirect"] = response.location
        del response.headers["Location"]
        response.status_code = 204
    return response


def register(app: Flask) -> None:
    """Watch over what htmx is answered."""
    app.after_request(leave_the_page)
