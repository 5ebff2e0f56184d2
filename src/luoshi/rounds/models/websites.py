"""What rounds on web sites keep besides: branch sites, who feeds which column of the portal, and how much each month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.rounds.models.base import RoundsModel
from luoshi.rounds.models.rounds import Round, RoundUnit


class BranchSite(RoundsModel):
    """A site of an institution under a unit: recorded by itself, its unit answers for it."""

    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="branches", verbose_name="主管单位")
    name = models.CharField("网站名称", max_length=100)
    owner = models.CharField("所属单位", max_length=100)
    address = models.URLField("网址", max_length=200)
    by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "分站"
        ordering = ["unit", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "address"], name="rounds_branch_once")]

    def __str__(self) -> str:
        return self.name


class ColumnDuty(RoundsModel):
    """Which unit keeps which column of the portal filled, by the document that divides the work."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="duties", verbose_name="考评")
    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="duties", verbose_name="责任单位")
    column = models.CharField("栏目", max_length=100)
    document = models.CharField("责任分工文件", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "栏目责任"
        ordering = ["column", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "column", "unit"], name="rounds_duty_once"),
            models.CheckConstraint(condition=~Q(column=""), name="rounds_duty_has_a_column"),
        ]

    def __str__(self) -> str:
        return f"{self.column} {self.unit}"


class ColumnCount(RoundsModel):
    """What a unit reported for a column in a month (2017-10), and how the column is kept."""

    duty = models.ForeignKey(ColumnDuty, models.PROTECT, related_name="counts", verbose_name="栏目责任")
    month = models.CharField("月份", max_length=7)
    reported = models.PositiveIntegerField("上报条数")
    adopted = models.PositiveIntegerField("采用条数")
    text = models.CharField("内容保障落实情况", max_length=300, blank=True)
    at = models.DateTimeField("登记时间")
    by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "栏目信息统计"
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "month"], name="rounds_count_once_a_month"),
            models.CheckConstraint(
                condition=Q(adopted__lte=models.F("reported")), name="rounds_count_adopted_of_reported"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.month}"
