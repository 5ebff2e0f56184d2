"""What was learned for suggesting units, what was suggested and chosen, and what many people complain of."""

from __future__ import annotations

from django.db import models

from luoshi.hotline.models.base import HotlineModel
from luoshi.hotline.models.requests import Request
from luoshi.ledger.models import Matter


class SuggestionModel(HotlineModel):
    """A model learned from the city's own dispatches; its file lies in Luoshi's folder under its checksum."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="suggestion_model")
    trained_at = models.DateTimeField("学习时间")
    trained_by = models.CharField("由谁学习", max_length=80)
    rows = models.PositiveIntegerField("派单件数")
    units = models.PositiveIntegerField("单位个数")
    macro_f1 = models.FloatField("留出部分的宏平均F1")
    accuracy = models.FloatField("留出部分的正确率")
    majority_f1 = models.FloatField("只猜最多单位的宏平均F1")
    size = models.PositiveIntegerField("文件字节数")
    sha256 = models.CharField("文件校验值", max_length=64)

    class Meta:
        indexes = [models.Index(fields=["-trained_at"], name="suggestion_model_newest")]

    @property
    def accuracy_percent(self) -> int:
        """How often the first suggestion was right on rows that the model had not seen, in percent."""
        return round(100 * self.accuracy)


class SuggestionUse(HotlineModel):
    """What was suggested when a request was dispatched, and which unit was chosen; no texts, no persons.

    offered: unit and confidence in percent, in order. place: the place of the chosen unit among them (1: the
    first), none when it was not among them. by: the model's checksum, or `similar` where similar requests told.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="suggestion_uses")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="选定单位")
    offered = models.JSONField("建议单位", default=list)
    place = models.PositiveSmallIntegerField("采用第几个", null=True)
    by = models.CharField("模型", max_length=64)
    at = models.DateTimeField("派单时间")

    class Meta:
        indexes = [models.Index(fields=["at", "body"], name="suggestion_use_at")]


class TopicSheet(HotlineModel):
    """What many people complained of, as it stood on a day: drawn anew while the day lasts, then kept."""

    day = models.DateField("日期", unique=True)
    drawn_at = models.DateTimeField("汇总时间")
    content = models.JSONField("热点", default=dict)
