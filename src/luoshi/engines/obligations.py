"""Obligations as a fold over events, which open, meet, cancel, end, break, pause, resume or extend them.

The ledger applies one event at a time; a check applies them all from the beginning. Both use `step`, so the
stored obligations and a fresh derivation can differ only when somebody wrote past the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from luoshi.engines import limits
from luoshi.engines.limits import Due, Interval
from luoshi.engines.rulebook import Limit, Rulebook
from luoshi.engines.worktime import Worktime

Clock = Callable[[str], Worktime | None]
"""The working time that the body keeps for itself which owes for an owner (body | person | platform …); None: none."""

OVERDUE = "ledger.overdue"
PERSON_REPLACED = "ledger.person_replaced"
"""Somebody else answers from now on for what one person owed: data `from` and `to`, ids of persons."""
BODY_GONE = "ledger.body_gone"
"""The body that owed it exists no longer, and another owes the same already: nothing is asked of it any more."""
HANDED_OVER = "ledger.handed_over"
"""Another body answers for the matter from now on; `data["own"]` false: it only acts in it in another's stead."""
LEDGERS_OWN = frozenset({OVERDUE, PERSON_REPLACED, BODY_GONE, HANDED_OVER})
UNFINISHED = frozenset({"open", "paused"})


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the fold sees it. `at` is aware; `data["facts"]` is merged into the matter's facts."""

    seq: int
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation: who owes what by when, and what became of it.

    state: open | paused | met | late | breached | cancelled. `breached_at` stands as soon as the lapse is
    known, also while the work still has to be done (state open). `due_at` None: owed without a due time.
    """

    rule: str
    title: str
    nature: str
    owner: str
    opened_seq: int
    opened_at: datetime
    due_at: datetime | None
    provisional: bool
    facts: Mapping[str, Any]
    state: str = "open"
    met_at: datetime | None = None
    breached_at: datetime | None = None
    extended_until: datetime | None = None
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What tells it apart within its matter: the rule and the event that opened it."""
        return (self.rule, self.opened_seq)

    @property
    def unfinished(self) -> bool:
        """Whether something still has to be done (or may still be done, for a window)."""
        return self.state in UNFINISHED


def local(at: datetime, book: Rulebook) -> datetime:
    """The same moment on the rulebook's clock; its date is the day whose rules hold."""
    return at.astimezone(zone(book))


def zone(book: Rulebook) -> tzinfo:
    """The rulebook's time zone."""
    return book.worktime.tz


def rule_of(owed: Owed, book: Rulebook) -> Limit:
    """The version of the rule that held when the obligation was opened."""
    return book.limit(owed.rule, local(owed.opened_at, book).date())


def nobodys(owner: str) -> None:
    """The clock where no body keeps working time of its own."""


def explain(owed: Owed, book: Rulebook, clock: Clock = nobodys) -> Due:
    """Compute the due time again with its trace: inputs, periods counted, days skipped, clauses.

    Raises LimitError when the facts do not suffice (they did when it was opened).
    """
    rule = rule_of(owed, book)
    closed = tuple(Interval(start, end) for start, end in owed.pauses if end is not None)
    return limits.compute(
        rule,
        owed.facts,
        owed.opened_at,
        book.worktime,
        pauses=closed,
        extended_until=owed.extended_until,
        own=clock(owed.owner),
    )


def _open(rule: Limit, event: Happened, facts: Mapping[str, Any], book: Rulebook, clock: Clock) -> Owed:
    start = event.at
    if rule.start != "opening":
        given = facts.get(rule.start)
        start = datetime.fromisoformat(given) if isinstance(given, str) else event.at
    due = limits.compute(rule, facts, start, book.worktime, own=clock(rule.owner))
    return Owed(
        rule=rule.id,
        title=rule.title,
        nature=rule.nature,
        owner=rule.owner,
        opened_seq=event.seq,
        opened_at=start,
        due_at=due.at,
        provisional=due.provisional,
        facts=dict(facts),
    )


def past(due_at: datetime | None, at: datetime) -> bool:
    """Whether a moment is past a due time: reaching it to the second is in time, parts of a second do not count."""
    return due_at is not None and at.replace(microsecond=0) > due_at


def _meet(owed: Owed, at: datetime) -> Owed:
    if past(owed.due_at, at):
        return replace(owed, state="late", met_at=at, breached_at=owed.breached_at or owed.due_at)
    if owed.breached_at in (None, owed.due_at):  # a lapse found while the step was under way is taken back
        return replace(owed, state="met", met_at=at, breached_at=None)
    return replace(owed, state="breached", met_at=at)


def _break(owed: Owed, at: datetime) -> Owed:
    if owed.state == "met":
        return replace(owed, state="breached", breached_at=at)
    return owed if owed.breached_at else replace(owed, breached_at=at)


def _pause(owed: Owed, at: datetime) -> Owed:
    return replace(owed, state="paused", pauses=(*owed.pauses, (at, None)))


def _resume(owed: Owed, at: datetime, book: Rulebook, clock: Clock) -> Owed:
    closed = tuple((start, end or at) for start, end in owed.pauses)
    running = replace(owed, state="open", pauses=closed)
    due = explain(running, book, clock)
    return replace(running, due_at=due.at, provisional=due.provisional)


def _extend(owed: Owed, until: object, book: Rulebook, clock: Clock) -> Owed:
    moment = datetime.fromisoformat(until) if isinstance(until, str) else until
    if not isinstance(moment, datetime):
        return owed
    moved = replace(owed, extended_until=moment)
    due = explain(moved, book, clock)
    moved = replace(moved, due_at=due.at, provisional=due.provisional)
    if owed.met_at is not None:
        return _meet(replace(moved, breached_at=None), owed.met_at)
    stays = due.at is None or (owed.breached_at is not None and owed.breached_at > due.at)
    return replace(moved, breached_at=owed.breached_at if stays else None)


def _end(owed: Owed, at: datetime, book: Rulebook, clock: Clock) -> Owed:
    """The matter is through: what had lapsed stays breached, the rest is void; a window never breaches."""
    running = _resume(owed, at, book, clock) if owed.state == "paused" else owed
    passed = running.due_at is not None and at > running.due_at
    if running.nature == "window" or not (passed or running.breached_at):
        return replace(running, state="cancelled")
    return replace(running, state="breached", breached_at=running.breached_at or running.due_at)


def _succeeded(owed: Owed, book: Rulebook, clock: Clock) -> Owed:
    """What runs still is counted by the hours of the body that owes it from now on."""
    if owed.owner not in ("body", "person") or owed.state != "open" or owed.breached_at or not book.own_hours:
        return owed
    due = explain(owed, book, clock)
    return replace(owed, due_at=due.at, provisional=due.provisional)


def _told_by_ledger(owed: Owed, event: Happened, book: Rulebook, clock: Clock) -> Owed:
    """What the ledger's own events do, whatever the rules say."""
    data = event.data
    if event.kind == OVERDUE:
        mine = data.get("rule") == owed.rule and data.get("opened_seq") == owed.opened_seq
        return replace(owed, breached_at=owed.due_at) if mine and not owed.breached_at else owed
    if event.kind == BODY_GONE:
        return _end(owed, event.at, book, clock) if owed.owner in ("body", "person") else owed
    if event.kind == HANDED_OVER:
        return _succeeded(owed, book, clock)
    replaced = owed.owner == "person" and owed.facts.get("person") == data.get("from")
    return replace(owed, facts={**owed.facts, "person": data["to"]}) if replaced else owed


def _apply(owed: Owed, event: Happened, book: Rulebook, clock: Clock) -> Owed:
    """What one event does to one obligation that stood before it."""
    rule, kind, data = rule_of(owed, book), event.kind, event.data
    if not owed.unfinished:
        if owed.state == "late" and rule.extended_by(kind, data):  # asked in time, granted after the reply
            return _extend(owed, data.get("until"), book, clock)
        return _break(owed, event.at) if rule.broken_by(kind, data) else owed
    if kind in LEDGERS_OWN:
        return _told_by_ledger(owed, event, book, clock)
    if owed.state == "open" and rule.paused_by(kind, data):
        return _pause(owed, event.at)
    if owed.state == "paused" and rule.resumed_by(kind, data):
        return _resume(owed, event.at, book, clock)
    if rule.met_by(kind, data):
        return _meet(_resume(owed, event.at, book, clock) if owed.state == "paused" else owed, event.at)
    if rule.cancelled_by(kind, data):
        return replace(owed, state="cancelled")
    if rule.ended_by(kind, data):
        return _end(owed, event.at, book, clock)
    if rule.extended_by(kind, data):
        return _extend(owed, data.get("until"), book, clock)
    return _break(owed, event.at) if rule.broken_by(kind, data) else owed


def merge_facts(facts: Mapping[str, Any], event: Happened) -> dict[str, Any]:
    """The matter's facts after an event: those before, with the event's own `facts` on top."""
    return {**facts, **event.data.get("facts", {})}


def step(
    before: Sequence[Owed],
    event: Happened,
    facts: Mapping[str, Any],
    *,
    matter_kind: str,
    book: Rulebook,
    clock: Clock = nobodys,
) -> list[Owed]:
    """The obligations of a matter after one event. clock: the working time of those who owe, when it happened.

    `facts` are the matter's facts with the event's merged in. What the event meets is met before what it
    opens is opened, so that a second return for redoing meets the review and opens a new redo limit.
    """
    after = [_apply(owed, event, book, clock) for owed in before]
    own = {key: value for key, value in event.data.items() if key != "facts"}
    seen = {**facts, **own}
    for rule in book.limits_for(event.kind, matter_kind, local(event.at, book).date()).opens:
        if rule.opened_by(event.kind, seen):
            after.append(_open(rule, event, seen, book, clock))
    return after


def derive(
    events: Iterable[Happened], *, matter_kind: str, book: Rulebook
) -> tuple[list[Owed], dict[str, Any]]:
    """All obligations and the facts of a matter, derived afresh from its events in order."""
    owed: list[Owed] = []
    facts: dict[str, Any] = {}
    for event in events:
        facts = merge_facts(facts, event)
        owed = step(owed, event, facts, matter_kind=matter_kind, book=book)
    return owed, facts
