"""Several people doing something at the same moment."""

import threading
from collections.abc import Callable, Sequence

from flask import Flask

from app.extensions import db
from app.services.errors import ServiceError


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> list[ServiceError | None]:
    """Run acts side by side, each on a connection of its own; give what refused each one."""
    db.session.rollback()
    barrier = threading.Barrier(len(acts))
    outcomes: list[ServiceError | None] = [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                acts[number]()
            except ServiceError as error:
                outcomes[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return outcomes
