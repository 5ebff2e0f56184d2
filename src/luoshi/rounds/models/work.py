"""What is found through the year, the team, and its marks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.rounds.models.base import MatterDetail, RoundsModel
from luoshi.rounds.models.rounds import Round, RoundUnit


class Record(MatterDetail):
    """A daily record (matter kind rounds.record). What it changes: points (signed) of `leaf`, so many times the
    `failure` of `leaf`, or so many times the count `veto`. Unapproved ones that need approval do not count.

    cause: what it goes back to (a report, an instruction, a circular); in a bonus or deduction the same cause counts
    once for an item and a unit."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="records", verbose_name="考评")
    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="records", verbose_name="单位")
    day = models.DateField("发生日期")
    kind = models.CharField("类别", max_length=20)
    method = models.CharField("方式", max_length=20)
    text = models.TextField("情况")
    cause = models.CharField("事由", max_length=200, blank=True)
    leaf = models.CharField("指标", max_length=40, blank=True)
    points = models.DecimalField("加减分", max_digits=7, decimal_places=2, null=True)
    failure = models.CharField("扣分情形", max_length=20, blank=True)
    veto = models.CharField("否决情形", max_length=40, blank=True)
    times = models.PositiveSmallIntegerField("次数", default=1)
    established_by = models.CharField("认定人", max_length=80, blank=True)
    needs_approval = models.BooleanField("须审批", default=False)
    entered_by = models.CharField("登记人", max_length=80)
    approved_by = models.CharField("批准人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "日常记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(veto="") | ~Q(established_by=""), name="rounds_record_veto_established"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | ~Q(leaf=""), name="rounds_record_points_on_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["round", "-day", "-matter"], name="rounds_record_day"),
            models.Index(fields=["unit", "-day"], name="rounds_record_unit"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def counts(self) -> bool:
        """Whether it counts now: not withdrawn, and approved where it must be."""
        return self.matter.state == "approved" or (self.matter.state == "entered" and not self.needs_approval)


class QuarterNotice(RoundsModel):
    """The notice of what the daily records of a quarter (or month) found. period: 2017-Q1 or 2017-03."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="notices", verbose_name="考评")
    period = models.CharField("期次", max_length=8)
    text = models.TextField("通报")
    listed = models.JSONField("所列记录", default=list)
    at = models.DateTimeField("通报时间")
    by = models.CharField("通报人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        constraints = [models.UniqueConstraint(fields=["round", "period"], name="rounds_notice_once")]
        ordering = ["period"]

    def __str__(self) -> str:
        return f"{self.round} {self.period}"


class Draw(RoundsModel):
    """A draw for spot checks. pool, drawn: unit keys. The seed and the pool give the same draw again."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="draws", verbose_name="考评")
    period = models.CharField("期次", max_length=8)
    class_key = models.CharField("类别", max_length=40)
    seed = models.CharField("随机种子", max_length=64)
    pool = models.JSONField("被抽取范围")
    drawn = models.JSONField("抽中单位")
    at = models.DateTimeField("抽取时间")
    by = models.CharField("抽取人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        constraints = [
            models.UniqueConstraint(fields=["round", "period", "class_key"], name="rounds_draw_once")
        ]
        ordering = ["period", "class_key"]

    def __str__(self) -> str:
        return f"{self.round} {self.period} {self.class_key}"


class SpotScore(RoundsModel):
    """What a spot check of a drawn unit gave, on a scale of 100."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="scores", verbose_name="抽查")
    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="spot_scores", verbose_name="单位")
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    text = models.TextField("发现情况", blank=True)
    at = models.DateTimeField("登记时间")
    by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "抽查得分"
        constraints = [
            models.UniqueConstraint(fields=["draw", "unit"], name="rounds_spot_score_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="rounds_spot_score_of_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.points}"


class Member(RoundsModel):
    """A member of the assessment team. pool: where the member comes from, by the rule's key."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="members", verbose_name="考评")
    user = models.ForeignKey("organisation.User", models.PROTECT, related_name="+", verbose_name="账号")
    name = models.CharField("姓名", max_length=40)
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    pool = models.CharField("来源", max_length=40)
    left_at = models.DateTimeField("退出时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核组成员"
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="rounds_member_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Assignment(RoundsModel):
    """What a member marks: a class of units, or one unit of it; all items, or those of one top group (column)."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="assignments", verbose_name="成员")
    class_key = models.CharField("类别", max_length=40)
    unit = models.ForeignKey(RoundUnit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    item = models.CharField("栏目", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评分任务"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "class_key", "unit", "item"],
                name="rounds_assignment_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.class_key} {self.unit or ''} {self.item}"


class Mark(RoundsModel):
    """What one assessor gives one unit for one item; member None: the agreed mark, which goes before the others.

    answers: {ask: met | unmet | na} of a check; {failure: times} of failures.
    """

    unit = models.ForeignKey(RoundUnit, models.PROTECT, related_name="marks", verbose_name="单位")
    leaf = models.CharField("指标", max_length=40)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="marks", verbose_name="成员")
    points = models.DecimalField("评分", max_digits=8, decimal_places=2, null=True)
    answers = models.JSONField("逐项", default=dict)
    methods = models.JSONField("方式", default=list)
    note = models.CharField("理由", max_length=500, blank=True)
    at = models.DateTimeField("评分时间")
    by = models.CharField("评分人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "评分"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "leaf", "member"], name="rounds_mark_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.leaf}"


class FrozenSheet(RoundsModel):
    """The result of one class with everything it was computed from. stamp: the rulebook's name and version.

    inputs: {"points": {leaf: …}, "units": [{"unit", "name", "counts"}]}. result: what the engine gave, by unit.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="sheets", verbose_name="考评")
    class_key = models.CharField("类别", max_length=40)
    inputs = models.JSONField("数据")
    result = models.JSONField("结果")
    stamp = models.CharField("规则版本", max_length=80)
    at = models.DateTimeField("汇总时间")

    class Meta:
        verbose_name = verbose_name_plural = "考评结果"
        constraints = [
            models.UniqueConstraint(fields=["round", "class_key"], name="rounds_sheet_once_a_class")
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.class_key}"
