"""Who owes: the body behind the owner that a rule names, and the working time that this body keeps for itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.apps import apps
from django.conf import settings

from luoshi.engines.obligations import HANDED_OVER, Clock, nobodys
from luoshi.engines.worktime import Worktime
from luoshi.ledger import rules
from luoshi.ledger.models import Event, Matter

OF_BODY = ("body", "person")
"""The owners of a duty that come with the matter's own body."""
_tree: list[tuple[float, dict[int, tuple[str, int | None]]]] = []


@lru_cache(maxsize=8)
def _platform(jurisdiction: str) -> int | None:
    bodies = apps.get_model("organisation", "Body")
    found = (
        bodies.objects.filter(jurisdiction=jurisdiction, kind="platform")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    pk: int | None = found.first()
    return pk


def platform_body_id(jurisdiction: str | None = None) -> int | None:
    """The body that runs the 12345 platform; None before it is created. Cached once it exists."""
    name = jurisdiction or settings.JURISDICTION
    pk = _platform(name)
    if pk is None:
        _platform.cache_clear()
    return pk


def forget_platform() -> None:
    """Forget which body runs the platform, and the tree (after the bodies were set up anew)."""
    _platform.cache_clear()
    forget_tree()


def owner_body_id(owner: str, matter: Matter) -> int | None:
    """Which body owes: the matter's own (of a person: the body they act for), or the platform's.

    A citizen owes nothing that a body answers for.
    """
    if owner in OF_BODY:
        return matter.body_id
    return platform_body_id(matter.jurisdiction) if owner == "platform" else None


def forget_tree() -> None:
    """Look again which body stands below which: after one was put below another."""
    _tree.clear()


def _bodies(wanted: int) -> dict[int, tuple[str, int | None]]:
    """Code and parent of every body, read at most every few seconds, and again for one that is not there."""
    now = time.monotonic()
    if not _tree or now - _tree[0][0] >= settings.RULE_EDITION_SECONDS or wanted not in _tree[0][1]:
        rows = apps.get_model("organisation", "Body").objects.values_list("pk", "code", "parent_id")
        _tree[:] = [(now, {pk: (code, parent) for pk, code, parent in rows})]
    return _tree[0][1]


def chain_of(body_id: int) -> list[str]:
    """The codes of a body and of those above it, nearest first."""
    bodies, found = _bodies(body_id), list[str]()
    at: int | None = body_id
    while at in bodies and len(found) < len(bodies):
        code, at = bodies[at]
        found.append(code)
    return found


def below(code: str) -> list[int]:
    """A body, given by its code, and those below it."""
    return [pk for pk in _bodies(0) if code in chain_of(pk)]


def worktime_of(body_id: int | None) -> Worktime | None:
    """The working time that a body, or the nearest one above it, keeps for itself; None where the city's holds.

    One query now and then, and none where no body keeps any.
    """
    book = rules.current()
    if body_id is None or not book.own_hours:
        return None
    return book.worktime_of(chain_of(body_id))


def clock_of(matter: Matter) -> Clock:
    """The working time of those who owe on a matter as it stands."""
    return _clock(matter, matter.body_id)


def clock_of_body(body_id: int | None) -> Clock:
    """The working time of those who would owe on a matter of a body."""
    return lambda owner: worktime_of(body_id if owner in OF_BODY else None)


def _clock(matter: Matter, body: int | None) -> Clock:
    if not rules.current().own_hours:
        return nobodys

    def clock(owner: str) -> Worktime | None:
        return worktime_of(body if owner in OF_BODY else owner_body_id(owner, matter))

    return clock


def clocks_of(matter: Matter, events: Iterable[Event]) -> Callable[[Event], Clock]:
    """The working time of those who owed on a matter when each of its events happened (its body may have changed)."""
    if not rules.current().own_hours:
        return lambda event: nobodys
    body, handed = matter.body_id, list[tuple[int, int | None]]()
    for event in reversed([one for one in events if one.kind == HANDED_OVER]):
        data = event.data
        if data.get("own", True) and data.get("to_body") == body:
            handed.append((event.seq, body))
            body = data.get("from_body")
    first, later = body, handed[::-1]

    def at(event: Event) -> Clock:
        owing = [first, *(to for seq, to in later if seq <= event.seq)]
        return _clock(matter, owing[-1])

    return at
