"""What is recorded by hand for the scores: base work, entries, supervision opinions, reports, dismissed candidates.

Each hangs on a matter of the ledger; luoshi.assessment.services alone writes them. What counts is folded from the
matters' events (luoshi.assessment.counting.records); these rows hold what pages show and filter by.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.ledger.models import LedgerModel


class RecordDetail(LedgerModel):
    """What belongs to one matter: its key is the matter's. `body` and `jurisdiction` repeat the matter's."""

    matter = models.OneToOneField("ledger.Matter", models.PROTECT, primary_key=True, related_name="+")
    jurisdiction = models.CharField("辖区", max_length=32)
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="责任单位")

    class Meta:
        abstract = True


class BaseRecord(RecordDetail):
    """The base work of one unit (matter kind assessment.base): one standing record, changed when something changes."""

    filed_at = models.DateTimeField("最近报送材料", null=True)
    judged_at = models.DateTimeField("最近认定", null=True)

    class Meta(RecordDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "基础工作"
        constraints = [models.UniqueConstraint(fields=["body"], name="assessment_base_one_of_a_body")]

    def __str__(self) -> str:
        return f"{self.body_id}"


class BasePoint(LedgerModel):
    """A judgement of one point of the base work. The latest that was not struck holds, from its day on.

    seq: the event that recorded it; struck: taken back by the command centre, so that it never held.
    """

    class Verdict(models.TextChoices):
        MET = "met", "符合"
        MISSING = "missing", "不符合"

    record = models.ForeignKey(BaseRecord, models.PROTECT, related_name="points")
    point = models.CharField("要点", max_length=30)
    verdict = models.CharField("认定", max_length=8, choices=Verdict)
    note = models.CharField("说明", max_length=200, blank=True)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField("认定时间")
    by = models.CharField("认定人", max_length=80)
    struck_at = models.DateTimeField("撤销时间", null=True)
    struck_by = models.CharField("撤销人", max_length=80, blank=True)
    struck_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "point", "seq"], name="assessment_base_point_once"),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by="", struck_reason="")
                | (Q(struck_at__isnull=False) & ~Q(struck_by="") & ~Q(struck_reason="")),
                name="assessment_base_point_struck_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.verdict}"


class Entry(RecordDetail):
    """A deduction or bonus entered by hand (matter kind assessment.entry).

    item: the code of its ground in the rulebook and its word in the exchange format. date: the day that decides
    its period. order: the citizen's request it concerns. source: the candidate it came from, once each.
    article: what an item of publicity is known by, so that one piece counts at its highest level only.
    """

    class Side(models.TextChoices):
        DEDUCTION = "deduction", "扣分"
        BONUS = "bonus", "加分"

    class Proposer(models.TextChoices):
        PLATFORM = "platform", "平台登记"
        UNIT = "unit", "单位申报"

    item = models.CharField("项目", max_length=30)
    side = models.CharField("加减分", max_length=10, choices=Side)
    date = models.DateField("日期")
    order = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="诉求件"
    )
    source = models.CharField("来源", max_length=60, blank=True)
    article = models.CharField("篇目", max_length=64, blank=True)
    content = models.JSONField("登记内容", default=dict)
    proposer = models.CharField("提出方", max_length=10, choices=Proposer)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.CharField("提出人", max_length=80)
    decided_at = models.DateTimeField("审定时间", null=True)
    decided_by = models.CharField("审定人", max_length=80, blank=True)
    decision = models.CharField("审定意见", max_length=300, blank=True)
    ended_at = models.DateTimeField("撤回或撤销时间", null=True)
    ended_by = models.CharField("撤回或撤销人", max_length=80, blank=True)
    end_reason = models.CharField("撤回或撤销原因", max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supersedes", verbose_name="同篇更高一级"
    )
    referred_at = models.DateTimeField("移交时间", null=True)
    referred_to = models.CharField("移交部门", max_length=100, blank=True)

    class Meta(RecordDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "加减分登记"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="assessment_entry_source_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="")
                | (Q(decided_at__gte=F("proposed_at")) & ~Q(decided_by="")),
                name="assessment_entry_decided_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="", end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(end_reason="")),
                name="assessment_entry_ended_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(referred_at__isnull=True, referred_to="")
                | (Q(referred_at__isnull=False) & ~Q(referred_to="")),
                name="assessment_entry_referred_where_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-matter"], name="assessment_entry_body"),
            models.Index(fields=["item", "-matter"], name="assessment_entry_item"),
            models.Index(fields=["order"], name="assessment_entry_order"),
            models.Index(fields=["body", "article"], name="assessment_entry_article"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.date}"


class Opinion(RecordDetail):
    """A supervision opinion (督查意见) to a unit, to be carried out by `due_at` (matter kind assessment.opinion)."""

    title = models.CharField("事由", max_length=120)
    text = models.TextField("督查意见")
    order = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="诉求件"
    )
    due_at = models.DateTimeField("落实期限")
    issued_at = models.DateTimeField("下达时间")
    issued_by = models.CharField("下达人", max_length=80)
    answer = models.TextField("落实情况", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人", max_length=80, blank=True)
    carried_out_at = models.DateTimeField("落实时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.CharField("确认人", max_length=80, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdraw_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta(RecordDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "督查意见"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("issued_at")), name="assessment_opinion_due_after_issued"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="", carried_out_at__isnull=True)
                | (
                    Q(carried_out_at__gte=F("issued_at"), confirmed_at__gte=F("carried_out_at"))
                    & ~Q(confirmed_by="")
                ),
                name="assessment_opinion_confirmed_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["body", "-matter"], name="assessment_opinion_body")]

    def __str__(self) -> str:
        return self.title


class Report(RecordDetail):
    """A monthly statistics report, owed for each month, or an item of work information (kind assessment.report).

    month: the first day of the month that it tells of. due_at: of a statistics report only.
    """

    class Type(models.TextChoices):
        MONTHLY = "monthly_report", "统计报表"
        INFORMATION = "information", "工作信息"

    type = models.CharField("类别", max_length=16, choices=Type)
    month = models.DateField("所属月份")
    due_at = models.DateTimeField("报送期限", null=True)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", blank=True)
    filed_at = models.DateTimeField("报送时间", null=True)
    filed_by = models.CharField("报送人", max_length=80, blank=True)
    struck_at = models.DateTimeField("不予计入时间", null=True)
    struck_by = models.CharField("认定人", max_length=80, blank=True)
    struck_reason = models.CharField("不予计入原因", max_length=200, blank=True)

    class Meta(RecordDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "每月报送"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "month"],
                condition=Q(type="monthly_report"),
                name="assessment_report_one_a_month",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_by="")
                | (Q(filed_at__isnull=False) & ~Q(filed_by="")),
                name="assessment_report_filed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by="", struck_reason="")
                | (Q(struck_at__gte=F("filed_at")) & ~Q(struck_by="") & ~Q(struck_reason="")),
                name="assessment_report_struck_who_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-matter"], name="assessment_report_body"),
            models.Index(fields=["month", "type"], name="assessment_report_month"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def late(self) -> bool:
        """Whether it was filed after its due time, to the second."""
        if self.due_at is None or self.filed_at is None:
            return False
        return self.filed_at.replace(microsecond=0) > self.due_at


class Dismissal(LedgerModel):
    """A candidate for a deduction that a person looked at and let go, with the reason."""

    key = models.CharField("来源", max_length=60, unique=True)
    jurisdiction = models.CharField("辖区", max_length=32)
    matter = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+", verbose_name="事项")
    reason = models.CharField("原因", max_length=200)
    by = models.CharField("认定人", max_length=80)
    at = models.DateTimeField("认定时间")

    def __str__(self) -> str:
        return self.key
