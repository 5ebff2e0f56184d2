"""Worktimes that several tests share."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from luoshi.engines.worktime import Calendar, Hours, Worktime
from luoshi.rulebooks import calendars

TZ = ZoneInfo("Asia/Shanghai")
ROWS: dict[str, list[dict[str, Any]]] = {
    "standard": [{"spans": ["08:00-12:00", "14:00-18:00"]}],
    # Days of different length: 7.5 hours in summer, 8 else.
    "summer": [
        {"season": "06-01/09-30", "spans": ["08:00-12:00", "15:00-18:30"]},
        {"spans": ["08:00-12:00", "14:00-18:00"]},
    ],
    # Odd minutes: too many equal pieces for the batch's tables, so that it has to search.
    "odd": [{"spans": ["08:07-11:59", "13:31-17:02", "17:02-17:43"]}],
    # All of the day: spans that touch midnight.
    "round": [{"spans": ["00:00-24:00"]}],
}


@cache
def china() -> Calendar:
    """The calendar that ships."""
    return Calendar.parse(calendars.read("china"))


@cache
def worktime(name: str = "standard") -> Worktime:
    """A worktime of the Chinese calendar with the named hours."""
    return Worktime(china(), Hours.parse(ROWS[name]), TZ)
