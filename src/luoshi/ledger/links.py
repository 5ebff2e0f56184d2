"""Where a matter is shown and who may read it: each function registers its kinds of matter when it starts.

The worklist and the page of an obligation belong to no function; they find the way through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter

Url = Callable[[Matter], str]
MayRead = Callable[[Actor, Matter], bool]


@dataclass(frozen=True, slots=True)
class KindLinks:
    """What a function tells about a kind of matter. label: the Chinese name of the kind."""

    label: str
    url: Url
    may_read: MayRead


KINDS: dict[str, KindLinks] = {}


def register(kind: str, *, label: str, url: Url, may_read: MayRead) -> None:
    """Tell where matters of a kind are shown and who may read them."""
    KINDS[kind] = KindLinks(label, url, may_read)


def matter_url(matter: Matter) -> str:
    """The address of a matter's page; empty for a kind that no function registered."""
    known = KINDS.get(matter.kind)
    return known.url(matter) if known else ""


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
