"""What the tables of rounds share."""

from __future__ import annotations

from django.db import models

from luoshi.ledger.models import LedgerModel


class RoundsModel(LedgerModel):
    """A table of rounds; saved only while the ledger's door is open."""

    class Meta:
        abstract = True


class MatterDetail(RoundsModel):
    """What belongs to one matter: its key is the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)

    class Meta:
        abstract = True
