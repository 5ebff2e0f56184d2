"""Briefs (简报) that units send to the government."""

from __future__ import annotations

from django.db import models

from luoshi.documents.models.base import MatterDetail


class Brief(MatterDetail):
    """One kind of brief of a unit (matter kind documents.brief). reason: why a further kind is needed."""

    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="报送单位")
    name = models.CharField("简报名称", max_length=100)
    reason = models.CharField("增加的理由", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "简报"
        indexes = [models.Index(fields=["body", "-matter"], name="documents_brief_body")]
