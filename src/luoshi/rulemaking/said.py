"""Working hours as people say them."""

from __future__ import annotations

from luoshi.engines.rulebook import WorkingHours
from luoshi.engines.worktime import HoursRow, OwnHours

DAYS = "一二三四五六日"


def season_words(row: HoursRow) -> str:
    """The part of the year in which hours hold."""
    if row.season is None:
        return "其余时间" if row.valid_from is None else f"{row.valid_from:%Y年%-m月%-d日}起"
    (month, day), (until_month, until_day) = row.season
    return f"{month}月{day}日至{until_month}月{until_day}日"


def spans_words(row: HoursRow) -> str:
    """The hours of a day."""
    return "、".join(f"{_clock(begin)}至{_clock(end)}" for begin, end in row.spans)


def days_words(rule: OwnHours | WorkingHours) -> str:
    """The days that a body works."""
    days = range(5) if rule.weekdays is None else sorted(rule.weekdays)
    if len(days) == 7 and rule.holidays:
        return "每天上班，节假日不休"
    said = "每天" if len(days) == 7 else "周" + "、".join(DAYS[day] for day in days)
    return f"{said}上班，法定节假日{'不休' if rule.holidays else '休息'}"


def own_words(rule: OwnHours | WorkingHours) -> str:
    """A body's own working time in one line."""
    if not rule.rows:
        return "不再单独规定，随上级单位"
    seasons = len(rule.rows) > 1
    hours = [f"{season_words(row) if seasons else ''}{spans_words(row)}" for row in rule.rows]
    return "；".join([days_words(rule), *hours])


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"
