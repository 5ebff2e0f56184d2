"""A round with its plan, its units and the points of the year."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from luoshi.engines.assessment import Period
from luoshi.rounds.models.base import MatterDetail, RoundsModel


class Round(MatterDetail):
    """An assessment round on a year (matter kind rounds.round). Its body is the office that holds it.

    rule: id of the rulebook's rule. texts, figures: what the plan holds, by the rule's keys; figures as texts.
    dates: by key, ISO. publication: contents, places, date and remark of the publication.
    """

    rule = models.CharField("考评办法", max_length=60)
    year = models.PositiveSmallIntegerField("考评年度")
    title = models.CharField("名称", max_length=120)
    office = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="组织单位")
    texts = models.JSONField("方案内容", default=dict)
    dates = models.JSONField("时间安排", default=dict)
    figures = models.JSONField("年度数值", default=dict)
    notice = models.TextField("考评通知", blank=True)
    planned_at = models.DateTimeField("方案审定时间", null=True)
    noticed_at = models.DateTimeField("通知时间", null=True)
    approved_at = models.DateTimeField("结果审定时间", null=True)
    published_at = models.DateTimeField("公布时间", null=True)
    publication = models.JSONField("公布", default=dict)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "考评"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "rule", "year", "office"], name="rounds_round_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(approved_at__isnull=False),
                name="rounds_round_approved_before_published",
            ),
        ]
        indexes = [models.Index(fields=["-year", "-matter"], name="rounds_round_year")]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> dt.date:
        """The last day of the assessed year: as of it rule and schemes are looked up."""
        return dt.date(self.year, 12, 31)

    @property
    def period(self) -> Period:
        """The assessed year."""
        return Period.parse(str(self.year))

    def day(self, key: str) -> dt.date | None:
        """A date of the plan, None where it is not set."""
        text = self.dates.get(key)
        return dt.date.fromisoformat(text) if text else None


class PointsTable(RoundsModel):
    """The year's points for one class of units, with the standards by which each item is marked."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="tables", verbose_name="考评")
    class_key = models.CharField("类别", max_length=40)
    points = models.JSONField("分值", default=dict)
    standards = models.JSONField("评分标准", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "分值表"
        constraints = [
            models.UniqueConstraint(fields=["round", "class_key"], name="rounds_table_once_a_class")
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.class_key}"


class RoundUnit(MatterDetail):
    """A unit in a round (matter kind rounds.unit, parent: the round's matter).

    exempt: {leaf: why the unit has no such task}. persons: {key: name} of those responsible.
    total, rank, grade: as frozen at the summary.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="units", verbose_name="考评")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    class_key = models.CharField("类别", max_length=40)
    name = models.CharField("单位名称", max_length=100)
    report = models.TextField("自查报告", blank=True)
    persons = models.JSONField("责任人", default=dict)
    exempt = models.JSONField("无此项任务", default=dict)
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = models.CharField("报送人", max_length=80, blank=True)
    total = models.DecimalField("得分", max_digits=12, decimal_places=6, null=True)
    rank = models.PositiveSmallIntegerField("名次", null=True)
    grade = models.CharField("等次", max_length=20, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "被考评单位"
        constraints = [models.UniqueConstraint(fields=["round", "body"], name="rounds_unit_once")]
        indexes = [models.Index(fields=["round", "class_key", "body"], name="rounds_unit_class")]

    def __str__(self) -> str:
        return self.name


class SelfItem(RoundsModel):
    """What a unit says of one item. answers: {ask: met | unmet | na}. points: its own mark, where it gives one.

    values: what it entered for asks that are measured, {ask: {input: number}} or {ask: [{ref, start, done, due}]};
    the answers of these follow from it.
    """

    class Done(models.TextChoices):
        MET = "met", "已完成"
        PART = "part", "部分完成"
        UNMET = "unmet", "未完成"
        NONE = "na", "无此项任务"

    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="own", verbose_name="单位")
    leaf = models.CharField("指标", max_length=40)
    done = models.CharField("完成情况", max_length=5, choices=Done)
    text = models.TextField("说明", blank=True)
    answers = models.JSONField("逐项", default=dict)
    values = models.JSONField("填报数值", default=dict)
    points = models.DecimalField("自评分", max_digits=8, decimal_places=2, null=True)

    class Meta:
        verbose_name = verbose_name_plural = "自查项"
        constraints = [models.UniqueConstraint(fields=["unit", "leaf"], name="rounds_self_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.leaf}"


class Remark(RoundsModel):
    """An objection of a unit. It changes nothing by itself and cites no clause: the regulation gives no appeal."""

    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="remarks", verbose_name="单位")
    text = models.TextField("意见")
    at = models.DateTimeField("提出时间")
    by = models.CharField("提出人", max_length=80)
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:40]
