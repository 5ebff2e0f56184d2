"""Encryption of drafts with the token that only the citizen's browser holds."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN_BYTES = 32
_NONCE = 12


class Unreadable(ValueError):
    """A sealed text that this token does not open: another's, or altered."""


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def key_of(token: str) -> str:
    """Under which key a token's draft is kept; the token cannot be found from it."""
    return hashlib.blake2b(token.encode(), digest_size=32, person=b"draft key").hexdigest()


def _cipher(token: str) -> AESGCM:
    return AESGCM(hashlib.blake2b(token.encode(), digest_size=32, person=b"draft seal").digest())


def seal(token: str, content: bytes) -> bytes:
    """The content encrypted (AES-256-GCM) with a key drawn from the token, bound to its draft."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(token).encrypt(nonce, content, key_of(token).encode())


def unseal(token: str, sealed: bytes | memoryview) -> bytes:
    """What was sealed with this token. Errors: Unreadable."""
    raw = bytes(sealed)
    try:
        return _cipher(token).decrypt(raw[:_NONCE], raw[_NONCE:], key_of(token).encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def seal_values(token: str, values: dict[str, Any]) -> bytes:
    """Values of a form, sealed."""
    return seal(token, json.dumps(values, ensure_ascii=False).encode())


def unseal_values(token: str, sealed: bytes | memoryview) -> dict[str, Any]:
    """The values as they were sealed. Errors: Unreadable."""
    found: dict[str, Any] = json.loads(unseal(token, sealed))
    return found
