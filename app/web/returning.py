"""Going back to where somebody came from, and nowhere else."""

import re

# A browser reads "\\" as "/" and passes over tabs and line breaks.
OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
START = "/"


def ours(address: str) -> str:
    """Return an address if it is a path of this site, else that of the start.

    Examples
    --------
    >>> ours("/rounds?page=2"), ours("//evil.example"), ours("https://evil.example")
    ('/rounds?page=2', '/', '/')
    """
    return address if OURS.fullmatch(address) else START
