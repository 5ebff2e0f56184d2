"""What follows from a result: problems to put right, and the uses that are made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.rounds.models.base import MatterDetail, RoundsModel
from luoshi.rounds.models.rounds import Round, RoundUnit
from luoshi.rounds.models.work import Record


class Rectification(MatterDetail):
    """Problems told to a unit and what it does about them (matter kind rounds.rectification).

    due: set with the feedback; where none was, the latest date of the unit's own plan counts.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="rectifications", verbose_name="考评")
    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="rectifications", verbose_name="单位")
    told_at = models.DateTimeField("反馈时间")
    told_by = models.CharField("反馈人", max_length=80)
    due = models.DateField("整改期限", null=True)
    contents = models.JSONField("整改方案", default=dict)
    planned_at = models.DateTimeField("方案提交时间", null=True)
    reported_at = models.DateTimeField("报告时间", null=True)
    report = models.TextField("整改落实情况", blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    opinion = models.TextField("核查意见", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "整改"
        indexes = [models.Index(fields=["unit", "-matter"], name="rounds_rectification_unit")]

    def __str__(self) -> str:
        return f"{self.unit} 整改"


class Problem(RoundsModel):
    """One problem with the measure against it."""

    rectification = models.ForeignKey(
        Rectification, models.PROTECT, related_name="problems", verbose_name="整改"
    )
    number = models.PositiveSmallIntegerField("序号")
    text = models.TextField("问题")
    leaf = models.CharField("指标", max_length=40, blank=True)
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, related_name="problems", verbose_name="日常记录"
    )
    measure = models.TextField("整改措施", blank=True)
    person = models.CharField("责任人", max_length=80, blank=True)
    due = models.DateField("完成期限", null=True)
    progress = models.TextField("进展", blank=True)
    done = models.BooleanField("已整改", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rectification", "number"], name="rounds_problem_number"),
            models.CheckConstraint(condition=~Q(text=""), name="rounds_problem_has_a_text"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class UseDone(RoundsModel):
    """A use of the result that was made. use: the rule's key. unit: where it is made for each unit."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="uses_done", verbose_name="考评")
    use = models.CharField("用途", max_length=40)
    unit = models.ForeignKey(
        RoundUnit, models.PROTECT, null=True, related_name="uses_done", verbose_name="单位"
    )
    day = models.DateField("日期")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "结果运用"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "use", "unit"], name="rounds_use_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.use}"
