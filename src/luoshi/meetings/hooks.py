"""What upper functions tell meetings about their topics: facts, what stands already, and who concludes an item.

An app above registers a provider when it starts; meetings asks all of them and knows none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a topic: facts that rules ask about, and the keys of needs that are satisfied."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    have: frozenset[str] = frozenset()


class TopicFacts(Protocol):
    """Tells the standing of a topic at a moment; an empty Standing where the topic is none of its business."""

    def __call__(self, topic: Any, *, at: dt.datetime) -> Standing:
        """Return what the app knows of the topic."""


ResultHeld = Callable[[Any], str | None]
"""Says of an agenda item why it is concluded elsewhere; None where it is not."""

Prepare = Callable[[Sequence[Any]], None]

_facts: list[TopicFacts] = []
_prepare: list[Prepare] = []
_held: list[ResultHeld] = []


def topic_facts(provider: TopicFacts, *, prepare: Prepare | None = None) -> TopicFacts:
    """Register a provider of topics' facts; called once, when the app starts. prepare: reads many topics together."""
    if provider not in _facts:
        _facts.append(provider)
        _prepare.extend([prepare] if prepare else [])
    return provider


def prepare(topics: Sequence[Any]) -> None:
    """Say that these topics will be asked about next, so that what is known of them can be read together."""
    for one in _prepare:
        one(topics)


def result_held(provider: ResultHeld) -> ResultHeld:
    """Register who concludes items elsewhere; called once, when the app starts."""
    if provider not in _held:
        _held.append(provider)
    return provider


def standing(topic: Any, *, at: dt.datetime) -> Standing:
    """What all providers know of a topic, merged; a later provider's fact wins, and true is never unsaid."""
    facts: dict[str, Any] = {}
    have: set[str] = set()
    for provider in _facts:
        found = provider(topic, at=at)
        for key, value in found.facts.items():
            facts[key] = True if facts.get(key) is True and value is False else value
        have |= found.have
    return Standing(facts, frozenset(have))


def held(item: Any) -> str | None:
    """Why an item's result comes from elsewhere; None where it is given here."""
    return next((reason for provider in _held if (reason := provider(item))), None)
