"""How often what was suggested was taken: by month, and by the unit that was chosen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from luoshi.hotline.models import SuggestionModel, SuggestionUse

MONTHS = 12
COUNTS = {
    "total": Count("pk"),
    "first": Count("pk", filter=Q(place=1)),
    "among": Count("pk", filter=Q(place__isnull=False)),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Of `total` dispatchings with a suggestion, how often the first was chosen, and how often one of all."""

    label: Any
    total: int
    first: int
    among: int

    @property
    def first_rate(self) -> int:
        """The first chosen, in percent."""
        return round(100 * self.first / self.total) if self.total else 0

    @property
    def among_rate(self) -> int:
        """One of those suggested chosen, in percent."""
        return round(100 * self.among / self.total) if self.total else 0


def taken_by_month(since: dt.datetime) -> list[Taken]:
    """By month of dispatching, the newest first. One query."""
    rows = SuggestionUse.objects.filter(at__gte=since).order_by()
    months = rows.annotate(month=TruncMonth("at")).values("month").annotate(**COUNTS).order_by("-month")
    return [Taken(row["month"], row["total"], row["first"], row["among"]) for row in months]


def taken_by_unit(since: dt.datetime) -> list[Taken]:
    """By the unit that was chosen, the most frequent first. One query."""
    rows = SuggestionUse.objects.filter(at__gte=since).order_by()
    units = rows.values("body__short_name").annotate(**COUNTS).order_by("-total", "body__short_name")
    return [Taken(row["body__short_name"], row["total"], row["first"], row["among"]) for row in units]


def models_known(most: int = 12) -> list[SuggestionModel]:
    """The models learned so far, the newest first. One query."""
    return list(SuggestionModel.objects.select_related("matter").order_by("-trained_at")[:most])
