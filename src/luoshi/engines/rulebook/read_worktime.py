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
from luoshi.engines.rulebook.problems import Problems
from luoshi.engines.rulebook.reading import Context, read_head
from luoshi.engines.rulebook.yamltree import ListNode, Node, ScalarNode
from luoshi.engines.worktime import Calendar, Hours, HoursRow, WorktimeError
from luoshi.engines.worktime.calendar import holidays_of


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
    """Working hours from the rule's first day on: rows in order of precedence, the last one for every day."""

    kind: ClassVar[str] = "working_hours"

    rows: tuple[HoursRow, ...]


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
    try:
        rows = Hours.parse([plain(node) for node in fields.nodes("rows", required=True)]).rows
    except WorktimeError as error:
        fields.problem("rows", str(error), "mend the rows")
    fields.finish()
    return WorkingHours(**head, rows=rows)


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
        if isinstance(rule, WorkingHours):
            rows = (*(replace(row, valid_from=rule.valid_from) for row in rule.rows), *rows)
    return Hours(rows)
