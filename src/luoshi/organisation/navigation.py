"""The entries of the navigation, inside and public: every app registers its own when it starts.

An entry names a URL; who sees it follows from the policy of that URL (luoshi.organisation.access), so
that the menu and the gate can never disagree.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.organisation.access import allows, need_of, switched_off

PORTAL: Final = "portal"  # the section whose entries stand on the public pages, and only there


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. key: letter that opens it after g; position: order within all entries."""

    section: str
    label: str
    url_name: str
    icon: str
    position: int = 500
    key: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that this actor may open, with its address."""

    entry: Entry
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the menu with its entries; open: unfolded when the page comes."""

    title: str
    links: tuple[Link, ...]
    open: bool


MOST_OPEN: Final = 14  # a menu with more entries than this shows its sections folded

ENTRIES: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add entries; one with the URL of an earlier one replaces it."""
    ENTRIES.update({entry.url_name: entry for entry in entries})


def visible(*, actor: Actor, signed_in: bool, current: str = "") -> list[tuple[str, list[Link]]]:
    """The workbench's sections with the entries whose URL exists and whose need the actor meets.

    current: the path of the page shown; the entry with the longest address that leads there is active.
    """
    links = [link for link in _links(actor, signed_in, current) if link.entry.section != PORTAL]
    order = {link.entry.section: number for number, link in reversed(list(enumerate(links)))}
    links.sort(key=lambda link: order[link.entry.section])
    return [(section, list(group)) for section, group in groupby(links, key=lambda link: link.entry.section)]


def menu(sections: list[tuple[str, list[Link]]]) -> tuple[Part, ...]:
    """The sections as the menu shows them.

    A short menu is open. Of a long one only the first section and the one of the page shown are; each opens on a press.
    """
    short = sum(len(links) for _, links in sections) <= MOST_OPEN
    return tuple(
        Part(title, tuple(links), short or place == 0 or any(link.active for link in links))
        for place, (title, links) in enumerate(sections)
    )


def portal(*, actor: Actor, signed_in: bool, current: str = "") -> list[Link]:
    """The public entries."""
    return [link for link in _links(actor, signed_in, current) if link.entry.section == PORTAL]


def _links(actor: Actor, signed_in: bool, current: str) -> list[Link]:
    everything = actor.kind is ActorKind.SYSTEM
    links = _open_to(
        tuple(ENTRIES.values()), actor.permissions, everything, signed_in, frozenset(settings.WITHOUT)
    )
    best = max((len(url) for _, url in links if _is_under(current, url)), default=0)
    return [Link(entry, url, _is_under(current, url) and len(url) == best) for entry, url in links]


@lru_cache(maxsize=256)
def _open_to(
    entries: tuple[Entry, ...],
    permissions: frozenset[str],
    everything: bool,
    signed_in: bool,
    without: frozenset[str],
) -> tuple[tuple[Entry, str], ...]:
    """The entries that somebody with these permissions may open, with their addresses; without: functions left out."""
    kind = ActorKind.SYSTEM if everything else ActorKind.USER
    actor = Actor(kind=kind, name="", permissions=permissions)
    links = []
    for entry in sorted(entries, key=lambda entry: entry.position):
        need = need_of(entry.url_name)
        if need is None or switched_off(entry.url_name) or not allows(need, actor, signed_in=signed_in):
            continue
        with suppress(NoReverseMatch):
            links.append((entry, reverse(entry.url_name)))
    return tuple(links)


def _is_under(current: str, url: str) -> bool:
    return current == url or (url != "/" and current.startswith(url))
