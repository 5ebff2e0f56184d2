"""The ledger's tables. Written only by luoshi.ledger.services; the database refuses edits of events.

Every large table carries the jurisdiction, so that it can be partitioned or distributed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import connection, models

from luoshi.ledger import storing
from luoshi.ledger.fields import SealedTextField
from luoshi.ledger.reading import ReadModel

_door: ContextVar[bool] = ContextVar("ledger_door", default=False)


class DirectWrite(RuntimeError):
    """Someone wrote to the ledger past its door; the message names the service to call."""


@contextmanager
def door() -> Iterator[None]:
    """Open the ledger for writing; only the ledger's own services do this."""
    token = _door.set(True)
    try:
        yield
    finally:
        _door.reset(token)


def _refuse(model: type[models.Model]) -> NoReturn:
    raise DirectWrite(
        f"{model.__name__} is written by luoshi.ledger.services only: call matter_open, record or act"
    )


class LedgerQuerySet(models.QuerySet[Any]):
    """A query set that reads freely and writes only through the door."""

    def _check(self) -> None:
        if not _door.get():
            _refuse(self.model)

    def create(self, **kwargs: Any) -> Any:
        """Create a row; refused outside the ledger's services."""
        self._check()
        return super().create(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        """Create rows; refused outside the ledger's services."""
        self._check()
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        """Update rows; refused outside the ledger's services."""
        self._check()
        return super().bulk_update(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Update rows; refused outside the ledger's services."""
        self._check()
        return super().update(**kwargs)

    def delete(self) -> Any:
        """Delete rows; refused outside the ledger's services."""
        self._check()
        return super().delete()


class LedgerModel(ReadModel):
    """A table of the ledger: saved and deleted only through the door."""

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; refused outside the ledger's services."""
        if not _door.get():
            _refuse(type(self))
        if args or not self._stored(**kwargs):
            super().save(*args, **kwargs)

    def _stored(
        self,
        *,
        force_insert: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
        **others: Any,
    ) -> bool:
        """Whether a statement that the connection knows already did it (luoshi.ledger.storing)."""
        if others or using not in (None, connection.alias):
            return False
        if update_fields is not None and not force_insert:
            storing.update(self, list(update_fields))
        elif force_insert and update_fields is None:
            storing.insert(self)
        else:
            return False
        return True

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete; refused outside the ledger's services."""
        if not _door.get():
            _refuse(type(self))
        return super().delete(*args, **kwargs)


class Disclosure(models.TextChoices):
    """Whether the public may see a matter's outcome."""

    UNDECIDED = "undecided", "未定"
    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"


class Secrecy(models.TextChoices):
    """How far a matter is secret. What is top secret (绝密) never enters; the database knows no value for it."""

    NONE = "", "非涉密"
    SECRET = "secret", "秘密"
    CONFIDENTIAL = "confidential", "机密"


class Matter(LedgerModel):
    """Anything handled: one row, with its state, owner and the head of its chain of events."""

    jurisdiction = models.CharField("辖区", max_length=32)
    kind = models.CharField("类型", max_length=40)
    number = models.CharField("编号", max_length=40, null=True, blank=True)
    title = models.CharField("标题", max_length=300)
    state = models.CharField("状态", max_length=40)
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="matters", verbose_name="承办单位"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name="上级事项"
    )
    disclosure = models.CharField("公开属性", max_length=12, choices=Disclosure, default=Disclosure.UNDECIDED)
    secrecy = models.CharField("密级", max_length=12, choices=Secrecy, blank=True, default=Secrecy.NONE)
    facts = models.JSONField("要素", default=dict)
    version = models.PositiveIntegerField("版本", default=0)
    opened_at = models.DateTimeField("立件时间")
    closed_at = models.DateTimeField("结束时间", null=True)
    changed_at = models.DateTimeField("最近变动")
    last_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "kind", "number"], name="matter_number_unique"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="matter_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=models.Q(secrecy__in=Secrecy.values), name="matter_secrecy_known"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "-id"], name="matter_kind_state"),
            models.Index(fields=["kind", "-id"], name="matter_kind"),
            models.Index(fields=["body", "kind", "state", "-id"], name="matter_body_state"),
            models.Index(fields=["body", "kind", "-id"], name="matter_body_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.title}"


class Event(LedgerModel):
    """Something that happened: append-only, chained per matter by SM3."""

    jurisdiction = models.CharField(max_length=32)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField("序号")
    kind = models.CharField("事件", max_length=60)
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    state = models.CharField("其后状态", max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField("经办人", max_length=80)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="代表单位"
    )
    data = models.JSONField("内容", default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="event_seq_unique")]
        indexes = [
            models.Index(fields=["recorded_at", "id"], name="event_recorded"),
            models.Index(fields=["kind", "at"], name="event_kind_at"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.kind}"


class ObligationState(models.TextChoices):
    """Where an obligation stands."""

    OPEN = "open", "待办"
    PAUSED = "paused", "暂停"
    MET = "met", "按时完成"
    LATE = "late", "逾期完成"
    BREACHED = "breached", "视为逾期"
    CANCELLED = "cancelled", "撤销"


class Obligation(LedgerModel):
    """What a body owes by when; derived from events and the rulebook alone."""

    jurisdiction = models.CharField(max_length=32)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="obligations")
    matter_kind = models.CharField(max_length=40)
    rule = models.CharField("规则", max_length=60)
    title = models.CharField("事项", max_length=80)
    rulebook = models.CharField("规则版本", max_length=80)
    opened_seq = models.PositiveIntegerField()
    nature = models.CharField(max_length=8, default="duty")
    owner = models.CharField(max_length=10)
    person = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="责任人"
    )
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="责任单位"
    )
    state = models.CharField(max_length=10, choices=ObligationState, default=ObligationState.OPEN)
    opened_at = models.DateTimeField("起算时间")
    due_at = models.DateTimeField("到期时间", null=True)
    provisional = models.BooleanField("暂定", default=False)
    met_at = models.DateTimeField("完成时间", null=True)
    breached_at = models.DateTimeField("逾期时间", null=True)
    extended_until = models.DateTimeField("延期至", null=True)
    pauses = models.JSONField("暂停区间", default=list)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "rule", "opened_seq"], name="obligation_unique"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["met", "late"]) | models.Q(met_at__isnull=False),
                name="obligation_met_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["body", "due_at", "id"],
                name="obligation_worklist",
                condition=models.Q(state="open", nature="duty"),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="obligation_sweep",
                condition=models.Q(state="open", nature="duty", breached_at__isnull=True),
            ),
            models.Index(fields=["body", "rule", "state"], name="obligation_body_rule"),
            models.Index(
                fields=["person", "due_at", "id"],
                name="obligation_person",
                condition=models.Q(state="open", nature="duty", person__isnull=False),
            ),
            models.Index(
                fields=["rule", "-met_at", "-id"], name="obligation_met", condition=models.Q(state="met")
            ),
            models.Index(
                fields=["rule", "-breached_at", "-id"],
                name="obligation_breached",
                condition=models.Q(breached_at__isnull=False, nature="duty"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.due_at}"


class Tally(LedgerModel):
    """A running count: (metric, body, day). Slots keep transactions that run at once apart."""

    jurisdiction = models.CharField(max_length=32)
    metric = models.CharField(max_length=90)
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    slot = models.PositiveSmallIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "body", "day", "slot", "jurisdiction"],
                name="tally_unique",
                nulls_distinct=False,
            )
        ]
        # a period over all bodies; the operator class also finds all metrics that begin alike
        indexes = [
            models.Index(OpClass("metric", name="varchar_pattern_ops"), "day", name="tally_metric_day")
        ]


class Attachment(LedgerModel):
    """A file of a matter, kept once by its digest.

    erased_at, erased_under: when its content was erased, and under which rule; the row stays.
    """

    jurisdiction = models.CharField(max_length=32)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    purpose = models.CharField("用途", max_length=40)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    erased_at = models.DateTimeField("删除时间", null=True)
    erased_under = models.CharField("删除依据", max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "id"], name="attachment_matter"),
            models.Index(
                fields=["digest"], name="attachment_digest", condition=models.Q(erased_at__isnull=True)
            ),
        ]


class Sequence(LedgerModel):
    """The last number given out in a series; its row lock makes numbers gapless."""

    jurisdiction = models.CharField(max_length=32)
    series = models.CharField(max_length=60)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "series"], name="sequence_unique")]


class OutboxState(models.TextChoices):
    """Where an outgoing message stands."""

    QUEUED = "queued", "待发"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发"
    DEAD = "dead", "发送失败"


class Outbox(LedgerModel):
    """A message to somebody outside; written with the event, sent after commit, never twice under one key."""

    jurisdiction = models.CharField(max_length=32)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="messages")
    channel = models.CharField("渠道", max_length=12)
    to = SealedTextField("收件", max_length=120)
    to_name = SealedTextField("收件人", max_length=80, blank=True)
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    text = SealedTextField("内容")
    key = models.CharField("去重键", max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    reference = models.CharField("回执", max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="outbox_due",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["-id"], name="outbox_newest"),
        ]


class SinkMessage(LedgerModel):
    """What the trial's local sink received in place of a gateway; readable in the browser."""

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=12)
    to = SealedTextField(max_length=120)
    text = SealedTextField()
    received_at = models.DateTimeField(auto_now_add=True)


class Seal(LedgerModel):
    """A day's events under one SM3 root, chained to the day before."""

    jurisdiction = models.CharField(max_length=32)
    day = models.DateField()
    events = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    prev_root = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "day"], name="seal_unique")]


class AccessLog(LedgerModel):
    """Each look at personal data and each refused attempt: append-only."""

    jurisdiction = models.CharField(max_length=32)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=80)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="accesses")
    what = models.CharField("查看内容", max_length=60)
    allowed = models.BooleanField("是否允许")
    reason = models.CharField("事由", max_length=200, blank=True)
    path = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "-id"], name="access_matter"),
            models.Index(fields=["-id"], name="access_newest"),
        ]
