"""Reading times that people and rulebooks write."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from luoshi.engines.limits.duration import LimitError
from luoshi.engines.limits.result import Interval

_TIME = re.compile(
    r"(?P<day>\d{4}[-/]\d{1,2}[-/]\d{1,2})"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_EXAMPLE = '"2017-09-29 17:50"'


def parse_time(text: str, tz: tzinfo, *, name: str = "time") -> datetime:
    """Return the time that a text such as "2017-09-29 17:50" or "2017-09-29T17:50:00+08:00" names.

    A time without a zone is taken in `tz`, a date alone is its midnight, parts of a second are dropped.
    `name` says in the message what was read. Raises LimitError with one clear line.
    """
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise LimitError(f"{name} {text.strip() or '(empty)'} is no time: write it as {_EXAMPLE}")
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    year, month, day = (int(part) for part in re.split("[-/]", match["day"]))
    ends_day = (hour, minute, second) == (24, 0, 0)
    try:
        at = datetime(year, month, day, 0 if ends_day else hour, minute, second, tzinfo=tz)
        if match["zone"]:
            at = at.replace(tzinfo=datetime.strptime(match["zone"], "%z").tzinfo)
        return at + timedelta(days=1) if ends_day else at
    except (ValueError, OverflowError):
        raise LimitError(
            f"{name} {text.strip()} does not exist: mend the day or the hour, as in {_EXAMPLE}"
        ) from None


def parse_pause(text: str, tz: tzinfo) -> Interval:
    """Return the pause that "FROM/TO" names; TO is not included. Raises LimitError with one clear line."""
    parts = re.split(r"\s*/\s*(?=\d{4}[-/])", text.strip())
    if len(parts) != 2:
        raise LimitError(
            f'pause {text.strip() or "(empty)"}: write FROM/TO, e.g. "2017-10-09 09:00/2017-10-11 09:00"'
        )
    start, end = (parse_time(part, tz, name="pause time") for part in parts)
    return Interval(start, end)
