"""What sets many tasks at once: a plan's division of work, a survey for hidden dangers, a list of rectifications."""

from __future__ import annotations

from django.db import models

from luoshi.ledger.models import LedgerModel
from luoshi.supervision.models.base import MatterDetail


class Campaign(MatterDetail):
    """A plan, survey, inspection or rectification list (matter kind supervision.campaign).

    kind: an option of supervision.campaign. sector: of a survey. origin: whose oversight found what a rectification
    list holds. indicators: of a plan, [{number, name, op, value, unit, attribute}], collected each year.
    """

    kind = models.CharField("种类", max_length=20)
    document = models.CharField("依据", max_length=200, blank=True)
    origin = models.CharField("监督来源", max_length=20, blank=True)
    sector = models.CharField("行业", max_length=20, blank=True)
    text = models.TextField("要求", blank=True)
    due_at = models.DateTimeField("截止", null=True)
    indicators = models.JSONField("指标", default=list)
    started_at = models.DateTimeField("部署时间")
    by = models.CharField("部署人", max_length=80)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "专项"
        indexes = [models.Index(fields=["kind", "-matter"], name="supervision_campaign_kind")]


class Evaluation(LedgerModel):
    """How a plan was evaluated: by a third party, by assessment at half-time and at the end, by the year's figures."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="evaluations")
    kind = models.CharField("种类", max_length=12)
    year = models.PositiveSmallIntegerField("年度", null=True)
    agency = models.CharField("评估机构", max_length=100, blank=True)
    day = models.DateField("时间")
    conclusion = models.TextField("结论")
    figures = models.JSONField("指标值", default=dict)
    by = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["-day", "-id"]
