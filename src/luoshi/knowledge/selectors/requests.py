"""Requests to supply, and which bodies can be asked."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, QuerySet

from luoshi.knowledge.models import SupplyRequest
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


def askable_bodies() -> QuerySet[Body]:
    """The bodies that can be asked: in use and holders of knowledge, so those that take requests."""
    return Body.objects.filter(active=True, takes_requests=True, jurisdiction=settings.JURISDICTION)
