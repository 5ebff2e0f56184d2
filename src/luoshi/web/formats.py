"""How times, durations and personal data are written for people; template filters are made of these."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone

MINUTE, HOUR, DAY = 60, 3600, 86400
UNITS = {"days": "天", "months": "个月"}
WEEKDAYS = "一二三四五六日"


def _moment(value: object) -> dt.datetime | None:
    """A datetime from a datetime or an ISO text, in the local zone; None for anything else."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, dt.datetime):
        return None
    return timezone.localtime(value) if timezone.is_aware(value) else value


def cn_datetime(value: object) -> str:
    """A moment as 2017年9月29日 17:50, in local time; empty for no moment."""
    at = _moment(value)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}" if at else ""


def cn_date(value: object) -> str:
    """A day as 2017年9月29日; empty for no day."""
    day = value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else _moment(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def cn_weekday(value: object) -> str:
    """The day of the week as 周五; empty for no day."""
    day = value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else _moment(value)
    return f"周{WEEKDAYS[day.weekday()]}" if day else ""


def short_datetime(value: object, now: dt.datetime) -> str:
    """A moment without what goes without saying: 今天 17:50, 9月29日 17:50, 2016年9月29日 17:50."""
    at = _moment(value)
    if at is None:
        return ""
    today = timezone.localtime(now).date()
    names = {today: "今天", today + dt.timedelta(days=1): "明天", today - dt.timedelta(days=1): "昨天"}
    day = names.get(at.date()) or f"{at.month}月{at.day}日"
    if at.year != today.year and at.date() not in names:
        day = f"{at.year}年{day}"
    return f"{day} {at:%H:%M}"


def duration_cn(value: object) -> str:
    """A length of time in its two largest units: 3天4小时, 2小时15分, 15分, 不足1分钟.

    value: a timedelta or a number of seconds; the sign is dropped. Empty for anything else.
    """
    if isinstance(value, dt.timedelta):
        value = value.total_seconds()
    if not isinstance(value, int | float):
        return ""
    seconds = int(abs(value))
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟" if minutes else "不足1分钟"


def amount_cn(amount: int, unit: str) -> str:
    """What a step of a count adds: seconds as 1小时30分, days and months as they are; else empty."""
    if not amount:
        return ""
    if unit == "seconds":
        hours, rest = divmod(amount, HOUR)
        minutes, seconds = divmod(rest, MINUTE)
        parts = ((hours, "小时"), (minutes, "分"), (seconds, "秒"))
        return "".join(f"{number}{word}" for number, word in parts if number)
    return f"{amount}{UNITS.get(unit, '')}"


def file_size(value: object) -> str:
    """A number of bytes as B, KB or MB."""
    if not isinstance(value, int | float):
        return ""
    if value < 1024:
        return f"{int(value)} B"
    if value < 1024 * 1024:
        return f"{value / 1024:.0f} KB"
    return f"{value / 1024 / 1024:.1f} MB"


def mask_phone(value: object) -> str:
    """A telephone number with its middle hidden: 138****5678; a short one keeps two digits."""
    digits = re.sub(r"\D", "", str(value or ""))
    if len(digits) >= 7:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""


def mask_name(value: object) -> str:
    """A person's name with only the family name: 张**."""
    name = str(value or "").strip()
    return f"{name[:1]}**" if name else ""
