"""Many matters decided on in one go: what is left to do, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BulkRun(models.Model):
    """One decision on many matters, carried out one by one; each result is written with the step itself.

    key: tells one run from the next, so that a form sent twice runs once. terms: the decision. left: [id, version]
    of those to come. results: {pk, number, title, done, said} of those gone through.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    what = models.CharField(max_length=10)
    terms = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    results = models.JSONField(default=list)
    total = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="bulk_run_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"

    @property
    def done(self) -> int:
        """How many were done."""
        return sum(1 for row in self.results if row["done"])

    @property
    def refused(self) -> list[dict[str, object]]:
        """Those that could not be done, each with its reason."""
        return [row for row in self.results if not row["done"]]
