"""After the meeting: submissions, urgent measures, notes, members' reports, accountability."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.decisions.models.base import MatterDetail
from luoshi.decisions.models.decisions import Decision
from luoshi.ledger.models import LedgerModel


class Submission(LedgerModel):
    """A decision put before the Party committee or the people's congress, or reported to the latter.

    to: party | congress | report. issued_as: in whose name. result: "" until answered; a report needs no answer.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="submissions")
    to = models.CharField("报送", max_length=10)
    issued_as = models.CharField("名义", max_length=40, blank=True)
    document = models.CharField("文号", max_length=100)
    signer = models.CharField("签发人", max_length=80)
    sent_on = models.DateField("报送日期")
    result = models.CharField("答复", max_length=10, blank=True)
    answer = models.TextField("答复内容", blank=True)
    answered_on = models.DateField("答复日期", null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", answered_on__isnull=True)
                | (~Q(result="") & Q(answered_on__isnull=False)),
                name="decisions_submission_answered",
            )
        ]


class Urgent(MatterDetail):
    """What one or a few decided or ordered because it could not wait (kind decisions.urgent).

    tier: person (decided first), meeting (decided by the mayor's office meeting), disposition (a temporary measure
    while a decision is carried out). deciders: their names. topic: the matter of the item under which it is reported.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="urgents")
    tier = models.CharField("类型", max_length=12)
    deciders = models.CharField("决定人", max_length=200)
    text = models.TextField("决定内容")
    reason = models.TextField("紧急理由")
    unfinished = models.BooleanField("尚有未完成事项须重新决策", default=False)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.CharField("确认人", max_length=80, blank=True)
    topic = models.ForeignKey("ledger.Matter", models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField("通报时间", null=True)
    reported_to = models.CharField("通报会议", max_length=120, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "紧急决定和临时处置"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="decisions_urgent_who_and_when",
            )
        ]


class Note(LedgerModel):
    """Something said about a decision afterwards; it never changes what was decided.

    kind: dissent | execution | finding (something new came up) | inspection.
    """

    class Kind(models.TextChoices):
        DISSENT = "dissent", "反映不同意见"
        EXECUTION = "execution", "执行情况"
        FINDING = "finding", "新情况新问题"
        INSPECTION = "inspection", "监督检查"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="notes")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    text = models.TextField("内容")
    measure = models.TextField("措施或建议", blank=True)
    at = models.DateTimeField("时间")
    by = models.CharField("登记人", max_length=80)

    class Meta:
        ordering = ["pk"]


class MemberReport(MatterDetail):
    """A member of the leadership reports how the rules on collective decisions are kept (kind decisions.report)."""

    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="报告人")
    year = models.PositiveSmallIntegerField("年度")
    text = models.TextField("报告内容", blank=True)
    occasions = models.JSONField("列入", default=list)
    reported_at = models.DateTimeField("报告时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "执行情况报告"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "person", "year"], name="decisions_report_once_a_year"
            )
        ]


class Accountability(MatterDetail):
    """A case of answering for a decision (kind decisions.accountability). ground: id of the rulebook's ground."""

    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="cases")
    ground = models.CharField("情形", max_length=60)
    respondent = models.CharField("责任人", max_length=80)
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    facts_found = models.TextField("事实")
    finding = models.TextField("核查意见", blank=True)
    handling = models.TextField("处理结果", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "决策责任追究"
