"""The chain of hashes: each event of a matter carries the SM3 of its content and of the event before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def sm3(text: str) -> str:
    """The SM3 digest (GB/T 32905) of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.new("sm3", text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """A moment in UTC to the microsecond: the same text whatever zone it was given in."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_hash(
    *,
    prev: str,
    matter_id: int,
    jurisdiction: str,
    seq: int,
    kind: str,
    at: datetime,
    recorded_at: datetime,
    state: str,
    actor: tuple[str, str, int | None],
    body_id: int | None,
    data: Mapping[str, Any],
) -> str:
    """The hash of one event: everything that the row says, and the hash of the event before it."""
    content = [
        prev,
        jurisdiction,
        matter_id,
        seq,
        kind,
        moment(at),
        moment(recorded_at),
        state,
        *actor,
        body_id,
        data,
    ]
    return sm3(canonical(content))


def root(hashes: Iterable[tuple[int, str]], prev_root: str) -> str:
    """A day's seal: SM3 over the seal of the day before and (event id, hash) of every event of the day, in order."""
    digest = hashlib.new("sm3", prev_root.encode())
    for event_id, value in hashes:
        digest.update(f"{event_id}:{value}\n".encode())
    return digest.hexdigest()
