"""Leave and absence, and what else leaders ask permission for: speeches, attendance, congratulations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.agenda.models.base import MatterDetail
from luoshi.ledger.models import LedgerModel


class Leave(MatterDetail):
    """A request for leave (matter kind agenda.leave). starts_on, ends_on: days away, both included.

    office: of the one who asks, as the rulebook's tables know it (mayor …, unit_principal, township_principal).
    leaves_seat: they leave the place of their post. filed: to whom it was reported (报备), and when.
    """

    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, related_name="leaves", verbose_name="请假人"
    )
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    office = models.CharField("职务", max_length=30)
    kind = models.CharField("事由类别", max_length=20)
    reason = models.CharField("事由", max_length=300)
    destination = models.CharField("去往地点", max_length=100)
    leaves_seat = models.BooleanField("离开任职所在地")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    late_reason = models.CharField("未按时限申请的理由", max_length=300, blank=True)
    filed_to = models.CharField("报备对象", max_length=100, blank=True)
    filed_at = models.DateTimeField("报备时间", null=True)
    returned_on = models.DateField("返回日期", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "请假"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="agenda_leave_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_to="")
                | (Q(filed_at__isnull=False) & ~Q(filed_to="")),
                name="agenda_leave_filed_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["person", "starts_on"], name="agenda_leave_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on:%Y-%m-%d}"


class Absence(LedgerModel):
    """When somebody is away. since, until: from a moment to a moment; ended: it was over (returned, or called off).

    stands_in: others act for them meanwhile; designated: who, where it was arranged for this absence.
    until_return: it lasts until the return is recorded, even beyond `until`.
    """

    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, related_name="absences", verbose_name="人员"
    )
    leave = models.OneToOneField(Leave, models.PROTECT, related_name="absence", verbose_name="请假")
    designated = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="指定代行人"
    )
    kind = models.CharField("类别", max_length=20)
    since = models.DateTimeField("离开时间")
    until = models.DateTimeField("预计返回时间")
    ended = models.DateTimeField("实际结束时间", null=True)
    leaves_seat = models.BooleanField("离开任职所在地")
    stands_in = models.BooleanField("由他人代行")
    until_return = models.BooleanField("至销假为止")

    class Meta:
        verbose_name = verbose_name_plural = "外出"
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="agenda_absence_times_in_order"),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("since")),
                name="agenda_absence_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["person", "since"], name="agenda_absence_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%Y-%m-%d}"


class Clearance(MatterDetail):
    """A speech, an article, an appearance or the like for which leaders ask beforehand (matter kind agenda.clearance).

    kind: option of the rulebook's choice agenda.clearance_kind. on: the day of the event. host: the body that holds it.
    """

    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="领导")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    office = models.CharField("职务", max_length=30)
    kind = models.CharField("类别", max_length=30)
    subject = models.CharField("名称", max_length=200)
    text = models.TextField("内容", blank=True)
    on = models.DateField("日期")
    host = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="主办单位"
    )
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "报批事项"
        indexes = [models.Index(fields=["person", "on"], name="agenda_clearance_person")]

    def __str__(self) -> str:
        return self.subject


class Activity(MatterDetail):
    """A meeting or event at which a leader appears (matter kind agenda.activity).

    activity: option of the rulebook's choice agenda.activity. host: the body that holds it. clearance: the approval
    that it rests on, where one is needed.
    """

    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="领导")
    activity = models.CharField("类别", max_length=30)
    subject = models.CharField("名称", max_length=200)
    on = models.DateField("日期")
    host = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="主办单位"
    )
    clearance = models.ForeignKey(Clearance, models.PROTECT, null=True, related_name="+", verbose_name="批准")

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "领导活动"
        indexes = [models.Index(fields=["on", "matter"], name="agenda_activity_day")]

    def __str__(self) -> str:
        return self.subject


class Step(MatterDetail):
    """One stop of a leave's or a clearance's way (matter kind agenda.step).

    key: of the route's step. position: stops with the same number go alongside each other. person: whose turn it is;
    None: anybody with one of the `roles`. acts_for: whom they stand in for. note: why it is them, or why it was left out.
    """

    paper = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="agenda_steps")
    key = models.CharField(max_length=40)
    title = models.CharField("环节", max_length=80)
    position = models.PositiveSmallIntegerField("次序")
    roles = models.JSONField("角色", default=list)
    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    acts_for = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="代"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    done_at = models.DateTimeField("办理时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "办理环节"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["paper", "position"], name="agenda_step_order")]
