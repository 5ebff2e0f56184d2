"""The index: one row for each matter that can be found."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.ledger.models import Matter


class Entry(models.Model):
    """The words of a matter. stale: something happened that may have changed them; see index.refresh."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="+")
    jurisdiction = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    secret = models.BooleanField(default=False)
    vector = SearchVectorField(null=True)
    stale = models.BooleanField(default=False)

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            models.Index(fields=["matter"], name="search_stale", condition=models.Q(stale=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter_id}"
