"""One hash for a whole list: the Merkle tree of RFC 9162, section 2.1."""

import hashlib
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root of a list, which no other list has.

    Parameters
    ----------
    leaves : sequence of bytes
        The entries in their order; any lengths, also none.

    Returns
    -------
    bytes
        32 bytes. Of no entries the SHA-256 of nothing; of one, the SHA-256 of a byte 0 and the
        entry; of more, the SHA-256 of a byte 1 and the roots of the two parts, the first of
        which is the largest power of two below the number of entries.

    References
    ----------
    RFC 9162, Certificate Transparency Version 2.0, section 2.1.1.

    Examples
    --------
    >>> root([]).hex()[:16], root([b""]).hex()[:16]
    ('e3b0c44298fc1c14', '6e340b9cffb37a98')
    """
    if not leaves:
        return _sha256(b"")
    level = [_sha256(LEAF + leaf) for leaf in leaves]
    while len(level) > 1:
        paired = [_sha256(NODE + a + b) for a, b in zip(level[0::2], level[1::2], strict=False)]
        # One without a partner moves up as it is, which comes to the same split.
        level = paired + level[len(paired) * 2 :]
    return level[0]


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
