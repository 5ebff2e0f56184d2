"""What the tables of the agenda share. Periods run from `since` (included) to `until` (no longer included)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.ledger.models import LedgerModel


class MatterDetail(LedgerModel):
    """What belongs to one matter: its key is the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)

    class Meta:
        abstract = True


class Dated(LedgerModel):
    """A fact that holds from one day to another; a change ends it and begins a new one."""

    since = models.DateField("开始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    document = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        abstract = True


def in_order(name: str) -> models.CheckConstraint:
    """A period does not end before it starts."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=f"agenda_{name}_dates_in_order"
    )
