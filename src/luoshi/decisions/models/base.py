"""What the tables of collective decisions share."""

from __future__ import annotations

from django.db import models

from luoshi.ledger.models import LedgerModel


class MatterDetail(LedgerModel):
    """What belongs to one matter: its key is the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)

    class Meta:
        abstract = True
