"""A matter for collective decision, what was prepared for it, and what the meeting said."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.decisions.models.base import MatterDetail
from luoshi.ledger.models import LedgerModel


class Weight(models.TextChoices):
    """How heavy or pressing a matter is; the rulebook says which meeting may then decide it."""

    ORDINARY = "ordinary", "重大事项"
    EXCEPTIONAL = "exceptional", "特别重大事项"
    URGENT = "urgent", "紧急事项"


class Outcome(models.TextChoices):
    """What the one in the chair concludes."""

    PASSED = "passed", "通过"
    REJECTED = "rejected", "不予通过"
    RECONSIDER = "reconsider", "再次审议"
    PARTY = "party", "报市委裁决"


class View(models.TextChoices):
    """What a member of the leadership says; there is no abstaining."""

    AGREE = "agree", "同意"
    DISAGREE = "disagree", "不同意"
    POSTPONE = "postpone", "缓议"


class Decision(MatterDetail):
    """A major matter (kind decisions.decision).

    subjects: what it is about, by the rulebook's list; kinds: the kinds of major matters that follow from it, several
    at once. traits: answers that rules ask about. involved: codes of other bodies that it touches. options: {title,
    gains, drawbacks} each. destinations: where it goes after the meeting, in order. reports: numbers of the kinds
    that are reported to the people's congress before they come out. topic: the topic's matter, once it is one.
    source: what it came from, a paper for example.
    """

    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="提出部门")
    weight = models.CharField("程度", max_length=12, choices=Weight, default=Weight.ORDINARY)
    subjects = models.JSONField("事项内容", default=list)
    kinds = models.JSONField("类别", default=list)
    kind_reason = models.TextField("认定理由", blank=True)
    traits = models.JSONField("情形", default=dict)
    amount = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, null=True)
    funds = models.CharField("资金来源", max_length=20, blank=True)
    summary = models.TextField("主要内容")
    basis = models.TextField("法律政策依据", blank=True)
    competence = models.TextField("职权依据", blank=True)
    options = models.JSONField("备选方案", default=list)
    single_reason = models.TextField("只有一个方案的理由", blank=True)
    involved = models.JSONField("涉及单位", default=list)
    destinations = models.JSONField("提交审议", default=list)
    reports = models.JSONField("出台前报告事项", default=list)
    source = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="来源事项"
    )
    topic = models.ForeignKey("ledger.Matter", models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    outcome = models.CharField("结果", max_length=12, choices=Outcome, blank=True)
    result = models.TextField("决定内容", blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    published_at = models.DateTimeField("公开时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "集体决策事项"
        indexes = [models.Index(fields=["jurisdiction", "-matter"], name="decisions_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="decisions_outcome_and_when",
            )
        ]


class Step(LedgerModel):
    """A step of the preparation as it was done: research, argument, assessment, …

    key: as the rulebook's gate names it. form: which of several forms (hearing, publicity, …). values: what the
    step's record holds. since, until: days of a publicity, both included. waived: not done, for the reason in values;
    counts once the legal office has confirmed it.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="steps")
    key = models.CharField("环节", max_length=30)
    form = models.CharField("形式", max_length=30, blank=True)
    values = models.JSONField("记录", default=dict)
    since = models.DateField("起", null=True)
    until = models.DateField("止", null=True)
    waived = models.BooleanField("不适用", default=False)
    at = models.DateTimeField("登记时间")
    by = models.CharField("登记人", max_length=80)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.CharField("确认人", max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["decision", "key"], name="decisions_step_key")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="decisions_step_who_and_when",
            )
        ]


class Brewing(LedgerModel):
    """Talks about a topic before the meeting. There is no place for a conclusion: none may be drawn.

    Source: smx-major-decisions/4.1.2.2
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="brewings")
    form = models.CharField("形式", max_length=40)
    people = models.CharField("参加人员", max_length=300)
    views = models.TextField("各方意见")
    at = models.DateTimeField("时间")
    by = models.CharField("登记人", max_length=80)

    class Meta:
        ordering = ["pk"]


class Consulted(LedgerModel):
    """What another body said to a proposal. signer: its principal leader, who signed; sealed: with its seal."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="consultations")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+")
    agrees = models.BooleanField("是否同意")
    opinion = models.TextField("意见")
    signer = models.CharField("签字人", max_length=80)
    sealed = models.BooleanField("已盖公章", default=False)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "body"], name="decisions_consulted_once_a_body")
        ]


class Sitting(LedgerModel):
    """A meeting that takes a decision up; a matter that was put off sits again.

    meeting: the meeting's matter. quorum as it stood when the sitting began: in_post, needed, present. members: ids
    of the people of the leadership who are present; all of the leadership: in_post. chair: who concludes.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField("次序")
    meeting = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+")
    meeting_kind = models.CharField("会议", max_length=20)
    chair = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    commissioned = models.BooleanField("受委托主持", default=False)
    in_post = models.JSONField("应到成员", default=list)
    present = models.JSONField("到会成员", default=list)
    needed = models.PositiveSmallIntegerField("法定人数")
    opened_at = models.DateTimeField("开始审议")
    outcome = models.CharField("结论", max_length=12, choices=Outcome, blank=True)
    conclusion = models.TextField("结论意见", blank=True)
    divided = models.BooleanField("意见分歧较大", default=False)
    unclear = models.BooleanField("有重大问题不清楚", default=False)
    reason = models.TextField("与多数表态不同的理由", blank=True)
    recorder = models.CharField("记录人", max_length=80, blank=True)
    closed_at = models.DateTimeField("结论时间", null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="decisions_sitting_number"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True)
                | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="decisions_sitting_closed",
            ),
        ]


class Opinion(LedgerModel):
    """What one member of the leadership said at a sitting. written: from outside the meeting, kept and not counted."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="opinions")
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    view = models.CharField("表态", max_length=10, choices=View)
    reason = models.TextField("理由")
    written = models.BooleanField("书面意见", default=False)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "person"], name="decisions_opinion_once_a_member")
        ]
