"""What the office gives account of: monthly notices and summaries, inspections, letters from the people, the register."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.supervision.models.base import MatterDetail
from luoshi.supervision.models.tasks import Task


class Bulletin(MatterDetail):
    """A monthly notice of what is overdue, or the month's summary to the leaders (matter kind supervision.bulletin).

    Its figures are taken when it is drawn up and kept. kind: overdue | summary. period: the month's first day.
    """

    kind = models.CharField("种类", max_length=10)
    period = models.DateField("月份")
    figures = models.JSONField("数据", default=dict)
    remark = models.TextField("评述", blank=True)
    issued_at = models.DateTimeField("印发时间", null=True)
    issued_by = models.CharField("印发人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "督查通报"
        constraints = [
            models.UniqueConstraint(fields=["kind", "period"], name="supervision_bulletin_once_a_month"),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by="")
                | (Q(issued_at__isnull=False) & ~Q(issued_by="")),
                name="supervision_bulletin_who_and_when",
            ),
        ]


class Inspection(MatterDetail):
    """An inspection of how the rules of decision are kept (matter kind supervision.inspection).

    by_kind: office | supervision | audit. bodies: names of those inspected. reported_to: the meeting that heard of it.
    """

    by_kind = models.CharField("检查机关", max_length=12)
    day = models.DateField("检查日期")
    bodies = models.TextField("被检查单位")
    text = models.TextField("检查情况")
    problems = models.TextField("发现的问题", blank=True)
    advice = models.TextField("整改建议", blank=True)
    reported_to = models.CharField("通报会议", max_length=200, blank=True)
    reported_on = models.DateField("通报日期", null=True)
    by = models.CharField("登记人", max_length=80)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "监督检查"


class Letter(MatterDetail):
    """A letter or visit (matter kind supervision.letter). What is important a leader reads in person.

    level: who is responsible by grade; the body in charge of the subject handles it as a task.
    """

    kind = models.CharField("形式", max_length=10)
    from_whom = models.CharField("来信来访人", max_length=60)
    received_on = models.DateField("收到日期")
    text = models.TextField("主要内容")
    important = models.BooleanField("重要", default=False)
    level = models.CharField("办理层级", max_length=12, blank=True)
    leader = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="阅批领导"
    )
    opinion = models.TextField("阅批意见", blank=True)
    read_at = models.DateTimeField("阅批时间", null=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="letters")
    answer = models.TextField("办理结果", blank=True)
    answered_at = models.DateTimeField("办结时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "来信来访"


class Entry(MatterDetail):
    """A line of the register (登记簿): who supervises or asks the government, what was said and done about it.

    kind: an option of supervision.register. outcome: an option of supervision.register_outcome once it is answered.
    """

    kind = models.CharField("种类", max_length=20)
    party = models.CharField("对方", max_length=120)
    day = models.DateField("日期")
    text = models.TextField("内容")
    outcome = models.CharField("结果", max_length=20, blank=True)
    answer = models.TextField("办理情况", blank=True)
    answered_at = models.DateTimeField("办结时间", null=True)
    by = models.CharField("登记人", max_length=80)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "登记簿"
        indexes = [models.Index(fields=["kind", "-matter"], name="supervision_entry_kind")]
