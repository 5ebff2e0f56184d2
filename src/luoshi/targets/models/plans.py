"""A year's plan: what each body undertakes (its sheet), target by target, measure by measure."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.targets.models.base import Layer, MatterDetail


class Plan(MatterDetail):
    """The targets of one year (matter kind targets.plan).

    document, issued_on: the government document that hands them down; its day is the day of effect.
    """

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=120)
    sources = models.JSONField("编制依据", default=list)
    document = models.CharField("下达文号", max_length=60, blank=True)
    issued_on = models.DateField("下达日期", null=True)
    due_on = models.DateField("年度截止")
    common_document = models.CharField("共同性目标文件", max_length=100, blank=True)
    common_points = models.DecimalField("共同性目标分值", max_digits=6, decimal_places=2, null=True)
    digest = models.CharField("导入文件摘要", max_length=64, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "年度目标"
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year"], name="targets_plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True, document="")
                | (Q(issued_on__isnull=False) & ~Q(document="")),
                name="targets_plan_issued_by_a_document",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sheet(MatterDetail):
    """What one body undertakes in a year (matter kinds targets.county_sheet, targets.department_sheet).

    name: as the document writes it. body: who reports; None only where nobody could be found for the city's own.
    undivided: its targets are not parted into key and general ones.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sheets")
    layer = models.CharField("层级", max_length=12, choices=Layer)
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="责任单位"
    )
    name = models.CharField("单位", max_length=100)
    category = models.CharField("类别", max_length=20, blank=True)
    position = models.PositiveSmallIntegerField("次序")
    undivided = models.BooleanField("不分重点和一般", default=False)
    note = models.CharField("说明", max_length=300, blank=True)
    self_assessment = models.TextField("自查自评", blank=True)
    examination = models.TextField("考核认定意见", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "责任目标"
        constraints = [
            models.UniqueConstraint(fields=["plan", "layer", "name"], name="targets_sheet_once"),
            models.UniqueConstraint(
                fields=["plan", "layer", "body"],
                condition=Q(body__isnull=False),
                name="targets_sheet_one_for_a_body",
            ),
        ]
        indexes = [models.Index(fields=["plan", "layer", "position"], name="targets_sheet_order")]

    def __str__(self) -> str:
        return self.name


class Target(MatterDetail):
    """One target of a body (matter kind targets.target).

    points: None where the document gives none. outcome, said, on_track: the judgement of the last change, with its
    sentence. awarded: what a person gives for a target that was not met; deduction: what a precondition that failed costs.
    """

    class Group(models.TextChoices):
        KEY = "key", "重点目标"
        GENERAL = "general", "一般目标"
        UNDIVIDED = "undivided", "不分类"
        STRUCTURE = "structure", "结构优化升级"
        INNOVATION = "innovation", "创新驱动发展"
        FOUNDATION = "foundation", "基础能力建设"
        URBANISATION = "urbanisation", "新型城镇化"
        PRECONDITION = "precondition", "前置类扣分因素"

    class Outcome(models.TextChoices):
        MET = "met", "完成"
        NOT_MET = "not_met", "未完成"
        PENDING = "pending", "待定"
        TO_DECIDE = "to_decide", "待认定"
        NOT_APPLICABLE = "not_applicable", "不适用"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="targets")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="targets")
    number = models.PositiveSmallIntegerField("序号")
    group = models.CharField("类别", max_length=14, choices=Group)
    text = models.TextField("目标")
    points = models.DecimalField("分值", max_digits=6, decimal_places=2, null=True)
    awarded = models.DecimalField("认定得分", max_digits=6, decimal_places=2, null=True)
    deduction = models.DecimalField("扣分", max_digits=6, decimal_places=2, null=True)
    basis = models.CharField("依据文件", max_length=200, blank=True)
    method = models.CharField("考核口径", max_length=300, blank=True)
    data_source = models.CharField("数据来源", max_length=200, blank=True)
    person = models.CharField("责任人", max_length=40, blank=True)
    theme = models.CharField("专项", max_length=30, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    doubtful = models.BooleanField("数值存疑", default=False)
    doubt_settled = models.CharField("核对结论", max_length=200, blank=True)
    effective_on = models.DateField("生效日", null=True)
    decided = models.CharField("整项认定", max_length=14, blank=True)
    decided_reason = models.CharField("整项认定理由", max_length=300, blank=True)
    outcome = models.CharField("判定", max_length=14, choices=Outcome, default=Outcome.PENDING)
    on_track = models.BooleanField("目前符合", default=False)
    said = models.TextField("判定说明", blank=True)
    lacking = models.CharField("所缺", max_length=12, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "目标"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="targets_target_number_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="targets_target_points_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(awarded__isnull=True) | Q(awarded__gte=0, awarded__lte=models.F("points")),
                name="targets_target_awarded_within_points",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "matter"], name="targets_target_plan"),
            models.Index(fields=["plan", "outcome", "matter"], name="targets_target_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class TargetMeasure(LedgerModel):
    """One measure of a target, with what others set for it (assigned value, base, certificate, decision).

    value, base, assigned_value: in `unit`. certifier: the body that certifies. certified, decision: an outcome.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField()
    indicator = models.CharField("指标", max_length=120)
    comparison = models.CharField("比较", max_length=24)
    value = models.DecimalField("目标值", max_digits=18, decimal_places=4, null=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    set_by = models.CharField("下达或认定机关", max_length=60, blank=True)
    reference = models.CharField("参照指标", max_length=60, blank=True)
    expected = models.BooleanField("预期性", default=False)
    due_on = models.DateField("完成日", null=True)
    base = models.DecimalField("上年基数", max_digits=18, decimal_places=4, null=True)
    assigned_value = models.DecimalField("下达数", max_digits=18, decimal_places=4, null=True)
    assigned_comparison = models.CharField("下达数的比较", max_length=24, blank=True)
    assigned_text = models.CharField("下达要求", max_length=200, blank=True)
    assigned_document = models.CharField("下达文件", max_length=100, blank=True)
    certifier = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="认定部门"
    )
    certified = models.CharField("认定", max_length=14, blank=True)
    decision = models.CharField("人工认定", max_length=14, blank=True)
    reason = models.CharField("认定理由", max_length=300, blank=True)
    counted = models.BooleanField("按累计件数计算", default=False)

    class Meta:
        ordering = ["target", "position"]
        constraints = [models.UniqueConstraint(fields=["target", "position"], name="targets_measure_once")]
        indexes = [
            models.Index(
                fields=["certifier", "id"],
                name="targets_measure_to_certify",
                condition=Q(comparison="certified", certified=""),
            )
        ]

    def __str__(self) -> str:
        return self.indicator
