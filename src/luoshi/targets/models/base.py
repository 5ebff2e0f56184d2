"""What the tables of target management share."""

from __future__ import annotations

from django.db import models

from luoshi.ledger.models import LedgerModel


class MatterDetail(LedgerModel):
    """What belongs to one matter: its key is the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)

    class Meta:
        abstract = True


class Layer(models.TextChoices):
    """The three layers in which a year's targets are handed down."""

    CITY = "city", "全市目标"
    COUNTY = "county", "县（市、区）责任目标"
    DEPARTMENT = "department", "部门责任目标"
