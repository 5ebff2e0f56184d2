"""Where a matter is shown and who may read it: each function registers its kinds of matter when it starts.

The worklist and the page of an obligation belong to no function; they find the way through here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Quick, Quicks

Url = Callable[[Matter], str]
MayRead = Callable[[Actor, Matter], bool]


@dataclass(frozen=True, slots=True)
class KindLinks:
    """What a function tells about a kind of matter. label: the Chinese name of the kind; quick: see ledger.quick."""

    label: str
    url: Url
    may_read: MayRead
    quick: Quicks | None = None


KINDS: dict[str, KindLinks] = {}


def register(kind: str, *, label: str, url: Url, may_read: MayRead, quick: Quicks | None = None) -> None:
    """Tell where matters of a kind are shown, who may read them, and what may be done with them from the worklist."""
    KINDS[kind] = KindLinks(label, url, may_read, quick)


def matter_url(matter: Matter) -> str:
    """The address of a matter's page; empty for a kind that no function registered."""
    known = KINDS.get(matter.kind)
    return known.url(matter) if known else ""


def own_url(actor: Actor, matter: Matter) -> str:
    """The address of a matter for one of a body that answers for it; empty where it is secret and not theirs to read.

    Who answers for a matter may read it, so only of secret ones that is asked.
    """
    return matter_url(matter) if not matter.secrecy or may_read(actor, matter) else ""


def matter_label(kind: str) -> str:
    """The Chinese name of a kind of matter; the kind itself where no function registered one."""
    known = KINDS.get(kind)
    return known.label if known else kind


def may_read(actor: Actor, matter: Matter) -> bool:
    """Whether the actor may read the matter. Of an unregistered kind only the owning body reads."""
    known = KINDS.get(matter.kind)
    if known:
        return known.may_read(actor, matter)
    return actor.body_id is not None and actor.body_id == matter.body_id


def quick_actions(actor: Actor, matters: Iterable[Matter], at: dt.datetime) -> dict[int, tuple[Quick, ...]]:
    """What the actor may do at once with each matter, by id; each kind is asked once for all of its matters."""
    by_kind: dict[str, dict[int, Matter]] = {}
    for matter in matters:
        by_kind.setdefault(matter.kind, {})[matter.pk] = matter
    found: dict[int, tuple[Quick, ...]] = {}
    for kind, rows in by_kind.items():
        known = KINDS.get(kind)
        if known is not None and known.quick is not None:
            offered = known.quick(actor, list(rows.values()), at)
            found.update({pk: tuple(quicks) for pk, quicks in offered.items() if quicks})
    return found
