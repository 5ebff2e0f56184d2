"""A meeting, its agenda, who attends it, leave asked of it, and papers handed out there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.meetings.models.base import MatterDetail

PERSON = "organisation.Person"
BODY = "organisation.Body"


class Meeting(MatterDetail):
    """A meeting of the government (matter kind meetings.meeting; its body is the section that organises it).

    kind: a kind of meeting of the rulebook. ordinal: 第N次 within its series, given when it opens, so that a
    cancelled meeting leaves no gap. commission: the record by which somebody other than the head presides.
    press: undecided until the chair has said whether it is reported.
    """

    class Press(models.TextChoices):
        UNDECIDED = "", "未定"
        PUBLIC = "public", "公开报道"
        INTERNAL = "internal", "不公开报道"

    kind = models.CharField("种类", max_length=20)
    title = models.CharField("会议名称", max_length=200)
    year = models.PositiveSmallIntegerField("年度")
    ordinal = models.PositiveIntegerField("次数", null=True)
    organiser = models.ForeignKey(BODY, models.PROTECT, related_name="+", verbose_name="承办科室")
    convenor = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="召集人")
    chair = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="主持人")
    chair_office = models.CharField("主持人职务", max_length=40)
    commission = models.CharField("委托主持记录", max_length=300, blank=True)
    commissioned_by = models.CharField("委托人", max_length=80, blank=True)
    commissioned_at = models.DateTimeField("委托时间", null=True)
    extended = models.BooleanField("扩大会议", default=False)
    extraordinary = models.CharField("临时召开事由", max_length=300, blank=True)
    planned_at = models.DateTimeField("拟定时间")
    place = models.CharField("地点", max_length=120)
    recorder = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="记录人")
    proposal = models.TextField("会议方案说明", blank=True)
    approved_at = models.DateTimeField("方案确定时间", null=True)
    approved_by = models.CharField("方案确定人", max_length=80, blank=True)
    convened_at = models.DateTimeField("发出通知时间", null=True)
    opened_at = models.DateTimeField("开始时间", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)
    in_post = models.PositiveSmallIntegerField("应到", null=True)
    present = models.PositiveSmallIntegerField("实到", null=True)
    press = models.CharField("新闻报道", max_length=10, choices=Press, blank=True, default=Press.UNDECIDED)
    minutes_waived = models.CharField("不编印纪要的理由", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "kind", "year", "ordinal"], name="meetings_meeting_ordinal_once"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, ordinal__isnull=True)
                | Q(opened_at__isnull=False, ordinal__isnull=False),
                name="meetings_meeting_opened_has_an_ordinal",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("opened_at")),
                name="meetings_meeting_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(commission="", commissioned_at__isnull=True)
                | (~Q(commission="") & ~Q(commissioned_by="") & Q(commissioned_at__isnull=False)),
                name="meetings_meeting_commission_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-planned_at"], name="meetings_meeting_kind"),
            models.Index(fields=["-planned_at"], name="meetings_meeting_when"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(LedgerModel):
    """A topic on the agenda of a meeting.

    treatment: decide (审议决定类) or adopt (审定通过类). minutes: planned length, in minutes; starts_at: planned
    begin of its window. reporter_stand_in: the chair's consent that somebody else reports. Done items have an
    outcome and its text.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "待议"
        RUNNING = "running", "正在审议"
        DONE = "done", "已议"
        CANCELLED = "cancelled", "已取消"
        POSTPONED = "postponed", "已延后"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    topic = models.ForeignKey("meetings.Topic", models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("次序")
    treatment = models.CharField("议题分类", max_length=12)
    minutes = models.PositiveSmallIntegerField("计划用时", null=True)
    longer = models.CharField("延长汇报时间的理由", max_length=300, blank=True)
    starts_at = models.DateTimeField("预计开始", null=True)
    reporter = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="汇报人")
    reporter_stand_in = models.CharField("同意代为汇报", max_length=300, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    began_at = models.DateTimeField("开始审议", null=True)
    ended_at = models.DateTimeField("审议结束", null=True)
    outcome = models.CharField("结果", max_length=20, blank=True)
    text = models.TextField("议定意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "议程"
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "topic"], name="meetings_item_topic_once"),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="meetings_item_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status="running"), name="meetings_item_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="meetings_item_done_has_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["topic"], name="meetings_item_topic")]

    def __str__(self) -> str:
        return f"{self.position}. {self.topic.matter.title}"


class Attendee(LedgerModel):
    """Somebody on the list of a meeting; who is not on it does not sign in.

    part: member counts for the quorum; standing observers attend throughout; observers, guests, reporters and
    assistants attend their items (`seats`). person empty: a guest without an account. in_place_of: of a
    substitute, whom they replace; assists: of an assistant, the reporter.
    """

    class Part(models.TextChoices):
        MEMBER = "member", "出席"
        STANDING = "standing", "固定列席"
        REPORTER = "reporter", "汇报"
        OBSERVER = "observer", "列席"
        GUEST = "guest", "邀请"
        ASSISTANT = "assistant", "汇报人助手"
        PRESS = "press", "新闻单位"
        STAFF = "staff", "会务"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendees")
    part = models.CharField("身份", max_length=10, choices=Part)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    name = models.CharField("姓名", max_length=80)
    body = models.ForeignKey(BODY, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    unit = models.CharField("单位名称", max_length=100, blank=True)
    duty = models.CharField("职务", max_length=80, blank=True)
    in_place_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="substitutes")
    assists = models.ForeignKey("self", models.PROTECT, null=True, related_name="assistants")
    notified_at = models.DateTimeField("通知时间", null=True)
    receipt_at = models.DateTimeField("回执时间", null=True)
    materials_at = models.DateTimeField("材料送达时间", null=True)
    discipline_at = models.DateTimeField("会议纪律确认时间", null=True)
    on_leave = models.BooleanField("已准假", default=False)
    written_opinion = models.TextField("书面意见", blank=True)
    signed_in_at = models.DateTimeField("签到时间", null=True)
    left_at = models.DateTimeField("离场时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "参会人员"
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(person__isnull=False),
                name="meetings_attendee_listed_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("signed_in_at")),
                name="meetings_attendee_leaves_after_coming",
            ),
            models.CheckConstraint(
                condition=Q(in_place_of__isnull=True) | ~Q(part="member"),
                name="meetings_attendee_substitute_is_no_member",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="meetings_attendee_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def here(self) -> bool:
        """Whether they have signed in and not left."""
        return self.signed_in_at is not None and self.left_at is None


class Seat(LedgerModel):
    """That somebody on the list attends an item; members and standing observers need none."""

    attendee = models.ForeignKey(Attendee, models.PROTECT, related_name="seats")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="seats")
    called_at = models.DateTimeField("通知候会时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "议题席位"
        constraints = [models.UniqueConstraint(fields=["attendee", "item"], name="meetings_seat_once")]


class LeaveRequest(MatterDetail):
    """Leave asked of a meeting (matter kind meetings.leave, child of the meeting).

    asker: leader, principal or other, as the rulebook tells them apart. step: the stop of the rulebook's way at
    which it stands, from 0. opinion: on the topics, given before the meeting.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="leaves")
    attendee = models.ForeignKey(Attendee, models.PROTECT, related_name="leaves")
    asker = models.CharField("请假人类别", max_length=10)
    reason = models.CharField("事由", max_length=300)
    opinion = models.TextField("对议题的意见", blank=True)
    substitute = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="代会人")
    step = models.PositiveSmallIntegerField("环节", default=0)
    reported_by = models.CharField("报告人", max_length=80, blank=True)
    decided_by = models.CharField("批准人", max_length=80, blank=True)
    decided_at = models.DateTimeField("批准时间", null=True)
    remark = models.CharField("批准意见", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "会议请假"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="")
                | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="meetings_leave_who_and_when",
            )
        ]


class NumberedCopy(LedgerModel):
    """A copy of a paper that is to come back: handed out by number, returned before leaving.

    mark: recall (会后收回), secret or confidential.
    """

    class Mark(models.TextChoices):
        RECALL = "recall", "会后收回"
        SECRET = "secret", "秘密"
        CONFIDENTIAL = "confidential", "机密"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="copies")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, related_name="copies")
    paper = models.CharField("文件", max_length=200)
    mark = models.CharField("标记", max_length=14, choices=Mark)
    number = models.PositiveIntegerField("份号")
    holder = models.ForeignKey(Attendee, models.PROTECT, related_name="copies")
    handed_at = models.DateTimeField("发放时间")
    handed_by = models.CharField("发放人", max_length=80)
    returned_at = models.DateTimeField("收回时间", null=True)
    returned_to = models.CharField("收回人", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "编号文件"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="meetings_copy_number_once"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_to="")
                | (Q(returned_at__gte=models.F("handed_at")) & ~Q(returned_to="")),
                name="meetings_copy_returned_who_and_when",
            ),
        ]
