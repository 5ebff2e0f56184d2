"""The ledger of hidden dangers (隐患台账): entries with their way to be put right, measures, objects of patrol."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.supervision.models.base import MatterDetail
from luoshi.supervision.models.campaigns import Campaign
from luoshi.supervision.models.tasks import Task


class PatrolObject(MatterDetail):
    """Something that is patrolled at the interval that its supervisor set (matter kind supervision.patrol_object)."""

    kind = models.CharField("类别", max_length=20)
    name = models.CharField("名称", max_length=120)
    place = models.CharField("位置", max_length=200)
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="监管单位")
    every_days = models.PositiveSmallIntegerField("巡查间隔（天）")
    patrolled_at = models.DateTimeField("最近巡查", null=True)
    next_due = models.DateTimeField("下次巡查期限")

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "巡查监控对象"


class Danger(MatterDetail):
    """One hidden danger (matter kind supervision.danger; its body is the one that puts it right).

    element: 人 机 物 环 管. The three responsibilities (属地、监管、主体) each have a body or firm and a person.
    in_place: what was done for 组织领导、资金投入、督查检查、追责问责.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="dangers")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="dangers")
    patrol_object = models.ForeignKey(PatrolObject, models.PROTECT, null=True, related_name="dangers")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="整改单位")
    source = models.CharField("来源", max_length=20)
    element = models.CharField("环节", max_length=12)
    sector = models.CharField("行业", max_length=20)
    item = models.CharField("检查内容", max_length=40, blank=True)
    place = models.CharField("位置", max_length=200)
    text = models.TextField("问题")
    major = models.BooleanField("重大隐患", default=False)
    illegal = models.BooleanField("违法违规生产", default=False)
    cause = models.TextField("原因", blank=True)
    crux = models.TextField("症结", blank=True)
    measure = models.TextField("措施", blank=True)
    territorial = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="属地责任单位"
    )
    territorial_person = models.CharField("属地责任人", max_length=60, blank=True)
    supervisory = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="监管责任单位"
    )
    supervisory_person = models.CharField("监管责任人", max_length=60, blank=True)
    principal = models.CharField("主体责任单位", max_length=120, blank=True)
    principal_person = models.CharField("主体责任人", max_length=60, blank=True)
    in_place = models.JSONField("四到位", default=dict)
    found_at = models.DateTimeField("发现时间")
    planned_at = models.DateTimeField("定案时间", null=True)
    due_at = models.DateTimeField("整改期限", null=True)
    reported_at = models.DateTimeField("报告整改完毕", null=True)
    reported_by = models.PositiveBigIntegerField(null=True)
    closed_at = models.DateTimeField("销号时间", null=True)
    rechecks = models.PositiveSmallIntegerField("复查未通过次数", default=0)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "隐患"
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_at__isnull=True) | Q(due_at__isnull=False),
                name="supervision_danger_planned",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(reported_at__isnull=False),
                name="supervision_danger_closed_after_report",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-matter"], name="supervision_danger_body"),
            models.Index(fields=["campaign", "-matter"], name="supervision_danger_campaign"),
        ]


class RoadStep(LedgerModel):
    """One step of the road to put a danger right (路线图), with its day (时间表)."""

    danger = models.ForeignKey(Danger, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField("次序")
    text = models.CharField("步骤", max_length=300)
    due_on = models.DateField("完成日期")
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.CharField("登记人", max_length=80, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["danger", "position"], name="supervision_roadstep_position"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="supervision_roadstep_who_and_when",
            ),
        ]


class Measure(LedgerModel):
    """A ban or a rebuke over a danger: closed, put out of use, stopped, forbidden, censured; lifted when it ends."""

    danger = models.ForeignKey(Danger, models.PROTECT, related_name="measures")
    kind = models.CharField("措施", max_length=20)
    text = models.TextField("事由")
    decided_by = models.CharField("决定机关", max_length=100)
    document = models.CharField("文号", max_length=100, blank=True)
    at = models.DateTimeField("采取时间")
    by = models.CharField("登记人", max_length=80)
    lifted_at = models.DateTimeField("解除时间", null=True)
    lifted_for = models.CharField("解除理由", max_length=300, blank=True)

    class Meta:
        ordering = ["id"]


class Patrol(LedgerModel):
    """One patrol of an object, and the danger that it found."""

    object = models.ForeignKey(PatrolObject, models.PROTECT, related_name="patrols")
    at = models.DateTimeField("巡查时间")
    by = models.CharField("巡查人", max_length=80)
    text = models.TextField("巡查情况")
    danger = models.ForeignKey(Danger, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
