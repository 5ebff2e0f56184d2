"""The index, one row for each matter that can be found; and the lists that people keep for themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.ledger.models import Matter
from luoshi.ledger.reading import ReadModel


class Entry(ReadModel):
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


class SavedView(models.Model):
    """A list with the conditions under which somebody likes to find it again; theirs alone. query: without a ?."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    name = models.CharField("名称", max_length=30)
    query = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "path", "name"], name="search_view_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where the list is found with its conditions."""
        return f"{self.path}?{self.query}" if self.query else self.path
