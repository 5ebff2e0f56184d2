"""Tokens by which other systems sign in, and the answers kept for creations that are sent twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

from luoshi.ledger.models import LedgerModel


class Token(LedgerModel):
    """A token of an account acting for a body. The secret itself is not kept, only its digest.

    lead: its first characters, by which people tell tokens apart. scopes: codes of luoshi.api.scopes.
    """

    user = models.ForeignKey("organisation.User", models.PROTECT, related_name="tokens", verbose_name="账号")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="机构")
    name = models.CharField("用途", max_length=60)
    lead = models.CharField("令牌开头", max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField("范围", default=list)
    issued_at = models.DateTimeField("签发时间")
    issued_by = models.CharField("签发人", max_length=80)
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("吊销时间", null=True)
    revoked_by = models.CharField("吊销人", max_length=80, blank=True)
    used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                name="api_token_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                name="api_token_revoked_by_somebody",
            ),
        ]

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return timezone.localtime(self.expires_at - timedelta(seconds=1)).date()

    def state_at(self, at: datetime) -> str:
        """revoked | expired | live."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if at < self.expires_at else "expired"


class Answered(LedgerModel):
    """What a creation answered, by the key that the caller gave it: sent again, it is answered so once more.

    digest: of what was sent, so that the same key with something else is told apart. No personal data stands in the answer.
    """

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answered_once")]
