"""Working hours as people say them."""

from __future__ import annotations

from luoshi.engines.worktime import HoursRow


def season_words(row: HoursRow) -> str:
    """The part of the year in which hours hold."""
    if row.season is None:
        return "其余时间" if row.valid_from is None else f"{row.valid_from:%Y年%m月%d日}起"
    (month, day), (until_month, until_day) = row.season
    return f"{month}月{day}日至{until_month}月{until_day}日"


def spans_words(row: HoursRow) -> str:
    """The hours of a day."""
    return "、".join(f"{_clock(begin)}至{_clock(end)}" for begin, end in row.spans)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"
