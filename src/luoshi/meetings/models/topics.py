"""What is put to a meeting: topics, consultations among departments, schemes compared, materials."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.meetings.models.base import MatterDetail

PERSON = "organisation.Person"
BODY = "organisation.Body"


class Topic(MatterDetail):
    """A topic proposed for a meeting (matter kind meetings.topic; its body is who proposes it).

    kind, category: a kind of meeting of the rulebook, and one of its categories. kind_opinion: the kind that an
    examiner has said it should go to ("" until then). stop: the step of the way of review at which it stands.
    leader: in charge of it. source: the matter that it comes from. points: what is to be decided, one by one.
    treatment: decide (审议决定类) or adopt (审定通过类). studied_in: the topic by which another meeting studied it.
    reserved: a matter that only certain meetings may decide, by the rulebook's choice meetings.reserved.
    """

    class Disagreement(models.TextChoices):
        NONE = "none", "意见一致"
        SOME = "some", "有分歧"
        LARGE = "large", "有较大分歧"

    body = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="提出单位")
    kind = models.CharField("提交会议", max_length=20)
    category = models.CharField("议题类别", max_length=4)
    category_reason = models.CharField("列入兜底类别的理由", max_length=300, blank=True)
    brief = models.TextField("内容概要", blank=True)
    research = models.TextField("调研情况", blank=True)
    points = models.JSONField("需议定事项", default=list)
    subject = models.CharField("专项领域", max_length=20, blank=True)
    reserved = models.CharField("须经集体讨论的事项", max_length=20, blank=True)
    theme = models.CharField("专题", max_length=20, blank=True)
    scheme = models.BooleanField("重大决策方案", default=False)
    major = models.BooleanField("“三重一大”事项", default=False)
    normative = models.BooleanField("规范性文件", default=False)
    adhoc = models.BooleanField("临时动议", default=False)
    urgent_reason = models.CharField("紧急事由", max_length=300, blank=True)
    chair_consent = models.CharField("主持人会前同意", max_length=300, blank=True)
    disagreement = models.CharField("分歧", max_length=8, choices=Disagreement, default=Disagreement.NONE)
    proposal = models.TextField("建设性意见", blank=True)
    inclination = models.TextField("倾向性意见", blank=True)
    leader = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="分管领导")
    source = models.ForeignKey("ledger.Matter", models.PROTECT, null=True, related_name="+")
    studied_in = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    stop = models.CharField("审查环节", max_length=20, blank=True)
    kind_opinion = models.CharField("会议类型意见", max_length=20, blank=True)
    kind_opinion_by = models.CharField("提出人", max_length=80, blank=True)
    treatment = models.CharField("议题分类", max_length=12, blank=True)
    treatment_approved_by = models.CharField("分类审定人", max_length=80, blank=True)
    commission = models.CharField("委托依据", max_length=300, blank=True)
    determined_by = models.CharField("确定人", max_length=80, blank=True)
    determined_at = models.DateTimeField("确定时间", null=True)
    kept_by = models.CharField("收存人", max_length=80, blank=True)
    kept_at = models.DateTimeField("收存时间", null=True)
    attending: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        BODY, related_name="+", blank=True, verbose_name="建议参会单位"
    )
    attending_given = models.BooleanField("已提出参会单位建议名单", default=False)
    public_attendees = models.CharField("邀请各界列席", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "议题"
        constraints = [
            models.CheckConstraint(
                condition=Q(determined_at__isnull=True, determined_by="")
                | (Q(determined_at__isnull=False) & ~Q(determined_by="")),
                name="meetings_topic_determined_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, kept_by="") | (Q(kept_at__isnull=False) & ~Q(kept_by="")),
                name="meetings_topic_kept_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-matter"], name="meetings_topic_kind"),
            models.Index(fields=["source"], name="meetings_topic_source"),
        ]

    def __str__(self) -> str:
        return self.matter.title


class Consultation(MatterDetail):
    """What another unit says of a topic before the meeting (matter kind meetings.consultation, child of the topic).

    amended: it asks for changes. signed_by: its principal leader; sealed: the unit's seal stands beside. discussed:
    how the units talked about what they disagree on.
    """

    class Reply(models.TextChoices):
        AGREE = "agree", "同意"
        AMEND = "amend", "同意并提出修改意见"
        DISAGREE = "disagree", "不同意"

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="consultations")
    body = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="会签单位")
    reply = models.CharField("会签意见", max_length=10, choices=Reply, blank=True)
    text = models.TextField("修改意见", blank=True)
    grounds = models.TextField("理由和依据", blank=True)
    own_grounds = models.TextField("主办部门理据", blank=True)
    discussed = models.TextField("协商经过", blank=True)
    signed_by = models.CharField("签字人", max_length=80, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True)
    sealed = models.BooleanField("已加盖公章", default=False)
    absent_confirmed = models.BooleanField("确认可不参会", default=False)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "协商会签"
        constraints = [
            models.UniqueConstraint(fields=["topic", "body"], name="meetings_consultation_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by="")
                | (Q(signed_at__isnull=False) & ~Q(signed_by="") & ~Q(reply="")),
                name="meetings_consultation_signed_who_and_when",
            ),
        ]


class Scheme(LedgerModel):
    """One of the schemes that a topic compares."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="schemes")
    position = models.PositiveSmallIntegerField("次序")
    title = models.CharField("方案", max_length=120)
    text = models.TextField("内容")
    advantages = models.TextField("利")
    drawbacks = models.TextField("弊")

    class Meta:
        verbose_name = verbose_name_plural = "比较方案"
        ordering = ["topic", "position"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "position"], name="meetings_scheme_position_once")
        ]


class Material(MatterDetail):
    """The meeting papers of a topic (matter kind meetings.material, child of the topic).

    report: the parts that the rulebook's content meetings.report names. explanation: of a draft (起草说明).
    longer: why the report is longer than the rule has it. late: why it came after its time. stop: the step of
    the way of approval at which it stands. advance_at: when it went to leaders ahead of the others.
    """

    topic = models.OneToOneField(Topic, models.PROTECT, related_name="material")
    report = models.JSONField("汇报材料", default=dict)
    explanation = models.TextField("起草说明", blank=True)
    longer = models.CharField("超过字数的理由", max_length=300, blank=True)
    complex = models.BooleanField("政策性强、内容复杂、涉及面广", default=False)
    advance_at = models.DateTimeField("提前送阅时间", null=True)
    advance_to = models.CharField("提前送阅", max_length=300, blank=True)
    advance_opinion = models.TextField("送阅意见", blank=True)
    stop = models.CharField("审定环节", max_length=20, blank=True)
    checked_by = models.CharField("审核人", max_length=80, blank=True)
    approved_by = models.CharField("审定人", max_length=80, blank=True)
    approved_at = models.DateTimeField("审定时间", null=True)
    delivered_at = models.DateTimeField("送达办公室时间", null=True)
    delivered_by = models.CharField("送达人", max_length=80, blank=True)
    late = models.CharField("逾期理由", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议材料"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="meetings_material_approved_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, delivered_by="")
                | (Q(delivered_at__isnull=False) & ~Q(delivered_by="")),
                name="meetings_material_delivered_who_and_when",
            ),
        ]
