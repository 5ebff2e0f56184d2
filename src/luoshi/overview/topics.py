"""Rising topics, as the hotline drew them up last: troubles of many people that come clearly more often than usual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse

from luoshi.hotline.selectors.topics import sheet_latest
from luoshi.organisation.selectors import local_day

SECONDS = 60
"""How long topics are kept at hand; they are drawn up once a day or on demand."""


@dataclass(frozen=True, slots=True)
class Rising:
    """A topic: how many requests it has in all (the list behind it), how many in seven days, how many usually."""

    title: str
    count: int
    week: int
    usual: str
    url: str


def rising(at: dt.datetime) -> Sequence[Rising]:
    """The topics that rise, the hottest first."""
    day = local_day(at)
    found: list[Rising] = cache.get_or_set(f"overview:topics:{day}", lambda: _rising(day), SECONDS) or []
    return found


def _rising(day: dt.date) -> list[Rising]:
    sheet = sheet_latest(day)
    if sheet is None:
        return []
    drawn = f"?day={sheet.day.isoformat()}"
    return [
        Rising(
            one.title, one.count, one.week, f"{one.usual:g}", reverse("hot-detail", args=[one.key]) + drawn
        )
        for one in sheet.topics
        if one.rising
    ]
