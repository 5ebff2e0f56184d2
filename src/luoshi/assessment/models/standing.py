"""What each counted matter counts for, as last computed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel, Matter


class Standing(LedgerModel):
    """A counted matter: what is remembered of its events, and what that counts for.

    order: the request to which the matter belongs (its matter's id); charges are settled within it. counts and
    charges: luoshi.assessment.counting.rows tells their shape. counted_at: the moment at which they were computed;
    changes_at: when time alone changes them. first_day, last_day: the days on which the matter counts for
    anything; no last_day while a stock goes on.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    order = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    counts = models.JSONField(default=list)
    charges = models.JSONField(default=list)
    counted_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "计分情况"
        indexes = [
            models.Index(fields=["order"], name="standing_order", condition=Q(order__isnull=False)),
            models.Index(
                fields=["changes_at"], name="standing_changes", condition=Q(changes_at__isnull=False)
            ),
            models.Index(fields=["body", "-matter"], name="standing_body"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter_id}"
