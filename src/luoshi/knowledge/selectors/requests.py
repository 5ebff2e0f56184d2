"""Requests to supply, and the counts of them by which a body is assessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from luoshi.knowledge.models import Correction, SupplyRequest
from luoshi.organisation.models import Body


def _rows() -> QuerySet[SupplyRequest]:
    rows = SupplyRequest.objects.filter(jurisdiction=settings.JURISDICTION)
    return rows.select_related("body", "matter", "entry").defer("entry__head", "entry__search")


def request_get(pk: int) -> SupplyRequest | None:
    """A request with its body, matter and what was delivered."""
    return _rows().filter(pk=pk).first()


def request_list(*, body_id: int | None = None, which: str = "") -> QuerySet[SupplyRequest]:
    """Requests to a body (None: to all). which: "" all | asked | delivered | cancelled | late (delivered late)."""
    rows = _rows()
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if which == "late":
        return rows.filter(delivered_at__gt=F("due_at"))
    return rows.filter(matter__state=which) if which else rows


@dataclass(frozen=True, slots=True)
class SupplyCounts:
    """What a body supplied in a period. Requests count in the period in which they fall due.

    scripts_*: emergency scripts asked for, delivered in time, delivered late. basics_*: basic entries asked for and
    delivered complete (nothing incomplete can be delivered). errors and points: errors registered in the period.
    """

    scripts_asked: int = 0
    scripts_in_time: int = 0
    scripts_late: int = 0
    basics_asked: int = 0
    basics_complete: int = 0
    errors: int = 0
    points: Decimal = Decimal(0)


def supply_counts(*, since: dt.datetime, until: dt.datetime) -> dict[int, SupplyCounts]:
    """Per body id what was asked, supplied and found wrong from `since` until, but not at, `until`: two queries.

    Cancelled requests do not count. Bodies with nothing to count have no row.
    """
    script, basic = Q(form="script"), Q(form="basic")
    in_time, late = Q(delivered_at__lte=F("due_at")), Q(delivered_at__gt=F("due_at"))
    asked = (
        SupplyRequest.objects.filter(
            jurisdiction=settings.JURISDICTION, due_at__gte=since, due_at__lt=until, cancelled_at__isnull=True
        )
        .values("body_id")
        .annotate(
            scripts_asked=Count("pk", filter=script),
            scripts_in_time=Count("pk", filter=script & in_time),
            scripts_late=Count("pk", filter=script & late),
            basics_asked=Count("pk", filter=basic),
            basics_complete=Count("pk", filter=basic & (in_time | late)),
        )
        .order_by()
    )
    wrong = (
        Correction.objects.filter(jurisdiction=settings.JURISDICTION, at__gte=since, at__lt=until)
        .values("body_id")
        .annotate(errors=Count("pk"), points=Sum("points"))
        .order_by()
    )
    merged: dict[int, dict[str, int | Decimal]] = {}
    for row in (*asked, *wrong):
        merged.setdefault(row.pop("body_id"), {}).update(row)
    return {body_id: SupplyCounts(**row) for body_id, row in merged.items()}  # type: ignore[arg-type]


def askable_bodies() -> QuerySet[Body]:
    """The bodies that can be asked: in use and holders of knowledge, so those that take requests."""
    return Body.objects.filter(active=True, takes_requests=True, jurisdiction=settings.JURISDICTION)
