"""Working time that stands among the rules: the holidays of a year, and working hours from a day on.

What rulebook.yaml and the shipped calendars say is where it begins; each of these takes the place of a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import Rule
from luoshi.engines.rulebook.problems import Problems, one_of
from luoshi.engines.rulebook.reading import Context, read_head
from luoshi.engines.rulebook.yamltree import ListNode, Node, ScalarNode
from luoshi.engines.worktime import Calendar, Hours, HoursRow, OwnHours, WorktimeError
from luoshi.engines.worktime.calendar import holidays_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays(Rule):
    """The holidays and make-up days of a year. off, work: day -> name of its holiday; source: the notice."""

    kind: ClassVar[str] = "holidays"

    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours(Rule):
    """Working hours from the rule's first day on: rows in order of precedence, the last one for every day.

    body: code of the body that keeps them for itself, "" for all. weekdays: those that it works, 0 for Monday; None:
    those of the calendar. holidays: it works on legal holidays. No rows: from that day on it follows those above it.
    """

    kind: ClassVar[str] = "working_hours"

    rows: tuple[HoursRow, ...]
    body: str = ""
    weekdays: frozenset[int] | None = None
    holidays: bool = False


def read_holidays(fields: Fields, context: Context) -> Holidays:
    """Return the holidays of a year."""
    head = read_head(fields, context)
    year = fields.whole("year") or 0
    if not year:
        fields.problem("year", "is missing", "write the year, such as 2027")
    source = fields.text("source", required=True)
    off: Mapping[date, str] = {}
    work: Mapping[date, str] = {}
    try:
        off, work = holidays_of(str(year), [plain(node) for node in fields.nodes("holidays", required=True)])
    except WorktimeError as error:
        fields.problem("holidays", str(error), "mend the days")
    for day in {*off, *work}:
        if day.year != year:
            fields.problem("holidays", f"{day} is not of the year {year}", "write it in its own year")
    fields.finish()
    return Holidays(**head, year=year, off=off, work=work, source=source)


def read_working_hours(fields: Fields, context: Context) -> WorkingHours:
    """Return working hours."""
    head = read_head(fields, context)
    rows: tuple[HoursRow, ...] = ()
    body = fields.text("body")
    ends = fields.flag("ends")
    days = fields.texts("weekdays")
    holidays = fields.flag("holidays")
    if not body and (ends or days or holidays):
        fields.problem("body", "is missing", "name the body that keeps working time of its own")
    for day in days:
        if day not in WEEKDAYS:
            fields.problem("weekdays", f"unknown day {day}", one_of(day, WEEKDAYS))
    if not ends:
        try:
            rows = Hours.parse([plain(node) for node in fields.nodes("rows", required=True)]).rows
        except WorktimeError as error:
            fields.problem("rows", str(error), "mend the rows")
    fields.finish()
    weekdays = frozenset(WEEKDAYS.index(day) for day in days if day in WEEKDAYS) if days else None
    return WorkingHours(**head, rows=rows, body=body, weekdays=weekdays, holidays=holidays)


def plain(node: Node) -> Any:
    """A node as plain data; every value a text, as the engine of working time reads it."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.items.items()}


def working_calendar(base: Calendar, rules: Iterable[Rule], problems: Problems) -> Calendar:
    """The calendar with the years that the rules set, the last version of each."""
    found = base
    for rule in rules:
        if isinstance(rule, Holidays) and rule.valid_until is None:
            try:
                found = found.with_year(rule.year, rule.off, rule.work, rule.source)
            except WorktimeError as error:
                problems.add(
                    rule.file, rule.line, f"{rule.id}.year", str(error), "set the years one after another"
                )
    return found


def working_hours(base: Hours, rules: Iterable[Rule]) -> Hours:
    """The hours with those that the rules set, each from its first day on."""
    rows = base.rows
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        if isinstance(rule, WorkingHours) and not rule.body:
            rows = (*(replace(row, valid_from=rule.valid_from) for row in rule.rows), *rows)
    return Hours(rows)


def own_hours(rules: Iterable[Rule]) -> dict[str, tuple[OwnHours, ...]]:
    """The working time that bodies keep for themselves, by the body's code."""
    found: dict[str, tuple[OwnHours, ...]] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        if isinstance(rule, WorkingHours) and rule.body and rule.rows:
            own = OwnHours(
                rule.title,
                rule.body,
                rule.valid_from,
                rule.valid_until,
                rule.rows,
                rule.weekdays,
                rule.holidays,
            )
            found[rule.body] = (*found.get(rule.body, ()), own)
    return found
