"""What the knowledge base's tables share."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel


class KnowledgeModel(LedgerModel):
    """A table of the knowledge base; saved only while the ledger's door is open."""

    class Meta:
        abstract = True


class MatterDetail(KnowledgeModel):
    """What belongs to one matter: its key is the matter's. `body` and `jurisdiction` repeat the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")

    class Meta:
        abstract = True


class Searchable(MatterDetail):
    """What agents find while they type. `live`: published now; only such rows are in the indexes.

    head: terms of title, question and unit, small and searched first; search: those of the whole text too.
    """

    live = models.BooleanField("已发布", default=False)
    head = SearchVectorField(null=True, editable=False)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        abstract = True


def search_indexes(table: str) -> list[GinIndex]:
    """The indexes of what is published. No pending lists: texts change rarely and are searched all day."""
    return [
        GinIndex(fields=[column], name=f"{table}_{column}", condition=Q(live=True), fastupdate=False)
        for column in ("head", "search")
    ]
