"""Somebody of the staff who looks at the first page, again and again."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.extensions import db
from app.services import signing
from app.vocabulary import Role
from app.web.sessions import ACCOUNT, STORED
from tests.factories import account
from tests.proofs.phones import Line
from tests.proofs.site import Site

COOKIE = "khaosat"
PAUSE = 0.05


def signed_in(site: Site) -> dict[str, str]:
    """Sign a coordinator in; the cookies of that browser."""
    with site.app.app_context():
        person, token = account(Role.COORDINATOR), signing.new_token()
        signing.begin(token, person.id, {ACCOUNT: str(person.id)})
        db.session.remove()
        db.engine.dispose()
    return {COOKIE: STORED + token}


@contextmanager
def at_work(site: Site) -> Iterator[Counter[int]]:
    """Keep somebody looking; how often each status came back."""
    cookies, statuses, over = signed_in(site), Counter[int](), threading.Event()
    line = Line(site.address, timeout=90.0)

    def look() -> None:
        while not over.wait(PAUSE):
            reply = line.ask("GET", "/", cookies=cookies)
            statuses[reply.status] += 1
            statuses[-503] += reply.status == 503 and not reply.retry_after  # impolite

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield statuses
    finally:
        over.set()
        watching.join()
