"""Normative documents, the legal office's review, and the review of what lower bodies file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.decisions.models.base import MatterDetail


class Issuer(models.TextChoices):
    """In whose name a normative document is issued."""

    GOVERNMENT = "government", "政府"
    OFFICE = "office", "政府办公室"
    DEPARTMENT = "department", "部门"
    COUNTY = "county", "下级政府"


class LegalityReview(MatterDetail):
    """The legal office reviews whether something is lawful (kind decisions.legality).

    subject: the matter under review. materials: what was handed over. result: lawful | amend | unlawful, empty until
    the opinion is given.
    """

    class Result(models.TextChoices):
        LAWFUL = "lawful", "合法"
        AMEND = "amend", "按意见修改后合法"
        UNLAWFUL = "unlawful", "不合法"

    subject = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+", verbose_name="审查对象")
    materials = models.TextField("送审材料", blank=True)
    result = models.CharField("结论", max_length=10, choices=Result, blank=True)
    opinion = models.TextField("审查意见", blank=True)
    reviewer = models.CharField("审查人", max_length=80, blank=True)
    given_at = models.DateTimeField("出具时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "合法性审查"
        indexes = [models.Index(fields=["subject", "-matter"], name="decisions_legality_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", given_at__isnull=True) | (~Q(result="") & Q(given_at__isnull=False)),
                name="decisions_legality_given",
            )
        ]


class Normative(MatterDetail):
    """A normative document (kind decisions.normative), from its draft to the end of its validity.

    joint: codes of the bodies that make it together. departments: how many bodies' powers it touches. sensitive:
    what makes it one of those about which the government is asked first. prior: the number under which it was asked.
    passed: the meeting that passed it, its day and number. effective_on, expires_on: both days included.
    """

    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="起草单位")
    issuer = models.CharField("制定机关", max_length=12, choices=Issuer)
    form = models.CharField("文种", max_length=20, default="normative")
    important = models.BooleanField("重要", default=False)
    importance_checked = models.CharField("重要与否的复核人", max_length=80, blank=True)
    judgement = models.TextField("不上会的判断", blank=True)
    departments = models.PositiveSmallIntegerField("涉及职权的部门数", default=1)
    joint = models.JSONField("联合制定单位", default=list)
    sensitive = models.JSONField("敏感事项", default=list)
    prior = models.CharField("事先请示文号", max_length=100, blank=True)
    upper_law = models.TextField("上位法依据", blank=True)
    competence = models.TextField("职权依据", blank=True)
    consulted = models.TextField("征求意见情况", blank=True)
    explanation = models.TextField("起草说明", blank=True)
    draft = models.TextField("待审稿", blank=True)
    approval = models.CharField("政府批准文号", max_length=100, blank=True)
    topic = models.ForeignKey("ledger.Matter", models.PROTECT, null=True, related_name="+")
    passed_by = models.CharField("审议会议", max_length=120, blank=True)
    passed_on = models.DateField("审议日期", null=True)
    passed_executive = models.BooleanField("经常务会议", default=False)
    document = models.CharField("文号", max_length=100, blank=True)
    issued_on = models.DateField("印发日期", null=True)
    effective_on = models.DateField("施行日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    ended_on = models.DateField("失效日期", null=True)
    ended_by = models.CharField("废止依据", max_length=200, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "规范性文件"
        indexes = [models.Index(fields=["jurisdiction", "-matter"], name="decisions_normative_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(effective_on__isnull=True)
                | Q(expires_on__gte=models.F("effective_on")),
                name="decisions_normative_days",
            )
        ]


class Filing(MatterDetail):
    """The filing of a lower body's normative document with its review (kind decisions.filing).

    grounds: what the review found. measure: ordered | changed | revoked.
    """

    normative = models.OneToOneField(Normative, models.PROTECT, related_name="filing")
    filed_on = models.DateField("报备日期", null=True)
    grounds = models.JSONField("问题", default=list)
    opinion = models.TextField("审查意见", blank=True)
    measure = models.CharField("处理", max_length=10, blank=True)
    outcome = models.TextField("处理结果", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "备案审查"
