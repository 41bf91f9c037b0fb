"""How long somebody took to answer, told in five classes and no finer.

The form carries when it was made, signed together with its nonce. The moment itself is written
nowhere: the class alone goes into the sealed box.
"""

import hmac
from bisect import bisect_right

from app import clock
from app.services.secrets import tag

# Where one class ends and the next begins, in seconds.
BORDERS = (30, 60, 180, 600)
MOMENT, MARK = 8, 16


def started(nonce: str) -> str:
    """Write down that the form of a nonce begins now: 24 hexadecimal digits."""
    moment = f"{int(clock.now().timestamp()):0{MOMENT}x}"
    return moment + _mark(nonce, moment)


def class_of(text: str, nonce: str) -> int | None:
    """Tell how long ago a form was made.

    Parameters
    ----------
    text : str
        What came back as `started` gave it.

    Returns
    -------
    int or None
        1 below 30 seconds, 2 below 1 minute, 3 below 3, 4 below 10, 5 from there on; None if
        we did not write the text, or not for this nonce, or our clock was set back meanwhile.
    """
    moment, mark = text[:MOMENT], text[MOMENT:]
    if not hmac.compare_digest(mark.encode("utf-8", "replace"), _mark(nonce, moment).encode()):
        return None
    seconds = clock.now().timestamp() - int(moment, 16)
    return bisect_right(BORDERS, seconds) + 1 if seconds >= 0 else None


def _mark(nonce: str, moment: str) -> str:
    text = f"{moment}{nonce}".encode("utf-8", "replace")
    return tag("started", text).hex()[:MARK]
