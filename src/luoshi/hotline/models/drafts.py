"""A call that is being taken down: kept on the server until it is registered."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from luoshi.hotline.models.requests import Request
from luoshi.ledger.fields import SealedJSONField


class Draft(models.Model):
    """What an agent typed so far, sealed; nobody else reads it, and it is emptied once the call is registered.

    key: tells one call from the next, so that a form sent twice is registered once. request: what became of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    data = SealedJSONField("已填内容", default=dict)
    saved_at = models.DateTimeField("保存时间")
    done = models.BooleanField("已办", default=False)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]
        indexes = [models.Index(fields=["user", "-saved_at"], name="draft_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
