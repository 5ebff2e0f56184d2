"""The ring of keys under which personal data lie in the database (docs/security.md).

A key has an id and a secret of 32 bytes. The first key of the ring seals; all of them open. A value is sealed with
AES-256-GCM, bound to its column. For values by which one searches there is a mark beside: a keyed digest, the same
for the same value, from which nobody without the key finds the value.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES: Final = 32
MARK_BYTES: Final = 16
PREFIX: Final = "sealed:"
_NONCE = 12
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class KeyMissing(RuntimeError):
    """A value was sealed with a key that the ring does not have."""


class Tampered(RuntimeError):
    """A sealed value was altered, or moved to another column."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the ring; the secret itself is kept nowhere in the program."""

    id: str
    cipher: AESGCM = field(repr=False)
    digest: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Tells this key from another with the same id, and nothing else."""
        return hmac.digest(self.digest, b"fingerprint", "sha256")[:8].hex()

    @classmethod
    def of(cls, id: str, secret: bytes) -> Key:
        """A key from its secret: one part to seal with, another to mark with."""
        part = {
            name: hashlib.blake2b(secret, digest_size=32, person=name.encode()).digest()
            for name in ("seal", "mark")
        }
        return cls(id, AESGCM(part["seal"]), part["mark"])


def new_key(id: str) -> str:
    """A new key as a line of the ring: `id:secret`. Errors: ValueError for an id that cannot be one."""
    if not _ID.fullmatch(id):
        raise ValueError(f"key id {id!r}: 1 to 20 of a-z, 0-9 and -")
    return f"{id}:{base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


@lru_cache(maxsize=8)
def parse(text: str) -> dict[str, Key]:
    """The keys of a ring as it is written down: `id:secret`, apart by commas or white space. Errors: ImproperlyConfigured."""
    found: dict[str, Key] = {}
    for entry in re.split(r"[,\s]+", text.strip()):
        id, _, coded = entry.partition(":")
        try:
            secret = base64.urlsafe_b64decode(coded)
        except (binascii.Error, ValueError):
            secret = b""
        if not _ID.fullmatch(id) or len(secret) != SECRET_BYTES or id in found:
            raise ImproperlyConfigured(
                f"LUOSHI_KEYS: key {len(found) + 1} is not id:secret with its own id and {SECRET_BYTES} bytes in base64; "
                "make one with `luoshi manage new_key ID`"
            )
        found[id] = Key.of(id, secret)
    return found


def ring() -> dict[str, Key]:
    """The keys by id, the one that seals first. Errors: ImproperlyConfigured."""
    return parse(settings.KEYS)


def active() -> Key:
    """The key that seals."""
    return next(iter(ring().values()))


def seal(value: str, *, column: str) -> str:
    """The value sealed for a column; an empty one stays empty, as whether somebody left anything is no secret."""
    if not value:
        return value
    key, nonce = active(), secrets.token_bytes(_NONCE)
    raw = nonce + key.cipher.encrypt(nonce, value.encode(), column.encode())
    return f"{PREFIX}{key.id}:{base64.urlsafe_b64encode(raw).decode()}"


def key_id(stored: str) -> str:
    """Under which key a stored value is sealed; "" for one that is not."""
    return stored[len(PREFIX) :].partition(":")[0] if stored.startswith(PREFIX) else ""


def unseal(stored: str, *, column: str) -> str:
    """The value behind a stored one; a value that was never sealed is given as it is.

    Errors: KeyMissing, Tampered.
    """
    if not stored.startswith(PREFIX):
        return stored
    id, _, coded = stored[len(PREFIX) :].partition(":")
    key = ring().get(id)
    if key is None:
        raise KeyMissing(f"key {id} is not in LUOSHI_KEYS; without it nobody can read what it sealed")
    try:
        raw = base64.urlsafe_b64decode(coded)
        return key.cipher.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Tampered(f"a value of {column} does not open: it was altered or moved") from error


def mark(value: str, *, kind: str, key: Key | None = None) -> bytes | None:
    """The mark of a value under a key (the active one), by which rows with the same value are found; None for none.

    kind: values of one kind are compared with each other, those of different kinds have different marks.
    """
    if not value:
        return None
    chosen = key or active()
    return hmac.digest(chosen.digest, f"{kind}\x1f{value}".encode(), "sha256")[:MARK_BYTES]


def marks(value: str, *, kind: str) -> list[bytes]:
    """The marks of a value under every key of the ring: while keys are changed, rows bear the old or the new one."""
    return [found for key in ring().values() if (found := mark(value, kind=kind, key=key)) is not None]
