"""What the tests of the schemes share: Sanmenxia's rulebook, points of a year, answers made into counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from luoshi import rulebooks
from luoshi.engines.assessment import Period, UnitCounts, UnitScore, columns, evaluate, with_points
from luoshi.engines.limits import Duration
from luoshi.engines.measuring import MET, NOTHING, measure_up
from luoshi.engines.rulebook import Item, Rulebook, Scheme, parse
from luoshi.engines.rulebook.leaves import Ask, count_of
from luoshi.engines.rulebook.measures import OWN
from luoshi.engines.timely import Judged, Occurrence, Verdict, judge
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

DAY = date(2017, 12, 31)
YEAR = Period.parse("2017")
POINTS = Decimal(4)
LATER = "2017-12-31 12:00"


@cache
def book() -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse(rulebooks.read("sanmenxia"), calendars=known)


@cache
def scheme(name: str) -> Scheme:
    return book().scheme(f"rounds.{name}", DAY)


def leaf_of(name: str, id: str) -> Item:
    return next(leaf for leaf in scheme(name).leaves() if leaf.id == id)


def points(name: str, **fixed: Decimal) -> dict[str, Decimal]:
    """A year's points that add up to 100: 4 for the leaf asked for, the others share the rest."""
    ids = [column.id for column in columns(scheme(name)) if column.required]
    rest = [id for id in ids if id not in fixed]
    left = Decimal(100) - sum(fixed.values(), Decimal(0))
    share = (left / len(rest)).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    table = dict.fromkeys(rest, share) | fixed
    table[rest[-1]] += left - share * len(rest)
    return table


def set_scheme(name: str, leaf: str) -> Scheme:
    return with_points(scheme(name), points(name, **{leaf: POINTS}))


def score(given: Scheme, counts: Mapping[str, int | Decimal], unit: str = "a") -> UnitScore:
    return evaluate(given, [UnitCounts(unit, counts)], period=YEAR).unit(unit)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=book().worktime.tz)


def judged(ask: Ask, rows: list[list[str | None]], as_of: str) -> Judged:
    """The dated cases of a timed ask, each by the time limit that held when it began."""
    assert ask.measure is not None
    verdicts: list[Verdict] = []
    for row in rows:
        start, done, due = (moment(text) if text else None for text in [*row, None][:3])
        assert start is not None
        within = None
        if ask.measure.within != OWN:
            within = Duration.parse(book().setting(ask.measure.within, start.date())["within"])
        one = Occurrence(start, done, due)
        verdicts += judge([one], within=within, worktime=book().worktime, as_of=moment(as_of)).verdicts
    return Judged(tuple(verdicts))


def counts_from(leaf: Item, answers: Mapping[str, Any], as_of: str = LATER) -> dict[str, int]:
    """What a unit's answers to a leaf's asks count for: true, false, null, numbers or dated cases."""
    counts: dict[str, int] = {}
    assert {ask.key for ask in leaf.asks} == set(answers)
    for ask in leaf.asks:
        given = answers[ask.key]
        if ask.measure is None:
            met, nothing = given is True, given is None
        elif ask.measure.form == "timed":
            found = measure_up(ask.measure, {}, judged=judged(ask, given, as_of))
            met, nothing = found.verdict == MET, found.verdict == NOTHING
        else:
            values = {name: Decimal(str(value)) for name, value in given.items()}
            found = measure_up(ask.measure, values)
            met, nothing = found.verdict == MET, found.verdict == NOTHING
        counts[count_of("met", leaf.id, ask.key)] = int(met)
        counts[count_of("na", leaf.id, ask.key)] = int(nothing)
    return counts


STAND_IN = {"openness_departments": "2.6", "openness_counties": "2.6", "website_scores": "3.1"}


def totals_scheme(name: str) -> Scheme:
    """The scheme with half of the points on one leaf, so that any total can be reached."""
    return with_points(scheme(name), points(name, **{STAND_IN[name]: Decimal(50)}))


def counts_for(name: str, total: Decimal) -> dict[str, int | Decimal]:
    """Counts that come to a total of the ordinary items: all others in full from 50 on, and the rest on one leaf."""
    full = total >= 50
    counts: dict[str, int | Decimal] = {count_of("mark", STAND_IN[name]): total - 50 if full else total}
    for leaf in totals_scheme(name).leaves():
        if leaf.open == "yearly" and leaf.id != STAND_IN[name] and leaf.max is not None:
            counts |= shares(leaf, leaf.max if full else Decimal(0))
    return counts


def shares(leaf: Item, worth: Decimal) -> dict[str, int | Decimal]:
    """Full marks for a leaf, or nothing."""
    if leaf.kind == "mark":
        return {count_of("mark", leaf.id): worth}
    return {count_of("met", leaf.id, ask.key): int(worth > 0) for ask in leaf.asks}
