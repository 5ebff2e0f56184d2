"""What a matter counts for: a fold over its events, and the counts that follow from it at a moment.

A tracker is pure. `luoshi.assessment.counting.follower` keeps what it returned last in the matter's standing row
and moves the running tallies by the difference, in the transaction of the event; `luoshi verify` folds all events
again and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook

Facts = dict[str, Any]
"""Plain JSON: what a tracker remembers of a matter's events."""


@dataclass(frozen=True, slots=True)
class Count:
    """amount is added to a count of the scheme for a body on a day. body None: the matter's own body.

    running: the count is a stock (overdue_open), read as the sum of all days up to the period's end, not only
    of the days in it.
    """

    name: str
    day: date
    amount: int = 1
    body: int | None = None
    running: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A charge on which "the highest counts once per order" is to be settled: on `order` (a request's matter id,
    0 for none) in the month of `day`. times: only without an order."""

    name: str
    day: date
    order: int = 0
    times: int = 1
    body: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a matter counts for at a moment. changes_at: when time alone will change it (None: never)."""

    counts: tuple[Count, ...] = ()
    charges: tuple[Held, ...] = ()
    changes_at: datetime | None = None


class Tracker(Protocol):
    """How one kind of matter is counted."""

    kind: str
    """The kind of matter. An optional attribute `events` names the events that can change anything; an optional
    method `order_of(facts)` the order to which the matter belongs, charged or not yet."""

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Return what is remembered after an event. owed: the matter's obligations after it. matter: the
        matter's own facts (urgency, role, …) after it. Must not change its arguments."""

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """Return what the matter counts for at `now`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A counted matter of an order (0: of none). facts: as its tracker remembers them."""

    id: int
    kind: str
    body: int | None
    order: int
    facts: Facts


@runtime_checkable
class FamilyTracker(Protocol):
    """A tracker of matters that belong to a request (its order) and whose counts depend on one another.

    Whenever one of them changes, all of the order are counted anew. It has `step` as any tracker has.
    """

    kind: str
    own_order: bool
    """Whether the matter is the order itself; otherwise its parent is."""
    events: frozenset[str]
    """The events that can change anything; others are passed over."""

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """As Tracker.step."""

    def standing_in(self, me: Member, family: Sequence[Member], *, now: datetime, book: Rulebook) -> Standing:
        """Return what a member counts for at `now`. family: all of the order, it too, by id."""


AnyTracker = Tracker | FamilyTracker

_trackers: dict[str, AnyTracker] = {}


def register(tracker: AnyTracker) -> None:
    """Let a kind of matter be counted; called when the app starts."""
    _trackers[tracker.kind] = tracker


def tracker_of(kind: str) -> AnyTracker | None:
    """The tracker of a kind of matter, None where it is not counted."""
    return _trackers.get(kind)


def kinds() -> tuple[str, ...]:
    """All kinds of matter that are counted."""
    return tuple(_trackers)
