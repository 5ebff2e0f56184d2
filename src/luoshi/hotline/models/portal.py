"""What the public portal keeps before a request exists: drafts that only their writer can read, and counts of use."""

from __future__ import annotations

from django.db import models

from luoshi.hotline.models.base import HotlineModel
from luoshi.hotline.models.requests import Request


class CitizenDraft(HotlineModel):
    """A request that a citizen is still writing.

    key: the digest of the token in the citizen's cookie. sealed: what was typed, encrypted with that token, so
    that nobody reads it here. sent: the request that it became; a second press of the button finds it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField(default=bytes)
    changed_at = models.DateTimeField("最近修改")
    expires_at = models.DateTimeField("保存到", db_index=True)
    sent = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")


class CitizenDraftFile(HotlineModel):
    """A file of a draft, name and content encrypted like the draft itself."""

    draft = models.ForeignKey(CitizenDraft, models.CASCADE, related_name="files")
    name = models.BinaryField()
    content = models.BinaryField()
    size = models.PositiveIntegerField("字节数")


class Throttle(HotlineModel):
    """How often something was asked for from one address since a moment; the address stands here as a digest only."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()
