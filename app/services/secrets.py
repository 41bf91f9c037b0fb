"""Keys derived from the installation's secret, one for each purpose, and sealing at rest."""

import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG = 12, 32


@dataclass
class _Secret:
    value: bytes = b""


_secret = _Secret()


def install(secret: str) -> None:
    """Set the installation's secret; `create_app` calls this once."""
    _secret.value = secret.encode()


def purpose_key(purpose: str) -> bytes:
    """Derive the 32-byte key of a purpose from the installation's secret."""
    if not _secret.value:
        raise RuntimeError("the installation's secret was not set")
    return _derived(_secret.value, purpose)


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    return derived(secret, purpose)


def derived(secret: bytes, purpose: str) -> bytes:
    """Derive the 32-byte key of a purpose from any secret."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"khaosat:" + purpose.encode())
    return kdf.derive(secret)


def tag(purpose: str, content: bytes) -> bytes:
    """Sign bytes under the key of a purpose: 32 bytes, by keyed BLAKE2b (RFC 7693).

    Every answer needs several; unlike HMAC of OpenSSL it does not give the interpreter away,
    for which all the other threads wait.
    """
    return blake2b(content, key=purpose_key(purpose), digest_size=TAG).digest()


def seal(purpose: str, content: bytes) -> bytes:
    """Encrypt bytes at rest with AES-GCM under the key of a purpose."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(purpose_key(purpose)).encrypt(nonce, content, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Decrypt what `seal` made.

    Raises
    ------
    cryptography.exceptions.InvalidTag
        If the bytes were changed or the secret is another one.
    """
    key = purpose_key(purpose)
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
