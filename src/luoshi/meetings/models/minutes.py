"""After the meeting: its record, statements, minutes with their decisions, press releases, submissions, archive."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.meetings.models.base import MatterDetail
from luoshi.meetings.models.meetings import BODY, PERSON, AgendaItem, Attendee, Meeting


class Statement(LedgerModel):
    """What somebody said on an item, as the recorder wrote it down. minutes: how long they spoke."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="statements")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="statements")
    speaker = models.ForeignKey(Attendee, models.PROTECT, related_name="statements")
    text = models.TextField("发言")
    minutes = models.PositiveSmallIntegerField("用时", null=True)
    written = models.BooleanField("书面意见", default=False)
    at = models.DateTimeField("时间")
    by = models.CharField("记录人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "发言记录"
        ordering = ["item", "pk"]


class Record(LedgerModel):
    """The record (会议记录) of a meeting, frozen when it closes: time, place, those present, absent, chair, recorder.

    content: the seven fields by key, as they stood at the close; statements and results stand beside it.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, primary_key=True, related_name="record")
    content = models.JSONField("内容", default=dict)
    at = models.DateTimeField("整理时间")
    by = models.CharField("记录人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "会议记录"


class Minutes(MatterDetail):
    """The minutes (会议纪要) of a meeting (matter kind meetings.minutes, child of the meeting).

    beyond: a decision lies outside the field of the vice mayor who presided. distribution: receivers, by name;
    distribution_by: who set another list than the rule's. noted: the copy for the head, read by.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes_paper")
    title = models.CharField("标题", max_length=200)
    number = models.CharField("编号", max_length=60, blank=True)
    text = models.TextField("正文", blank=True)
    beyond = models.BooleanField("超出分管范围", default=False)
    opinion = models.TextField("秘书长意见", blank=True)
    distribution = models.JSONField("发送范围", default=list)
    distribution_by = models.CharField("发送范围确定人", max_length=80, blank=True)
    checked_by = models.CharField("审核人", max_length=80, blank=True)
    checked_at = models.DateTimeField("审核时间", null=True)
    signed_by = models.CharField("签发人", max_length=80, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True)
    issued_at = models.DateTimeField("印发时间", null=True)
    issued_by = models.CharField("印发人", max_length=80, blank=True)
    copy_owed = models.BooleanField("报市长备案", default=False)
    noted_by = models.CharField("备案人", max_length=80, blank=True)
    noted_at = models.DateTimeField("备案时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议纪要"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by="")
                | (Q(signed_at__isnull=False) & ~Q(signed_by="")),
                name="meetings_minutes_signed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, number="")
                | (Q(issued_at__gte=models.F("signed_at")) & ~Q(number="") & ~Q(issued_by="")),
                name="meetings_minutes_issued_after_signing",
            ),
        ]


class Resolution(LedgerModel):
    """One thing decided, as the minutes say it, with who carries it out by when. task: what follows it."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="resolutions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="resolutions")
    position = models.PositiveSmallIntegerField("次序")
    text = models.TextField("议定事项")
    lead = models.ForeignKey(BODY, models.PROTECT, null=True, related_name="+", verbose_name="牵头单位")
    assisting: Any = models.ManyToManyField(BODY, related_name="+", blank=True, verbose_name="配合单位")
    due_on = models.DateField("办结期限", null=True)
    task = models.ForeignKey("ledger.Matter", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        ordering = ["minutes", "position"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "position"], name="meetings_resolution_position_once")
        ]


class Review(LedgerModel):
    """What a vice mayor concerned says of minutes that go beyond the field of the one who presided."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="reviews")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opinion = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("审核时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "纪要审核"
        constraints = [models.UniqueConstraint(fields=["minutes", "person"], name="meetings_review_once")]


class PressRelease(MatterDetail):
    """The news of a meeting (matter kind meetings.press, child of the meeting). to_head: sent up to the head."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="press_release")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("新闻稿")
    to_head = models.CharField("报请审定理由", max_length=300, blank=True)
    approved_by = models.CharField("审定人", max_length=80, blank=True)
    approved_at = models.DateTimeField("审定时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议新闻稿"


class Submission(MatterDetail):
    """A report by which a decision goes to the Party committee (matter kind meetings.submission).

    in_name_of: party_group or government, as the rulebook says for the kind of meeting. drafter: the body that
    draws it up.
    """

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="submission")
    drafter = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="代拟单位")
    in_name_of = models.CharField("报送名义", max_length=20)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("汇报材料", blank=True)
    reviewed_by = models.CharField("审核人", max_length=80, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True)
    signed_by = models.CharField("签发人", max_length=80, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True)
    submitted_at = models.DateTimeField("报送时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "报请党委审议"


class Archive(MatterDetail):
    """A year's papers of the meetings that a section organised, to be handed to the keeper (meetings.archive).

    contents: by meeting, what was handed over and what was wanting with its reason.
    """

    year = models.PositiveSmallIntegerField("年度")
    section = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="移交科室")
    keeper = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="保存科室")
    contents = models.JSONField("清单", default=list)
    handed_by = models.CharField("移交人", max_length=80, blank=True)
    handed_at = models.DateTimeField("移交时间", null=True)
    received_by = models.CharField("接收人", max_length=80, blank=True)
    received_at = models.DateTimeField("接收时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议档案移交"
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year", "section"], name="meetings_archive_once"),
        ]
