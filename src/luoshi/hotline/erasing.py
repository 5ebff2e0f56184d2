"""What of the hotline's tables may be erased: the citizen's data, attachments of finished cases, drafts of agents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from luoshi.hotline.models import Contact, Draft, Request
from luoshi.hotline.states import DISPATCH, REQUEST
from luoshi.ledger.erasing import attachments_erase, files_remove
from luoshi.ledger.fields import MarkField, SealedTextField
from luoshi.ledger.keeping import Records, removal
from luoshi.ledger.models import Attachment, Matter

OPEN_CHILD = Matter.objects.filter(closed_at__isnull=True)


def _contacts_due(before: dt.datetime) -> Any:
    """Requests that are over, with all of their dispatches; asked of the request, as contacts are confined by row."""
    over = Request.objects.filter(erased_at__isnull=True, matter__closed_at__lt=before)
    return over.exclude(Exists(OPEN_CHILD.filter(parent_id=OuterRef("pk"))))


def _contacts_erase(ids: Sequence[int], at: dt.datetime, basis: str) -> None:
    columns = Contact._meta.local_concrete_fields
    empty: dict[str, Any] = {one.name: "" for one in columns if isinstance(one, SealedTextField)}
    marks = {one.name: None for one in columns if isinstance(one, MarkField)}
    Contact.objects.filter(pk__in=ids).update(**{**empty, **marks, "ip": None})
    Request.objects.filter(pk__in=ids).update(erased_at=at, erased_under=basis)


def _attachments_due(before: dt.datetime) -> Any:
    own = Q(matter__kind=REQUEST, matter__closed_at__lt=before)
    below = Q(matter__kind=DISPATCH, matter__closed_at__isnull=False, matter__parent__closed_at__lt=before)
    over = Attachment.objects.filter(own | below, erased_at__isnull=True)
    over = over.annotate(begun=Coalesce("matter__parent__closed_at", "matter__closed_at"))
    return over.exclude(Exists(OPEN_CHILD.filter(parent_id=OuterRef("matter_id"))))


RECORDS = (
    Records(
        code="hotline.contact",
        label="诉求人信息",
        what="姓名、电话、手机、邮箱、传真、账号、住址和网络地址；诉求、办理经过、时间和成绩仍保留",
        since="诉求办结",
        due=_contacts_due,
        begins="matter__closed_at",
        erase=_contacts_erase,
        matters=("matter_id",),
        told=True,
    ),
    Records(
        code="hotline.attachment",
        label="诉求附件",
        what="诉求和工单的附件：文件和文件名；何时由谁上传仍保留",
        since="诉求办结",
        due=_attachments_due,
        begins="begun",
        erase=attachments_erase,
        finish=files_remove,
        matters=("matter_id", "matter__parent_id"),
        told=True,
    ),
    Records(
        code="hotline.draft",
        label="坐席草稿",
        what="没有登记完的来电草稿，全部内容",
        since="最近保存",
        due=lambda before: Draft.objects.filter(saved_at__lt=before),
        begins="saved_at",
        erase=removal(Draft),
    ),
)
