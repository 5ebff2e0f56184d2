"""A year of probation in the posts that a notice gave a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.appointments.models.base import MatterDetail


class Probation(MatterDetail):
    """One person's probation by one notice (matter kind appointments.probation), for all posts that it covers.

    since: the notice's date; ends_on: the same day of the year after, later when extended. reminded_on: when its end
    was last called to mind.
    """

    class Result(models.TextChoices):
        RUNNING = "", "试用中"
        CONFIRMED = "confirmed", "转正"
        REMOVED = "removed", "免职"

    notice = models.ForeignKey(
        "appointments.Notice", models.PROTECT, related_name="probations", verbose_name="任免通知"
    )
    name = models.CharField("姓名", max_length=40)
    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="人员"
    )
    since = models.DateField("开始日期")
    ends_on = models.DateField("届满日期")
    extended = models.PositiveSmallIntegerField("延长次数", default=0)
    reminded_on = models.DateField("提醒日期", null=True)
    assessment = models.TextField("考核意见", blank=True)
    result = models.CharField("结果", max_length=10, choices=Result, blank=True, default="")
    result_on = models.DateField("结果日期", null=True)
    document = models.CharField("结果文号", max_length=100, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "试用期"
        constraints = [
            models.UniqueConstraint(fields=["notice", "name"], name="appointments_probation_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("since")), name="appointments_probation_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(result="", result_on__isnull=True) | (~Q(result="") & Q(result_on__isnull=False)),
                name="appointments_probation_result_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["result", "ends_on"], name="appointments_probation_end")]

    def __str__(self) -> str:
        return f"{self.name}试用期"
