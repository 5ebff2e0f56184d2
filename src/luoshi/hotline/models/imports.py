"""Where an imported request came from."""

from __future__ import annotations

from django.db import models

from luoshi.hotline.models.base import HotlineModel
from luoshi.hotline.models.requests import Request
from luoshi.ledger.models import Matter


class ImportedRequest(HotlineModel):
    """The reference of an imported request in its source: imported once, whatever file it comes in again.

    `digest` tells whether the source has changed it since; `batch` is the import that brought it in.
    """

    source = models.CharField("来源", max_length=40)
    external_id = models.CharField("来源编号", max_length=64)
    request = models.OneToOneField(Request, models.PROTECT, related_name="imported")
    digest = models.CharField("内容指纹", max_length=64)
    batch = models.ForeignKey(Matter, models.PROTECT, related_name="imported", verbose_name="导入批次")
    row = models.PositiveIntegerField("行号")
    votes_for = models.PositiveIntegerField("点赞数", null=True)
    votes_against = models.PositiveIntegerField("反对数", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="imported_once")]
