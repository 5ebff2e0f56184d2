"""A task (督办事项) with its assisting bodies, what they report, what they ask for, and how they were reminded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.supervision.models.base import MatterDetail


class Task(MatterDetail):
    """One thing to be seen through (matter kind supervision.task; its body is the lead).

    While the lead's printed name belongs to no body of the register the matter is of kind supervision.unplaced and
    `body` is empty; when it is clear, a task of the real body takes its place (`replaced_by`). source: the matter
    that it comes from. setter_person: the leader who set it, else the setter's office checks it. overseer: the body
    that urges. leader: who answers for it on the government's side; leader_open: the mayor has yet to name one.
    """

    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="牵头单位"
    )
    lead_name = models.CharField("牵头单位（原文）", max_length=100)
    content = models.TextField("工作要求")
    source = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="来源事项"
    )
    source_kind = models.CharField("来源", max_length=20)
    reference = models.CharField("依据", max_length=200, blank=True)
    setter_body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="交办单位"
    )
    setter_person = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="交办领导"
    )
    overseer = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="督办单位"
    )
    leader = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="负责领导"
    )
    leader_open = models.BooleanField("待市长明确牵头领导", default=False)
    first_responsible = models.CharField("第一责任人", max_length=80, blank=True)
    campaign = models.ForeignKey("supervision.Campaign", models.PROTECT, null=True, related_name="tasks")
    position = models.PositiveIntegerField("序号", null=True)
    report_every = models.CharField("反馈周期", max_length=12)
    important = models.BooleanField("重要", default=False)
    set_at = models.DateTimeField("立项时间")
    due_at = models.DateTimeField("办结时限", null=True)
    received_at = models.DateTimeField("签收时间", null=True)
    submitted_at = models.DateTimeField("报结时间", null=True)
    closed_at = models.DateTimeField("销号时间", null=True)
    returned = models.PositiveSmallIntegerField("退回次数", default=0)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "督办事项"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"],
                name="supervision_task_position",
                condition=Q(replaced_by__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(leader__isnull=True) | Q(leader_open=False), name="supervision_task_leader_named"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(submitted_at__isnull=False),
                name="supervision_task_closed_after_submitted",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-matter"], name="supervision_task_body"),
            models.Index(fields=["source_kind", "-matter"], name="supervision_task_source"),
            models.Index(fields=["due_at", "matter"], name="supervision_task_due"),
        ]


class Part(LedgerModel):
    """What an assisting body owes the lead (matter kind supervision.part, child of the task's).

    body and matter are empty while the printed name belongs to no body of the register.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="parts")
    matter = models.OneToOneField("ledger.Matter", models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="配合单位"
    )
    name = models.CharField("配合单位（原文）", max_length=100)
    duty = models.CharField("配合事项", max_length=300, blank=True)
    due_at = models.DateTimeField("回复时限", null=True)
    reply = models.TextField("回复", blank=True)
    replied_at = models.DateTimeField("回复时间", null=True)
    replied_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "name"], name="supervision_part_once"),
            models.CheckConstraint(
                condition=Q(body__isnull=True, matter__isnull=True)
                | Q(body__isnull=False, matter__isnull=False),
                name="supervision_part_known_has_a_matter",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_by="")
                | (Q(replied_at__isnull=False) & ~Q(replied_by="")),
                name="supervision_part_who_and_when",
            ),
        ]


class Report(LedgerModel):
    """What was reported on a task: progress, its completion, an inspection, views of those concerned, an evaluation."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    kind = models.CharField("种类", max_length=20)
    text = models.TextField("内容")
    of_whom = models.CharField("对象", max_length=60, blank=True)
    at = models.DateTimeField("时间")
    by = models.CharField("报告人", max_length=80)
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["task", "-id"], name="supervision_report_task")]


class Ask(MatterDetail):
    """Something that waits for one who sets or oversees: an extension, a problem, a check, a recheck, a leader to be named.

    Its matter (kind supervision.ask) is a child of the subject's and belongs to the body that decides; the fact
    `person` names the leader who decides in person.
    """

    subject = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+")
    kind = models.CharField("事由", max_length=20)
    text = models.TextField("说明")
    until = models.DateTimeField("申请延至", null=True)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.CharField("提出人", max_length=80)
    outcome = models.CharField("结果", max_length=12, blank=True)
    decision = models.TextField("意见", blank=True)
    granted_until = models.DateTimeField("同意延至", null=True)
    decided_at = models.DateTimeField("答复时间", null=True)
    decided_by = models.CharField("答复人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "待定事项"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind"], name="supervision_ask_one_waiting", condition=Q(outcome="")
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_at__isnull=False),
                name="supervision_ask_decided_has_time",
            ),
        ]


class Reminder(LedgerModel):
    """A reminder that went out by itself for something owed: once a day and obligation. level: to whom it went."""

    matter = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+")
    rule = models.CharField("规则", max_length=60)
    day = models.DateField("日期")
    stage = models.CharField("阶段", max_length=10)
    level = models.CharField("对象", max_length=20)
    to = models.CharField("收件人", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "rule", "day"], name="supervision_reminder_once_a_day")
        ]


class Accountability(LedgerModel):
    """Somebody called to account over a task (责任追究): what was found, by whom it was decided, with which measure."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="accountabilities")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="责任单位")
    person = models.CharField("责任人", max_length=80)
    fault = models.CharField("情形", max_length=20)
    text = models.TextField("事实和后果")
    measure = models.CharField("处理", max_length=200)
    decided_by = models.CharField("决定机关", max_length=100)
    document = models.CharField("文号", max_length=100, blank=True)
    at = models.DateTimeField("登记时间")
    by = models.CharField("登记人", max_length=80)

    class Meta:
        ordering = ["id"]
