"""What the hotline's tables share: they are written by luoshi.hotline.services only."""

from __future__ import annotations

from luoshi.ledger.models import LedgerModel


class HotlineModel(LedgerModel):
    """A detail table of the hotline; saved only while the ledger's door is open."""

    class Meta:
        abstract = True
