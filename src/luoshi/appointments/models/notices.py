"""A notice of appointments and removals, and its acts in the order of the text."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.appointments.models.base import MatterDetail
from luoshi.appointments.models.probations import Probation
from luoshi.ledger.models import LedgerModel


class Notice(MatterDetail):
    """One notice (matter kind appointments.notice).

    serial, year, dated: its number and date, given at issue. party_document: the decision of the Party committee that
    came before. decision: the matter of the collective decision. historical: taken over from before; reason: why
    without a decision. site_on, gazette_*: where and when it was published.
    """

    title = models.CharField("标题", max_length=120)
    year = models.PositiveSmallIntegerField("年份", null=True)
    serial = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("文号", max_length=40, blank=True)
    dated = models.DateField("成文日期", null=True)
    addressees = models.JSONField("主送", default=list)
    closing = models.CharField("结尾所称职务", max_length=40, blank=True)
    party_document = models.CharField("党委决定文号", max_length=100, blank=True)
    decision = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="集体决策"
    )
    signed_by = models.CharField("签署人", max_length=80, blank=True)
    signed_at = models.DateTimeField("签署时间", null=True)
    historical = models.BooleanField("补录的历史通知", default=False)
    reason = models.CharField("免予关联集体决策的理由", max_length=200, blank=True)
    site_on = models.DateField("门户网站公开日期", null=True)
    site_reason = models.CharField("未当日公开的理由", max_length=200, blank=True)
    gazette_issue = models.CharField("公报期次", max_length=60, blank=True)
    gazette_on = models.DateField("公报刊载日期", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "任免通知"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "serial"], name="appointments_notice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(serial__isnull=True, year__isnull=True, dated__isnull=True, number="")
                | (
                    Q(serial__isnull=False, year__isnull=False, dated__isnull=False, serial__gte=1)
                    & ~Q(number="")
                ),
                name="appointments_notice_number_with_date",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by="")
                | (Q(signed_at__isnull=False) & ~Q(signed_by="")),
                name="appointments_notice_signed_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(historical=False) | ~Q(reason=""), name="appointments_notice_history_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["jurisdiction", "year", "serial"], name="appointments_notice_order")]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def gazette_lag(self) -> int | None:
        """Days from the date of the notice to its gazette."""
        return (self.gazette_on - self.dated).days if self.gazette_on and self.dated else None


class Act(LedgerModel):
    """One person, one post, one action; a person may have several in a notice.

    name, organisation, title, rank: as printed. body: the one that is meant, where it is known; settled: the paper that
    a correction of a doubtful name rests on. probation: printed at this act; covered: the probation holds for it.
    treatment: keeps pay and rank without a post. acting: holds the post for the time being. procedure: what else the law
    asks for, and procedure_on when that was done. post: what was written into the organisation, closes: what was ended.
    """

    class Action(models.TextChoices):
        APPOINT = "appoint", "任命"
        REMOVE = "remove", "免去"
        NO_LONGER = "no_longer", "不再担任"

    class Procedure(models.TextChoices):
        NONE = "", "无"
        CONGRESS = "congress", "人大常委会任免"
        COMPANY = "company", "企业程序"

    class Acting(models.TextChoices):
        NO = "", "否"
        ACTING = "acting", "代理"
        IN_CHARGE = "in_charge", "主持工作"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="acts", verbose_name="任免通知")
    position = models.PositiveSmallIntegerField("次序")
    name = models.CharField("姓名", max_length=40)
    sex = models.CharField("性别", max_length=2, blank=True)
    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="acts", verbose_name="人员"
    )
    action = models.CharField("动作", max_length=10, choices=Action)
    organisation = models.CharField("机构", max_length=100, blank=True)
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="acts", verbose_name="机构名册"
    )
    title = models.CharField("职务", max_length=60)
    printed = models.CharField("原文", max_length=160)
    rank = models.CharField("职级", max_length=20, blank=True)
    probation = models.BooleanField("注明试用期", default=False)
    covered = models.ForeignKey(
        Probation, models.PROTECT, null=True, related_name="acts", verbose_name="试用期"
    )
    head = models.BooleanField("机构主要负责人", default=False)
    leading = models.BooleanField("领导职务", default=True)
    treatment = models.BooleanField("待遇安排", default=False)
    acting = models.CharField("代理或主持", max_length=10, choices=Acting, blank=True, default="")
    procedure = models.CharField("另须程序", max_length=10, choices=Procedure, blank=True, default="")
    procedure_document = models.CharField("程序文号", max_length=100, blank=True)
    procedure_on = models.DateField("程序完成日", null=True)
    note = models.CharField("说明", max_length=300, blank=True)
    doubts = models.JSONField("存疑", default=list)
    settled = models.CharField("核对依据", max_length=200, blank=True)
    post = models.ForeignKey(
        "organisation.Post", models.PROTECT, null=True, related_name="+", verbose_name="任职"
    )
    closes = models.ForeignKey(
        "organisation.Post", models.PROTECT, null=True, related_name="+", verbose_name="结束的任职"
    )
    effective_on = models.DateField("生效日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "任免"
        ordering = ["notice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="appointments_act_place_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(title=""), name="appointments_act_name_and_title"
            ),
            models.CheckConstraint(
                condition=Q(procedure_on__isnull=True) | ~Q(procedure=""),
                name="appointments_act_procedure_named",
            ),
            models.CheckConstraint(
                condition=Q(probation=False) | Q(action="appoint"),
                name="appointments_act_probation_when_appointed",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="appointments_act_name"),
            models.Index(fields=["organisation", "title"], name="appointments_act_post"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_action_display()} {self.printed}"

    @property
    def pending(self) -> bool:
        """Whether a procedure beside the notice is still to be done."""
        return bool(self.procedure) and self.procedure_on is None

    @property
    def doubtful(self) -> bool:
        """Whether something printed is in doubt and nobody has settled it."""
        return bool(self.doubts) and not self.settled
