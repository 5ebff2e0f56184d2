"""Bodies and the names they have had. A renamed bureau stays the same row."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from luoshi.ledger.reading import ReadModel
from luoshi.organisation.models.base import ServiceWrittenQuerySet, dates_in_order


class Body(ReadModel):
    """A body (机构) that can own matters: a department, a county, an enterprise, the platform itself."""

    class Kind(models.TextChoices):
        COUNTY = "county", "县（市、区）政府"
        COMMITTEE = "committee", "管委会"
        DEPARTMENT = "department", "政府部门"
        ENTERPRISE = "enterprise", "企业"
        PLATFORM = "platform", "12345平台"
        COMMAND_CENTRE = "command_centre", "指挥中心"
        LEADING_GROUP = "leading_group", "领导小组"
        PUBLIC_SECURITY = "public_security", "公安机关"
        SECTION = "section", "内设机构"
        OTHER = "other", "其他单位"

    class Standing(models.TextChoices):
        WORK_DEPARTMENT = "work_department", "政府工作部门（组成部门）"
        SPECIAL = "special", "直属特设机构"
        AFFILIATED = "affiliated", "直属机构"
        INSTITUTION = "institution", "直属事业单位"
        DISPATCHED = "dispatched", "派出机构"
        DIRECT_UNIT = "direct_unit", "直属单位"

    class Area(models.TextChoices):
        URBAN = "urban", "市区"
        SUBURBAN = "suburban", "市郊"

    code = models.SlugField("代码", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    standing = models.CharField("机构性质", max_length=20, choices=Standing, blank=True, default="")
    name = models.CharField("现用名称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机构"
    )
    jurisdiction = models.SlugField("地区", max_length=40)
    active = models.BooleanField("在用", default=True)
    takes_requests = models.BooleanField(
        "承办诉求件", default=False, help_text="是承办单位，也是考核的责任单位"
    )
    handles_onsite = models.BooleanField("担负现场处置任务", default=False)
    area = models.CharField("所在区域", max_length=10, choices=Area, default=Area.URBAN)
    since = models.DateField("设立日期")
    until = models.DateField("撤销日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="took_over", verbose_name="并入"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        ordering = ["kind", "code"]
        constraints = [
            dates_in_order("body"),
            models.CheckConstraint(
                condition=Q(active=True, until__isnull=True) | Q(active=False, until__isnull=False),
                name="organisation_body_closed_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(short_name=""), name="organisation_body_has_names"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="organisation_body_not_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(active=False) & ~Q(merged_into=models.F("id"))),
                name="organisation_body_merged_is_closed",
            ),
        ]
        indexes = [models.Index(fields=["jurisdiction", "kind"], name="organisation_body_kind")]

    def __str__(self) -> str:
        return self.name

    def name_on(self, day: dt.date) -> str:
        """The official name that the body bore on `day`; before its first recorded name, that first name.

        Uses prefetched `names` when they are there.
        """
        official = sorted(
            (name for name in self.names.all() if name.kind == BodyName.Kind.OFFICIAL),
            key=lambda name: name.since,
        )
        current = [name for name in official if name.since <= day]
        if current:
            return current[-1].name
        return official[0].name if official else self.name


class BodyName(ReadModel):
    """A name of a body for a period: official, on an additional plate (加挂牌子), or a short form in use."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", "正式名称"
        PLATE = "plate", "加挂牌子"
        ALIAS = "alias", "简称或习称"

    body = models.ForeignKey(Body, models.PROTECT, related_name="names", verbose_name="机构")
    kind = models.CharField("名称类别", max_length=10, choices=Kind, default=Kind.OFFICIAL)
    name = models.CharField("名称", max_length=100)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True, blank=True)
    document = models.CharField("依据文件", max_length=200, blank=True)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机构名称"
        ordering = ["body", "kind", "since"]
        constraints = [
            dates_in_order("bodyname"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_bodyname_not_empty"),
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(kind="official", until__isnull=True),
                name="organisation_bodyname_one_current",
            ),
            models.UniqueConstraint(
                fields=["body", "kind", "name", "since"], name="organisation_bodyname_once"
            ),
        ]
        indexes = [models.Index(fields=["name"], name="organisation_bodyname_name")]

    def __str__(self) -> str:
        return self.name
