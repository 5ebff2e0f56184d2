"""Erasures under a rule, and cases that are not erased for the time being."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel, Matter


class Run(LedgerModel):
    """An erasure under one rule, as the rule stood when it was worked out; its state stands in its matter.

    before: what began earlier is due. count, held, oldest: as it was worked out. erased: what was erased so far.
    live: neither carried out nor given up; of a rule there is one such at a time.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="+")
    rule = models.CharField("规则", max_length=80)
    rulebook = models.CharField("规则版本", max_length=80)
    title = models.CharField("规则名称", max_length=120)
    record = models.CharField("记录", max_length=40)
    keep = models.CharField("保存期限", max_length=20)
    cite = models.JSONField("依据", default=list)
    automatic = models.BooleanField("自动删除", default=False)
    before = models.DateTimeField("早于")
    count = models.PositiveIntegerField("到期")
    held = models.PositiveIntegerField("暂停删除")
    oldest = models.DateTimeField("最早", null=True)
    erased = models.PositiveIntegerField("已删除", default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提请人"
    )
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule"], name="retention_one_live", condition=Q(live=True)),
        ]
        indexes = [models.Index(fields=["rule", "-matter"], name="retention_rule_newest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.before:%Y-%m-%d}"


class Hold(LedgerModel):
    """A case of which nothing is erased until the hold is lifted."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    ground = models.CharField("事由", max_length=20)
    reason = models.CharField("说明", max_length=300)
    placed_by = models.CharField("登记人", max_length=80)
    placed_at = models.DateTimeField("登记时间")
    lifted_by = models.CharField("解除人", max_length=80, blank=True)
    lifted_at = models.DateTimeField("解除时间", null=True)
    lifted_why = models.CharField("解除理由", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], name="retention_one_hold", condition=Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_by=""),
                name="retention_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.ground}"
