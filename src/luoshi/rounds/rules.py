"""What the rulebook says about a round."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from luoshi.engines.assessment import with_points
from luoshi.engines.rulebook import Item, Scheme, UnknownRule
from luoshi.engines.rulebook import Round as RoundRule
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState
from luoshi.ledger.once import keep, once
from luoshi.rounds.models import PointsTable, Round

END = dt.time(23, 59, 59)


def kinds(day: dt.date) -> list[RoundRule]:
    """The kinds of rounds that may be held on a year ending on a day, in the order of the rulebook."""
    found = rules.current().holding(RoundRule, day)
    return sorted(found, key=lambda rule: (rule.file, rule.line))


def rule_on(id: str, day: dt.date) -> RoundRule:
    """A kind of round as it is on a day. Errors: WrongState where there is none."""
    try:
        return rules.current().round(id, day)
    except UnknownRule as error:
        raise WrongState(f"{day:%Y}年没有可用的考评办法{id}", mend="请核对规则的生效日期") from error


def rule_of(round: Round) -> RoundRule:
    """The kind of a round, as of the end of the assessed year."""
    return rule_on(round.rule, round.last_day)


def scheme_of(round: Round, class_key: str) -> Scheme:
    """The scheme of a class with the points as yet open."""
    return rules.current().scheme(rule_of(round).class_(class_key).scheme, round.last_day)


def points_of(table: PointsTable) -> dict[str, Decimal]:
    """A table's points as numbers."""
    return {leaf: Decimal(text) for leaf, text in table.points.items()}


@once
def table_of(round: Round, class_key: str) -> PointsTable | None:
    """The points table of a class, None before anything is entered."""
    return PointsTable.objects.filter(round=round, class_key=class_key).first()


def keep_tables(round: Round) -> None:
    """Read the points tables of all classes at once, before each is asked for."""
    found = {table.class_key: table for table in round.tables.all()}
    for kind in rule_of(round).classes:
        keep(table_of, found.get(kind.key), round, kind.key)


def points_in(round: Round, class_key: str) -> dict[str, Decimal]:
    """The points entered for a class, none before."""
    table = table_of(round, class_key)
    return points_of(table) if table else {}


def full_scheme(round: Round, class_key: str) -> Scheme:
    """The scheme with the year's points in it. Errors: PointsError."""
    scheme = scheme_of(round, class_key)
    points = tuple(sorted(points_in(round, class_key).items()))
    return _filled(rules.stamp(), scheme.id, round.last_day, points)


@lru_cache(maxsize=64)
def _filled(stamp: str, id: str, day: dt.date, points: tuple[tuple[str, Decimal], ...]) -> Scheme:
    """A scheme with points in it, made once for each rulebook version, year and table."""
    return with_points(rules.current().scheme(id, day), dict(points))


def shown_scheme(round: Round, class_key: str) -> Scheme:
    """The scheme with the points where they are complete, else with its points open."""
    if round.planned_at is None:
        return scheme_of(round, class_key)
    return full_scheme(round, class_key)


def leaf_of(scheme: Scheme, id: str) -> Item:
    """A leaf by id. Errors: KeyError."""
    for leaf in scheme.leaves():
        if leaf.id == id:
            return leaf
    raise KeyError(id)


def number_of(text: str | None) -> Decimal | None:
    """A figure of the plan as a number, None where it is not set."""
    return Decimal(text) if text else None


def part_of(scheme: Scheme, id: str) -> str:
    """The part in which a leaf stands: base | regular | bonus | deduction."""
    return next(top.part for top in scheme.items if any(leaf.id == id for leaf in top.leaves()))


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day: what is done then is still in time."""
    return dt.datetime.combine(day, END, rules.current().worktime.tz)


def setting(id: str, round: Round) -> int:
    """A number of days from the rulebook's setting rounds.reminders."""
    return int(rules.current().setting("rounds.reminders", round.last_day)[id])


def periods(every: str, year: int) -> list[str]:
    """The periods of a year: 2017-Q1 …, 2017-01 …, or the year itself; none for an empty word."""
    if every == "quarter":
        return [f"{year}-Q{number}" for number in range(1, 5)]
    if every == "month":
        return [f"{year}-{number:02d}" for number in range(1, 13)]
    return [str(year)] if every == "year" else []
