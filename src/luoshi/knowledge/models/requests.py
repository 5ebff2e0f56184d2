"""What the platform asks a body to supply: an emergency script, or a basic entry."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.knowledge.models.base import MatterDetail
from luoshi.knowledge.models.entries import Entry


class SupplyRequest(MatterDetail):
    """A request to a body (matter kind knowledge.request). The obligation follows from its event and `due_at`.

    cases: numbers of the citizens' requests that gave the occasion for a script.
    """

    form = models.CharField("报送类别", max_length=10, choices=Entry.Form)
    subject = models.CharField("报送主题", max_length=120)
    detail = models.CharField("要求说明", max_length=1000, blank=True)
    cases = models.JSONField("同类诉求件", default=list)
    requested_at = models.DateTimeField("要求时间")
    requested_by = models.CharField("要求人", max_length=80)
    due_at = models.DateTimeField("报送期限")
    delivered_at = models.DateTimeField("报送时间", null=True)
    delivered_by = models.CharField("报送人", max_length=80, blank=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="asked_by", verbose_name="报送条目"
    )
    cancelled_at = models.DateTimeField("撤销时间", null=True)
    cancel_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "知识报送要求"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("requested_at")), name="knowledge_request_due_after_asked"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, delivered_by="", entry__isnull=True)
                | (Q(delivered_at__gte=F("requested_at"), entry__isnull=False) & ~Q(delivered_by="")),
                name="knowledge_request_delivered_who_what_when",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False, delivered_at__isnull=True) & ~Q(cancel_reason="")),
                name="knowledge_request_cancelled_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["body", "-matter"], name="knowledge_request_body")]

    def __str__(self) -> str:
        return self.subject

    @property
    def on_time(self) -> bool | None:
        """Whether it was delivered by the due time, to the second; None before delivery."""
        return None if self.delivered_at is None else self.delivered_at <= self.due_at
