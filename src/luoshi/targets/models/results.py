"""The end of a year: its standard, each body's standing, tiers, honours and what follows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.targets.models.base import Layer, MatterDetail
from luoshi.targets.models.plans import Plan, Sheet


class Result(MatterDetail):
    """A year's result (matter kind targets.result).

    standards: per pool (county, department) what the year's scheme says: {"metric": "points" | "rate",
    "bounds": [全面完成, 完成, 基本完成] as text, "regular": weight of the regular checks in per cent}. county_honours:
    how many counties are honoured. branches: how many departments each branch may name.
    """

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="result")
    standards = models.JSONField("定档标准", default=dict)
    standard_document = models.CharField("方案文号", max_length=100, blank=True)
    county_honours = models.PositiveSmallIntegerField("县（市、区）先进名额", null=True)
    branches = models.JSONField("分口名额", default=dict)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "年终考评"


class Standing(LedgerModel):
    """Where a body stands at the end of a year. pool: county or department, each graded among themselves.

    score: of 100 by the standard's metric and weights. tier: 1 全面完成 to 4 未完成. leader: the one responsible
    that year. fraud: when it was found, before or after the decision.
    """

    class Tier(models.IntegerChoices):
        FULL = 1, "全面完成目标单位"
        MET = 2, "完成目标单位"
        MOSTLY = 3, "基本完成目标单位"
        FAILED = 4, "未完成目标单位"

    result = models.ForeignKey(Result, models.PROTECT, related_name="standings")
    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="standing")
    pool = models.CharField("组别", max_length=12, choices=Layer)
    counts = models.JSONField("判定数", default=dict)
    points = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True)
    regular = models.DecimalField("平时考核", max_digits=6, decimal_places=2)
    score = models.DecimalField("综合评定", max_digits=6, decimal_places=2)
    proposed = models.PositiveSmallIntegerField("按标准的档次", choices=Tier)
    tier = models.PositiveSmallIntegerField("档次", choices=Tier)
    reason = models.CharField("调整理由", max_length=300, blank=True)
    branch = models.CharField("口", max_length=30, blank=True)
    honoured = models.BooleanField("目标管理先进单位", default=False)
    leader = models.CharField("责任人", max_length=40, blank=True)
    fraud = models.CharField("弄虚作假情形", max_length=300, blank=True)
    fraud_at = models.DateTimeField("发现时间", null=True)
    fraud_after = models.BooleanField("表彰后发现", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "年终评定"
        constraints = [
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=4), name="targets_standing_four_tiers"),
            models.CheckConstraint(
                condition=Q(fraud="", fraud_at__isnull=True) | (~Q(fraud="") & Q(fraud_at__isnull=False)),
                name="targets_standing_fraud_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["result", "pool", "-score"], name="targets_standing_order")]
