"""The second factor of an account (两步验证): a secret shared with the holder's telephone, and codes for its loss."""

from __future__ import annotations

import datetime as dt

from django.db import models

from luoshi.ledger.fields import SealedTextField
from luoshi.organisation.models.accounts import User
from luoshi.organisation.models.base import ServiceWrittenQuerySet


class SecondFactor(models.Model):
    """The secret from which the telephone draws a code each thirty seconds; in use once a code confirmed it.

    last_step: the thirty seconds of the last code that was accepted; none of them or before is accepted again.
    """

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="second_factor", verbose_name="账号"
    )
    secret = SealedTextField("密钥")
    begun_at = models.DateTimeField("开始设置")
    confirmed_at = models.DateTimeField("启用时间", null=True)
    last_step = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField("连续不正确次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self) -> str:
        return str(self.user)

    def locked_at(self, at: dt.datetime) -> bool:
        """Whether wrong codes keep it closed now; at `locked_until` it is open again."""
        return self.locked_until is not None and at < self.locked_until


class RecoveryCode(models.Model):
    """A code that stands in once for the telephone; only its hash is kept. selector: its first two letters."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes", verbose_name="两步验证")
    selector = models.CharField(max_length=2)
    hash = models.CharField(max_length=128)
    used_at = models.DateTimeField("使用时间", null=True)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "备用码"
        constraints = [
            models.UniqueConstraint(fields=["factor", "selector"], name="organisation_recoverycode_once")
        ]

    def __str__(self) -> str:
        return self.selector
