"""City-wide meetings (全市性会议): proposals of meetings, other than those of the government itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from luoshi.meetings.models.base import MatterDetail

BODY = "organisation.Body"


class CityMeeting(MatterDetail):
    """A city-wide meeting as it is applied for or reported (matter kind meetings.city; its body is the host).

    sort: one of the rulebook's choice meetings.city_sort. proposal: what the content meetings.city_proposal names.
    heads: principal leaders of counties (townships) are to come; joint: members of a joint meeting. second: why
    there is another one in the year. stop: the step of the way of approval at which it stands.
    """

    body = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="主办单位")
    sort = models.CharField("会议类别", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    starts_at = models.DateTimeField("时间", null=True)
    proposal = models.JSONField("会议建议方案", default=dict)
    necessity = models.TextField("召开理由", blank=True)
    form = models.CharField("会议形式", max_length=12)
    form_reason = models.CharField("不采用视频形式的理由", max_length=300, blank=True)
    department_matter = models.BooleanField("属应由部门召开的会议", default=False)
    heads = models.BooleanField("邀请县（市、区）政府负责人", default=False)
    heads_reason = models.CharField("邀请的理由", max_length=300, blank=True)
    township_heads = models.BooleanField("通知乡镇、部门主要负责人参会", default=False)
    leaders_attend = models.JSONField("拟出席的政府领导", default=list)
    leaders_reason = models.CharField("安排领导出席的理由", max_length=300, blank=True)
    second = models.CharField("年内再次召开的理由", max_length=300, blank=True)
    superior_notice = models.CharField("上级通知", max_length=200, blank=True)
    audience = models.TextField("收听收看范围", blank=True)
    members: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        BODY, related_name="+", blank=True, verbose_name="成员单位"
    )
    findings = models.TextField("研究形成的意见", blank=True)
    findings_important = models.BooleanField("重要事项", default=False)
    stop = models.CharField("审批环节", max_length=20, blank=True)
    approved_by = models.CharField("批准人", max_length=80, blank=True)
    approved_at = models.DateTimeField("批准时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "全市性会议"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="meetings_city_approved_who_and_when",
            )
        ]
        indexes = [models.Index(fields=["body", "year"], name="meetings_city_body_year")]

    def __str__(self) -> str:
        return self.matter.title
