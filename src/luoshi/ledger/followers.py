"""Followers: what other functions derive from each event, in the transaction that records it.

A follower keeps running counts of its own beside the ledger's. The door calls it once the event's obligations
stand; `luoshi verify` shows it every event again and lets it say what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from luoshi.engines.obligations import Happened, Owed
from luoshi.ledger.actors import Actor

if TYPE_CHECKING:
    from luoshi.ledger.models import Matter
    from luoshi.ledger.verify import Difference


class Checker(Protocol):
    """One run of a follower's verification."""

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Take one event, in order within its matter; owed and facts are those after it."""

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """Yield what differs for matters whose events have all been seen."""

    def finish(self) -> Iterator[Difference]:
        """Yield what differs in the whole; called only when all matters were seen."""


class Follower(Protocol):
    """Something that follows events. prefix: its tallies' metrics begin with it, and are checked by it alone."""

    prefix: str

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """Take an event of a locked matter; owed: its obligations after it. Inside the ledger's door.

        Detail rows of other functions are changed after the event: only events, obligations, facts and the
        matter itself say how things stand.
        """

    def check(self, jurisdiction: str) -> Checker:
        """Begin a verification."""


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Let a follower see every event from now on; called when its app starts."""
    if all(known.prefix != follower.prefix for known in _followers):
        _followers.append(follower)


def all_followers() -> tuple[Follower, ...]:
    """The followers, in the order in which they were registered."""
    return tuple(_followers)


def follow(matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
    """Show an event to every follower."""
    for follower in _followers:
        follower.follow(matter, event, owed)


Listener = Callable[["Matter", Happened, Sequence[Owed], Actor], None]
"""Hears of an event of a locked matter, in its transaction: its obligations after it, and who caused it."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let somebody hear of every event from now on; called once, when an app starts.

    A listener keeps nothing that could be derived again, so there is nothing of it to verify.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def hear(matter: Matter, event: Happened, owed: Sequence[Owed], actor: Actor) -> None:
    """Tell every listener of an event."""
    for listener in _listeners:
        listener(matter, event, owed, actor)


def followed(metric: str) -> bool:
    """Whether a metric is a follower's own."""
    return any(metric.startswith(follower.prefix) for follower in _followers)


Recount = Callable[["Matter", datetime], object]
_recounts: list[Recount] = []


def on_recount(count: Recount) -> None:
    """Let a function count a matter anew when its due times were; called when its app starts, inside the door later."""
    if count not in _recounts:
        _recounts.append(count)


def recount(matter: Matter, now: datetime) -> None:
    """Tell every function that counts from due times that those of a locked matter are others now."""
    for count in _recounts:
        count(matter, now)
