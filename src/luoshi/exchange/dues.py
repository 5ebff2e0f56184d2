"""When the rulebook's limits run out for a whole column of dispatches, each by the rule of its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.limits import Duration, due
from luoshi.engines.rulebook import Limit, Rulebook, Setting, Status, UnknownRule
from luoshi.engines.worktime.batch import due_batch
from luoshi.exchange.bad import BadExport
from luoshi.exchange.times import NEVER, Ints, midnight, moment

Facts = Mapping[str, tuple[Ints, tuple[str, ...]]]
"""Each fact's codes and the words they stand for."""


def due_column(
    book: Rulebook,
    id: str,
    happened: Mapping[str, Ints],
    where: NDArray[np.bool_],
    on: Ints,
    facts: Facts,
    *,
    tz: tzinfo,
    drafts: bool = False,
) -> Ints:
    """Return when a limit is due in the rows `where`; NEVER where nothing has begun or no limit is set.

    happened: by kind of event the times at which a limit that opens with it begins. on: the time of the event
    whose day says which version of the rule holds; days before the first version take that one. Raises
    BadExport where no version holds, or a limit opens with an event that an export does not tell.
    """
    found = np.full(on.size, NEVER, np.int64)
    rest = where.copy()
    for first, last, limit in _versions(book, id, drafts):
        held = rest & (on >= _edge(first, tz, -NEVER)) & (on < _edge(last, tz, NEVER))
        rest &= ~held
        starts = _start(limit, happened, book)
        held &= starts != NEVER
        if held.all():
            return _counted(book, limit, starts, facts, tz)
        if held.any():
            mine = {name: (codes[held], words) for name, (codes, words) in facts.items()}
            found[held] = _counted(book, limit, starts[held], mine, tz)
    if rest.any():
        day = moment(int(on[rest].min()), tz).date()
        raise BadExport(f"limit {id} does not hold on {day} in rulebook {book.id}")
    return found


def _start(limit: Limit, happened: Mapping[str, Ints], book: Rulebook) -> Ints:
    """Return the times of the event that opens the limit."""
    for match in limit.opens:
        if match.kind in happened:
            return happened[match.kind]
    known = ", ".join(happened)
    raise BadExport(
        f"limit {limit.id} in rulebook {book.id} opens with no event that an export tells: {known}"
    )


def _edge(day: date | None, tz: tzinfo, open_end: int) -> int:
    return open_end if day is None else midnight(day, tz)


def _versions(book: Rulebook, id: str, drafts: bool) -> list[tuple[date | None, date | None, Limit]]:
    """Return spans of days (first included, last not) with the version that holds; the first one is open."""
    known = [
        rule
        for rule in book.versions(id)
        if isinstance(rule, Limit) and (drafts or rule.status is not Status.DRAFT)
    ]
    edges = sorted(
        {rule.valid_from for rule in known}
        | {rule.valid_until + timedelta(days=1) for rule in known if rule.valid_until is not None}
    )
    if not edges:
        raise BadExport(f"no limit {id} in rulebook {book.id}")
    spans: list[tuple[date | None, date | None, Limit]] = []
    for place, edge in enumerate(edges):
        try:
            limit = book.limit(id, edge, drafts=drafts)
        except UnknownRule:
            continue
        spans.append((edge if place else None, edges[place + 1] if place + 1 < len(edges) else None, limit))
    return spans


def _counted(book: Rulebook, limit: Limit, starts: Ints, facts: Facts, tz: tzinfo) -> Ints:
    """Return the due times under one version: rows with the same facts are counted together."""
    used = {name for case in (*limit.duration, *limit.add, *limit.then) for name, _ in case.when.tests}
    facts = {name: fact for name, fact in facts.items() if name in used}
    key = np.zeros(starts.size, np.int32)
    for codes, words in facts.values():
        key = key * len(words) + codes
    found = np.full(starts.size, NEVER, np.int64)
    for value in np.flatnonzero(np.bincount(key)) if key.size else ():
        rest, named = int(value), {}
        for name, (_, words) in reversed(list(facts.items())):
            rest, code = divmod(rest, len(words))
            named[name] = words[code]
        chosen = limit.choose(named)
        if chosen.duration is None:
            continue
        rows: NDArray[np.bool_] | slice = key == value if facts else slice(None)
        at = starts[rows]
        for duration in (chosen.duration, *chosen.then):
            at = add(book, duration, at, limit.counting, tz)
        found[rows] = at
    return found


def setting_of(book: Rulebook, id: str, at: int, tz: tzinfo, *, drafts: bool = False) -> Setting | None:
    """Return a setting as of the day of a time; days before its first version take that one. None: there is none."""
    known = [rule.valid_from for rule in book.versions(id)]
    return book.setting(id, max(moment(at, tz).date(), min(known)), drafts=drafts) if known else None


def add(book: Rulebook, duration: Duration, starts: Ints, counting: str, tz: tzinfo) -> Ints:
    """Return each start with a duration added."""
    if duration.seconds and not duration.working:
        return starts + duration.seconds
    if duration.working and (duration.seconds or counting == "civil"):
        return due_batch(book.worktime, starts, duration.amount, duration.unit.value)
    values = [
        due(duration, moment(start, tz), worktime=book.worktime, counting=counting).at
        for start in starts.tolist()
    ]
    return np.array([int(at.timestamp()) if at else NEVER for at in values], np.int64)
