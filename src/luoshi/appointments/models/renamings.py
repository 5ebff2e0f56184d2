"""A body's change of name, as its government makes it known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.appointments.models.base import MatterDetail


class Renaming(MatterDetail):
    """One change of name (matter kind appointments.renaming). number, issued_on: of the government's notice.

    basis: numbers of the papers that the change rests on. plates: further names on a plate, of the same body.
    """

    target = models.ForeignKey(
        "organisation.Body", models.PROTECT, related_name="renamings", verbose_name="机构"
    )
    old_name = models.CharField("原名称", max_length=100)
    new_name = models.CharField("新名称", max_length=100)
    new_short_name = models.CharField("新简称", max_length=40, blank=True)
    plates = models.JSONField("加挂牌子", default=list)
    aliases = models.JSONField("简称和习称", default=list)
    basis = models.JSONField("更名依据", default=list)
    number = models.CharField("通知文号", max_length=60, blank=True)
    effective_on = models.DateField("生效日期", null=True)
    addressees = models.JSONField("主送", default=list)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "机构更名"
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", effective_on__isnull=True)
                | (~Q(number="") & Q(effective_on__isnull=False)),
                name="appointments_renaming_number_with_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_name}更名为{self.new_name}"
