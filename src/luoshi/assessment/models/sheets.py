"""Sheets of closed periods: what was counted for each unit, frozen, with each later revision beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel


class RulebookCopy(LedgerModel):
    """The texts of a rulebook under which a period was closed, kept once by their digest."""

    version = models.CharField("版本", max_length=64, primary_key=True)
    rulebook = models.CharField("规则集", max_length=40)
    files = models.JSONField("文本")

    def __str__(self) -> str:
        return f"{self.rulebook}@{self.version[:16]}"


class Sheet(LedgerModel):
    """The scores of one month, quarter or year (matter kind assessment.sheet).

    as_of: up to when the records were counted. revision: 0 before closing, 1 once closed, one more after each
    appeal that succeeds. means: the averages of units with data, frozen at closing. appeal_until: None
    where no appeal lies.
    """

    class Kind(models.TextChoices):
        MONTH = "month", "月度"
        QUARTER = "quarter", "季度"
        YEAR = "year", "年度"

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)
    period = models.CharField("考核期", max_length=7)
    kind = models.CharField("类别", max_length=8, choices=Kind)
    first = models.DateField("起")
    end = models.DateField("止（不含）")
    revision = models.PositiveIntegerField("版次", default=0)
    rulebook = models.CharField("规则集", max_length=40, blank=True)
    rulebook_version = models.CharField("规则版本", max_length=64, blank=True)
    scheme = models.CharField("考核方案", max_length=60, blank=True)
    means = models.JSONField("平均分", default=dict)
    as_of = models.DateTimeField("数据截至", null=True)
    closed_at = models.DateTimeField("结账时间", null=True)
    closed_by = models.CharField("结账人", max_length=80, blank=True)
    closed_anyway = models.CharField("未尽事项仍结账的理由", max_length=300, blank=True)
    open_points = models.JSONField("结账时的未尽事项", default=list)
    published_at = models.DateTimeField("公布时间", null=True)
    published_by = models.CharField("公布人", max_length=80, blank=True)
    appeal_until = models.DateTimeField("申诉截止", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核成绩单"
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "period"], name="assessment_sheet_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="", as_of__isnull=True, revision=0)
                | (Q(closed_at__isnull=False, as_of__isnull=False, revision__gte=1) & ~Q(closed_by="")),
                name="assessment_sheet_closed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by="")
                | (Q(published_at__gte=models.F("closed_at")) & ~Q(published_by="")),
                name="assessment_sheet_published_after_closing",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-first"], name="assessment_sheet_kind")]

    def __str__(self) -> str:
        return self.period


class SheetRevision(LedgerModel):
    """One version of a sheet: the closing (1), or what an appeal changed; never altered afterwards."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("版次")
    at = models.DateTimeField("时间")
    by = models.CharField("经办人", max_length=80)
    reason = models.CharField("原因", max_length=300)
    appeal = models.ForeignKey("assessment.Appeal", models.PROTECT, null=True, related_name="+")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="assessment_revision_once")]

    def __str__(self) -> str:
        return f"{self.sheet.period} 第{self.number}版"


class SheetUnit(LedgerModel):
    """A unit on a sheet from a revision on, until a later one of the same unit takes its place.

    inputs: {counts, charges, total where it was not computed from them}; result: items, groups and parts as
    computed; both as luoshi.assessment.frozen writes them.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="units")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="责任单位")
    revision = models.PositiveIntegerField("版次")
    name = models.CharField("单位名称", max_length=100)
    inputs = models.JSONField("计数")
    result = models.JSONField("计分")
    total = models.DecimalField("总分", max_digits=9, decimal_places=2)
    rank = models.PositiveIntegerField("名次", null=True)
    grade = models.CharField("等次", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位成绩"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "body", "revision"], name="assessment_unit_revision_once"
            )
        ]
        indexes = [models.Index(fields=["body", "sheet"], name="assessment_unit_body")]

    def __str__(self) -> str:
        return f"{self.name} {self.total}"
