"""Announcements and important information: issued by a body, copied to the platform at the same time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from luoshi.knowledge.models.base import MatterDetail, Searchable, search_indexes


class Bulletin(Searchable):
    """A bulletin (matter kind knowledge.bulletin).

    topic: a value of the choice knowledge.bulletin. announced_at: when the public was told; copied_at: when the
    platform was; late_copy: whether the second came later than the rules allow. It holds from valid_from until,
    but not at, valid_until; without an end until it is withdrawn.
    """

    topic = models.CharField("类别", max_length=20)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("内容")
    valid_from = models.DateTimeField("生效时间")
    valid_until = models.DateTimeField("失效时间", null=True)
    announced_at = models.DateTimeField("面向社会发布时间", null=True)
    copied_at = models.DateTimeField("抄告平台时间", null=True)
    late_copy = models.BooleanField("迟抄告", default=False)
    seen_at = models.DateTimeField("平台查阅时间", null=True)
    seen_by = models.CharField("平台查阅人", max_length=80, blank=True)
    maintained_at = models.DateTimeField("最后维护时间")
    maintained_by = models.CharField("最后维护人", max_length=80)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "公告和重要信息"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="knowledge_bulletin_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True, copied_at__isnull=True)
                | Q(copied_at__gte=F("announced_at")),
                name="knowledge_bulletin_copied_once_announced",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by="") | (Q(seen_at__isnull=False) & ~Q(seen_by="")),
                name="knowledge_bulletin_seen_who_and_when",
            ),
        ]
        indexes = [
            *search_indexes("knowledge_bulletin"),
            models.Index(fields=["-valid_from"], name="knowledge_bulletin_live", condition=Q(live=True)),
            models.Index(fields=["body", "-matter"], name="knowledge_bulletin_body"),
            models.Index(
                fields=["-matter"],
                name="knowledge_bulletin_unseen",
                condition=Q(live=True, seen_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
