"""Entries of the knowledge base with all their versions, the errors found in them, and how often they were used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from luoshi.knowledge.models.base import KnowledgeModel, MatterDetail, Searchable, search_indexes


class Entry(Searchable):
    """A question with its answer, kept up by one body (matter kind knowledge.entry).

    content: field key -> text, by the content rule of its form. version: the number of the current version.
    """

    class Form(models.TextChoices):
        BASIC = "basic", "基本知识"
        SCRIPT = "script", "应急脚本"

    form = models.CharField("类别", max_length=10, choices=Form, default=Form.BASIC)
    title = models.CharField("事项名称", max_length=120)
    question = models.CharField("群众常问", max_length=300, blank=True)
    keywords = models.CharField("别名和关键词", max_length=200, blank=True)
    content = models.JSONField("内容", default=dict)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("建立时间")
    maintained_at = models.DateTimeField("最后维护时间")
    maintained_by = models.CharField("最后维护人", max_length=80)
    review_on = models.DateField("复核提醒日期")

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "知识条目"
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="knowledge_entry_has_a_title"),
            models.CheckConstraint(
                condition=Q(maintained_at__gte=F("created_at")), name="knowledge_entry_times_in_order"
            ),
        ]
        indexes = [
            *search_indexes("knowledge_entry"),
            models.Index(fields=["body", "-matter"], name="knowledge_entry_body"),
            models.Index(fields=["body", "review_on"], name="knowledge_entry_review", condition=Q(live=True)),
        ]

    def __str__(self) -> str:
        return self.title


class EntryVersion(KnowledgeModel):
    """An entry as it stood after one edit: who, when, and why. Never changed afterwards."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=300, blank=True)
    keywords = models.CharField(max_length=200, blank=True)
    content = models.JSONField(default=dict)
    note = models.CharField("修改说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    by = models.CharField("经办人", max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="knowledge_version_once")]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"


class Correction(KnowledgeModel):
    """An error that the platform found in an entry, with the points it costs the entry's body."""

    jurisdiction = models.CharField(max_length=32)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="corrections")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="责任单位")
    version = models.PositiveIntegerField("出错版本")
    what = models.CharField("错误内容", max_length=300)
    points = models.DecimalField("扣分", max_digits=5, decimal_places=2)
    at = models.DateTimeField("登记时间")
    by = models.CharField("登记人", max_length=80)
    mended_at = models.DateTimeField("改正时间", null=True)
    mended_by = models.CharField("改正人", max_length=80, blank=True)
    mended_version = models.PositiveIntegerField("改正版本", null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="knowledge_correction_points"),
            models.CheckConstraint(
                condition=Q(mended_at__isnull=True, mended_by="", mended_version__isnull=True)
                | (Q(mended_at__gte=F("at"), mended_version__isnull=False) & ~Q(mended_by="")),
                name="knowledge_correction_mended_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["body", "at"], name="knowledge_correction_body")]

    def __str__(self) -> str:
        return self.what


class Use(KnowledgeModel):
    """How often an entry or bulletin served to answer a citizen, by day; counted up in one statement."""

    matter = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "day"], name="knowledge_use_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.day}: {self.count}"
