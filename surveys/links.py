"""Tokens behind QR codes and links, and receipts that prove taking part and no more."""

import base64
import hashlib
import re
import secrets

TOKEN_BYTES = 16
# 128 bits fill 21 characters and two bits of the last one, whose other four bits are zero.
TOKEN = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
RECEIPT_LENGTH = 12
RECEIPT = re.compile(r"[A-Z2-7]{12}")
# Digits that base32 does not have, for the letters they are mistaken for.
MISTAKEN = str.maketrans({"0": "O", "8": "B"})


def new_token() -> str:
    """Make a token: 128 random bits as 22 characters of base64url, without padding."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_tokens(count: int) -> list[str]:
    """Make several tokens at once, which costs hardly more than one.

    Examples
    --------
    >>> [len(token) for token in new_tokens(2)]
    [22, 22]
    """
    drawn = secrets.token_bytes(TOKEN_BYTES * count)
    return [
        base64.urlsafe_b64encode(drawn[at : at + TOKEN_BYTES]).rstrip(b"=").decode("ascii")
        for at in range(0, len(drawn), TOKEN_BYTES)
    ]


def is_well_formed(text: str) -> bool:
    """Tell whether a text has the form of a token; it says nothing about whether it is known."""
    return TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> bytes:
    """Give what is stored in place of a token.

    Parameters
    ----------
    token : str
        The 22 characters. Any other text may be hashed too and equals no token's hash, so
        that a malformed token costs the same time as an unknown one.

    Returns
    -------
    bytes
        32 bytes: SHA-256 of the ASCII text of the token, not of the bits it stands for.

    Examples
    --------
    >>> token_hash("AAAAAAAAAAAAAAAAAAAAAA").hex()[:16]
    '8a5bdb4cc1516412'
    """
    # A character outside ASCII becomes "?", which no token has.
    return hashlib.sha256(token.encode("ascii", "replace")).digest()


def receipt(nonce: str) -> str:
    """Give the receipt of a submission.

    Parameters
    ----------
    nonce : str
        The form's nonce, as `new_token` makes it. The same nonce always gets the same
        receipt, so a repeated submission does too.

    Returns
    -------
    str
        The first 12 characters of base32 (RFC 4648, capitals A–Z and digits 2–7) of the
        SHA-256 of the byte ``r`` (0x72) followed by the UTF-8 text of the nonce: 60 bits.

    Examples
    --------
    >>> receipt("AAAAAAAAAAAAAAAAAAAAAA")
    'WUGT4KCSCWPY'
    """
    digest = hashlib.sha256(b"r" + nonce.encode("utf-8")).digest()
    # Sixteen characters; the rest of the digest would be written out for nothing.
    return base64.b32encode(digest[:10]).decode("ascii")[:RECEIPT_LENGTH]


def read_receipt(text: str) -> str | None:
    """Read a receipt that a person typed.

    Parameters
    ----------
    text : str
        In capitals or not, with or without blanks and hyphens; 0 and 8, which no receipt
        has, are taken for O and B.

    Returns
    -------
    str or None
        The receipt as `receipt` gives it, None when the text is not one.

    Examples
    --------
    >>> read_receipt("abcd-efgh 2345")
    'ABCDEFGH2345'
    """
    compact = re.sub(r"[\s\-–]", "", text).upper().translate(MISTAKEN)
    return compact if RECEIPT.fullmatch(compact) else None


def receipt_hash(code: str) -> bytes:
    """Give what the published list holds for a receipt.

    Parameters
    ----------
    code : str
        A receipt as `receipt` or `read_receipt` gave it.

    Returns
    -------
    bytes
        32 bytes: SHA-256 of its ASCII text.
    """
    return hashlib.sha256(code.encode("ascii", "replace")).digest()
