"""The subjects of the entry page: each with the facts that matter, for those who may open it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from luoshi.ledger.actors import Actor
from luoshi.organisation.access import POLICIES, allows, switched_off


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card. tone: how its mark is coloured (empty: plain text); url: where it is mended."""

    text: str
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A card: what it is about, where it leads, and what it says on a day (one query, or none)."""

    title: str
    text: str
    icon: str
    url_name: str
    facts: Callable[[Actor, dt.datetime], list[Fact]]


@dataclass(frozen=True, slots=True)
class Card:
    """A subject as the page shows it."""

    subject: Subject
    url: str
    facts: list[Fact]


SUBJECTS: list[Subject] = []


def register(*subjects: Subject) -> None:
    """Add subjects to the entry page, in this order."""
    SUBJECTS.extend(subjects)


def cards_for(actor: Actor, at: dt.datetime) -> list[Card]:
    """The subjects that the actor may open, with their facts."""
    return [
        Card(one, reverse(one.url_name), one.facts(actor, at))
        for one in SUBJECTS
        if not switched_off(one.url_name) and allows(POLICIES[one.url_name], actor, signed_in=True)
    ]
