"""The tree of classes of requests, in three levels, and the standard phrases that units reply with."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from luoshi.hotline.models.base import HotlineModel

LEVELS = ("一级", "二级", "三级")
SEPARATOR = "/"
LONGEST_NAME = 18
"""So that three names and what stands between them fit into Request.category."""


class Category(HotlineModel):
    """A class of requests (诉求分类). In use from `since` until, but not on, `until`; never deleted.

    path: the names from the top, as requests carry it (城乡建设/安全生产/事故处理). unit, entry: what is proposed for
    its requests; where it has none, its parent's count. merged_into: what took its place.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name="上级分类"
    )
    level = models.PositiveSmallIntegerField("级别")
    name = models.CharField("名称", max_length=LONGEST_NAME)
    path = models.CharField("全称", max_length=60, db_index=True)
    position = models.PositiveIntegerField("次序", default=0)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name="并入"
    )
    unit = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="默认承办单位"
    )
    entry = models.ForeignKey(
        "knowledge.Entry", models.PROTECT, null=True, related_name="+", verbose_name="默认知识条目"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "诉求分类"
        ordering = ["level", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__in=(2, 3), parent__isnull=False),
                name="category_level_fits_parent",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="category_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="category_has_a_name"),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="category_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def in_use(self, day: dt.date) -> bool:
        """Whether it may be chosen on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class Phrase(HotlineModel):
    """A standard phrase of a body for its replies or returns (常用语). Each edit ends one and begins another."""

    class Use(models.TextChoices):
        REPLY = "reply", "答复"
        RETURN = "return", "退单"

    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="phrases", verbose_name="单位")
    use = models.CharField("用于", max_length=10, choices=Use)
    title = models.CharField("名称", max_length=30)
    text = models.TextField("内容")
    number = models.PositiveIntegerField("版本", default=1)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True)
    changed_by = models.CharField("修改人", max_length=80)
    follows = models.OneToOneField("self", models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        ordering = ["use", "title", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="phrase_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["body", "use", "title"], condition=Q(until__isnull=True), name="phrase_title_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
