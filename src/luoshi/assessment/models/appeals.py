"""Appeals against published results, and what is made of the year's results."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel


class Appeal(LedgerModel):
    """A unit's appeal against items of a month or against the year's result (matter kind assessment.appeal).

    items: ids of the items appealed against (for a year: none means the whole result). corrections: what the
    decision changes in the inputs, [{count, from, to, day, case, why}]; never points. revision: the sheet's
    revision that an accepted appeal wrote.
    """

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="申诉单位")
    sheet = models.ForeignKey("assessment.Sheet", models.PROTECT, related_name="appeals")
    items = models.JSONField("申诉考核项", default=list)
    reason = models.TextField("申诉理由")
    basis = models.TextField("依据")
    demand = models.TextField("要求")
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.CharField("提交人", max_length=80)
    accepts = models.BooleanField("拟支持", null=True)
    corrections = models.JSONField("更正", default=list)
    opinion = models.TextField("处理意见", blank=True)
    drafted_at = models.DateTimeField("拟办时间", null=True)
    drafted_by = models.CharField("拟办人", max_length=80, blank=True)
    sent_back = models.TextField("退回意见", blank=True)
    decided_at = models.DateTimeField("审定时间", null=True)
    decided_by = models.CharField("审定人", max_length=80, blank=True)
    revision = models.PositiveIntegerField("修正版次", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "申诉"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(basis="") & ~Q(demand=""), name="assessment_appeal_is_complete"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="")
                | (Q(decided_at__gte=models.F("submitted_at")) & ~Q(decided_by="")),
                name="assessment_appeal_decided_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-matter"], name="assessment_appeal_body"),
            models.Index(fields=["sheet", "body"], name="assessment_appeal_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet.period} {self.body_id}"


class Consequence(LedgerModel):
    """What was decided on a year's results (matter kind assessment.consequence), with document and date.

    kind: a value of the choice assessment.consequence. person: where a person and not the unit is meant.
    grounds: the figures that were offered when it was decided.
    """

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)
    sheet = models.ForeignKey("assessment.Sheet", models.PROTECT, related_name="consequences")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("结果运用", max_length=20)
    person = models.CharField("个人", max_length=80, blank=True)
    reason = models.TextField("事由")
    grounds = models.JSONField("依据数据", default=dict)
    document = models.CharField("文件", max_length=120)
    dated = models.DateField("文件日期")
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "结果运用"
        constraints = [
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(reason=""), name="assessment_consequence_has_a_document"
            )
        ]
        indexes = [models.Index(fields=["sheet", "kind"], name="assessment_consequence_sheet")]

    def __str__(self) -> str:
        return f"{self.kind} {self.body_id}"
