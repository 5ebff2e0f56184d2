"""Bodies that must have given at least so many disabled people a post by a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.appointments.models.base import MatterDetail


class Placement(MatterDetail):
    """What one main member unit of the working committee owes (matter kind appointments.placement).

    minimum, due_on: as the rulebook gave them when the unit was listed. placed: people in post as last reported.
    """

    unit = models.OneToOneField(
        "organisation.Body", models.PROTECT, related_name="placement", verbose_name="主要成员单位"
    )
    minimum = models.PositiveSmallIntegerField("至少人数")
    due_on = models.DateField("期限")
    placed = models.PositiveSmallIntegerField("已安排人数", default=0)
    reported_on = models.DateField("报告日期", null=True)
    evidence = models.CharField("依据材料", max_length=200, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "残疾人按比例安排"
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=1), name="appointments_placement_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}安排残疾人就业"
