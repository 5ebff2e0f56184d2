"""A request's dispatch to one unit, with its replies and applications."""

from __future__ import annotations

from django.db import models

from luoshi.hotline.models.base import HotlineModel
from luoshi.hotline.models.requests import Request
from luoshi.ledger.models import Matter


class Dispatch(HotlineModel):
    """A dispatch (派单) of a request to one unit: its own matter, its own clocks. The unit is the matter's body."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="dispatch")
    request = models.ForeignKey(Request, models.PROTECT, related_name="dispatches")
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, related_name="dispatches", verbose_name="承办单位"
    )
    role = models.CharField("承办角色", max_length=10)
    urgency = models.CharField("紧急程度", max_length=10)
    instruction = models.TextField("处置指令")
    principle = models.CharField("批转依据", max_length=20, blank=True)
    part = models.CharField("所办问题", max_length=300, blank=True)
    due_set = models.DateTimeField("另定办结时限", null=True)
    onsite = models.BooleanField("需现场处置", default=False)
    dispatched_at = models.DateTimeField("派单时间")
    dispatched_by = models.CharField("派单人", max_length=80)
    signed_at = models.DateTimeField("签收时间", null=True)
    signed_by = models.CharField(max_length=80, blank=True)
    handed_over_at = models.DateTimeField("交办时间", null=True)
    handler = models.CharField("承办部门和人员", max_length=120, blank=True)
    contacted_at = models.DateTimeField("联系诉求人时间", null=True)
    contact_note = models.TextField("核实情况", blank=True)
    preliminary = models.TextField("初步处理意见", blank=True)
    arrived_at = models.DateTimeField("到达现场时间", null=True)
    scene = models.TextField("现场现状", blank=True)
    contact_person = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系方式", max_length=40, blank=True)
    replied_at = models.DateTimeField("最近答复时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    failed_reviews = models.PositiveSmallIntegerField("审核退回次数", default=0)
    deemed_overdue = models.BooleanField("视为逾期", default=False)
    turn = models.PositiveSmallIntegerField("第几次派给该单位", default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "body", "turn"], name="dispatch_turn"),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True)
                | models.Q(signed_at__gte=models.F("dispatched_at")),
                name="dispatch_signed_after_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over_at__isnull=True)
                | models.Q(handed_over_at__gte=models.F("signed_at")),
                name="dispatch_handed_after_signed",
            ),
        ]
        indexes = [models.Index(fields=["body", "-dispatched_at", "-matter"], name="dispatch_body_newest")]


class Reply(HotlineModel):
    """A unit's reply: drafted, approved by the responsible leader, reviewed by the platform."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="replies")
    round = models.PositiveSmallIntegerField("第几次")
    measures = models.TextField("办理情况")
    problems = models.TextField("存在问题")
    plans = models.TextField("措施或建议")
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    approved_by = models.CharField("分管领导", max_length=80, blank=True)
    approved_at = models.DateTimeField("报送平台时间", null=True)
    sent_back = models.CharField("分管领导退改意见", max_length=300, blank=True)
    verdict = models.CharField("审核结论", max_length=20, blank=True)
    review_note = models.TextField("审核意见", blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "round"], name="reply_round"),
            models.CheckConstraint(
                condition=models.Q(reviewed_at__isnull=True) | models.Q(approved_at__isnull=False),
                name="reply_reviewed_after_approved",
            ),
        ]


class Application(HotlineModel):
    """What a unit asks of the platform: return, report of a county, more units, more time, no more dispatching …"""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="applications")
    kind = models.CharField("申请事项", max_length=20)
    reason = models.TextField("理由")
    basis = models.CharField("依据", max_length=300, blank=True)
    proposed_body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    proposal = models.CharField("建议", max_length=300, blank=True)
    until = models.DateTimeField("申请延至", null=True)
    late = models.BooleanField("超过提出时限", default=False)
    submitted_by = models.CharField(max_length=80)
    submitted_at = models.DateTimeField()
    status = models.CharField(max_length=12, default="pending")
    granted_until = models.DateTimeField("批准延至", null=True)
    decision = models.CharField("批复意见", max_length=300, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "kind"],
                name="application_one_pending",
                condition=models.Q(status="pending"),
            ),
            models.CheckConstraint(
                condition=models.Q(status="pending") | models.Q(decided_at__isnull=False),
                name="application_decided_has_time",
            ),
        ]


class Urging(HotlineModel):
    """An urging (催办) or a supervision notice (督办) to a unit, with its deadline and answer."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="urgings")
    kind = models.CharField(max_length=12)
    text = models.TextField("内容")
    due_set = models.DateTimeField("答复期限", null=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    answer = models.TextField("答复", blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)


class MonthlyNotice(HotlineModel):
    """The statistics and the notice on call-backs of one month, drawn from the ledger's tallies."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="monthly_notice")
    month = models.DateField("月份")
    kind = models.CharField(max_length=20)
    content = models.JSONField(default=dict)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "kind"], name="notice_once")]
