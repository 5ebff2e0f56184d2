"""What is due under a rule, what is held, and how erasures stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from luoshi.ledger.keeping import Records
from luoshi.retention.models import Hold, Run
from luoshi.retention.rules import Keeping


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be erased now: how many, since when, and how many more are on hold."""

    before: dt.datetime
    count: int
    held: int
    oldest: dt.datetime | None


def held_matters() -> QuerySet[Any]:
    """The ids of the matters that are on hold."""
    return Hold.objects.filter(lifted_at__isnull=True).values("matter_id")


def _on_hold(records: Records) -> Q:
    found = Q(pk__in=[])
    for column in records.matters:
        found |= Q(**{f"{column}__in": held_matters()})
    return found


def due(records: Records, before: dt.datetime) -> Any:
    """The rows that are due and not held."""
    rows = records.due(before)
    return rows.exclude(_on_hold(records)) if records.matters else rows


def preview(keeping: Keeping, at: dt.datetime) -> Preview:
    """What would be erased under a rule at a moment. Two queries; nothing is written."""
    before = keeping.before(at)
    found = due(keeping.records, before).aggregate(count=Count("pk"), oldest=Min(keeping.records.begins))
    every = keeping.records.due(before).count() if keeping.records.matters else found["count"]
    return Preview(before, found["count"], every - found["count"], found["oldest"])


def runs(rule: str = "") -> QuerySet[Run]:
    """Erasures, under one rule or all."""
    rows = Run.objects.select_related("matter")
    return rows.filter(rule=rule) if rule else rows


def live_runs() -> dict[str, Run]:
    """The erasure under way of each rule, by the rule's id."""
    return {run.rule: run for run in runs().filter(live=True)}


def holds() -> QuerySet[Hold]:
    """Holds, with their matters."""
    return Hold.objects.select_related("matter")
