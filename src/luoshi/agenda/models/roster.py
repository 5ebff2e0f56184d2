"""Leaders, what each is in charge of, who assists, serves and stands in for whom, and written commissions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.agenda.models.base import Dated, MatterDetail, in_order


class Leader(Dated):
    """Someone in a leading office. rank: order among all leaders, 1 first. portfolio: the work, in words."""

    class Office(models.TextChoices):
        MAYOR = "mayor", "市长"
        EXECUTIVE_VICE_MAYOR = "executive_vice_mayor", "常务副市长"
        VICE_MAYOR = "vice_mayor", "副市长"
        PARTY_MEMBER = "party_member", "市政府党组成员"
        SECRETARY_GENERAL = "secretary_general", "秘书长"
        DEPUTY_SECRETARY_GENERAL = "deputy_secretary_general", "副秘书长"

    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, related_name="leading", verbose_name="人员"
    )
    office = models.CharField("职务", max_length=30, choices=Office)
    title = models.CharField("职务名称", max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField("排序")
    portfolio = models.CharField("分管工作", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "领导"
        ordering = ["rank", "id"]
        constraints = [
            in_order("leader"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="agenda_leader_one_office"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="agenda_leader_ranked"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.title or self.get_office_display()}"


class Charge(Dated):
    """Which leader is in charge of a body (分管)."""

    leader = models.ForeignKey(Leader, models.PROTECT, related_name="charges", verbose_name="分管领导")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")

    class Meta:
        verbose_name = verbose_name_plural = "分管单位"
        ordering = ["leader", "body"]
        constraints = [
            in_order("charge"),
            models.UniqueConstraint(
                fields=["body"], condition=Q(until__isnull=True), name="agenda_charge_one_leader"
            ),
        ]


class Assists(Dated):
    """Which deputy secretary-general assists a leader (协助)."""

    deputy = models.ForeignKey(Leader, models.PROTECT, related_name="assisted", verbose_name="副秘书长")
    leader = models.ForeignKey(Leader, models.PROTECT, related_name="assistants", verbose_name="所协助的领导")

    class Meta:
        verbose_name = verbose_name_plural = "协助关系"
        ordering = ["deputy", "leader"]
        constraints = [
            in_order("assists"),
            models.UniqueConstraint(
                fields=["leader"], condition=Q(until__isnull=True), name="agenda_assists_one_deputy"
            ),
            models.CheckConstraint(condition=~Q(deputy=F("leader")), name="agenda_assists_another"),
        ]


class Serves(Dated):
    """Which section of the office serves a leader (服务科室); papers for the leader go through it."""

    section = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="科室")
    leader = models.ForeignKey(Leader, models.PROTECT, related_name="sections", verbose_name="领导")

    class Meta:
        verbose_name = verbose_name_plural = "服务科室"
        ordering = ["section", "leader"]
        constraints = [
            in_order("serves"),
            models.UniqueConstraint(
                fields=["leader"], condition=Q(until__isnull=True), name="agenda_serves_one_section"
            ),
        ]


class Pair(Dated):
    """An AB pair: one row for both, so it is mutual by its nature; the first has the lower rank number."""

    first = models.ForeignKey(Leader, models.PROTECT, related_name="+", verbose_name="A角")
    second = models.ForeignKey(Leader, models.PROTECT, related_name="+", verbose_name="B角")

    class Meta:
        verbose_name = verbose_name_plural = "AB角"
        ordering = ["first__rank", "id"]
        constraints = [
            in_order("pair"),
            models.UniqueConstraint(
                fields=["first"], condition=Q(until__isnull=True), name="agenda_pair_first_once"
            ),
            models.UniqueConstraint(
                fields=["second"], condition=Q(until__isnull=True), name="agenda_pair_second_once"
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="agenda_pair_of_two"),
        ]


class Delegation(MatterDetail):
    """A written authorisation or commission (matter kind agenda.delegation).

    rule: id of an authority table that `to` decides by for the time ("" for none). when: facts it is limited to.
    powers: what else it carries (options of the rulebook's choice agenda.power). since, until: both included.
    """

    class Kind(models.TextChoices):
        AUTHORISATION = "authorisation", "授权"
        COMMISSION = "commission", "委托"

    kind = models.CharField("类别", max_length=14, choices=Kind)
    by = models.ForeignKey(Leader, models.PROTECT, related_name="given", verbose_name="授权人")
    to = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="被授权人")
    scope = models.CharField("事项", max_length=500)
    rule = models.CharField("审签权限", max_length=60, blank=True)
    when = models.JSONField("限于", default=dict)
    powers = models.JSONField("可代行", default=list)
    since = models.DateField("开始日期")
    until = models.DateField("截止日期")
    document = models.CharField("书面依据", max_length=200)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "授权委托"
        constraints = [
            in_order("delegation"),
            models.CheckConstraint(condition=~Q(document=""), name="agenda_delegation_written"),
        ]
        indexes = [models.Index(fields=["rule", "since", "until"], name="agenda_delegation_rule")]

    def __str__(self) -> str:
        return self.scope
