"""Drafts of citizens: kept for thirty days, readable with their own token only, sent once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from luoshi.hotline import sealing
from luoshi.hotline import text as texts
from luoshi.hotline.models import CitizenDraft, CitizenDraftFile, Request
from luoshi.hotline.services.intake import request_receive
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.rows import show_own
from luoshi.ledger.services import attachment_add
from luoshi.ledger.services.attachments import SIGNATURES
from luoshi.ledger.whole import whole

KEPT = timedelta(days=30)
MOST_FILES = 3
LARGEST = 10 * 1024 * 1024
TAKEN = (".jpg", ".jpeg", ".png", ".pdf", ".docx", ".xlsx", ".mp3", ".wav")
PURPOSE = "诉求人提供"


@whole
def citizen_draft_save(*, token: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep what was typed so far, encrypted; thirty days from now on.

    A draft that was sent already is not touched.
    """
    sealed = sealing.seal_values(token, dict(values))
    with door():
        row, made = CitizenDraft.objects.select_for_update().get_or_create(
            key=sealing.key_of(token), defaults={"sealed": sealed, "changed_at": at, "expires_at": at + KEPT}
        )
        if made or row.sent_id is not None:
            return
        row.sealed, row.changed_at, row.expires_at = sealed, at, at + KEPT
        row.save(update_fields=["sealed", "changed_at", "expires_at"])


@whole
def citizen_draft_file_add(*, token: str, name: str, content: bytes, at: datetime) -> None:
    """Add a file to a draft, judged by its content as any attachment.

    Errors: Incomplete (field files) for too many, too large, empty or unknown files; WrongState without draft.
    """
    row = (
        CitizenDraft.objects.select_for_update().filter(key=sealing.key_of(token), sent__isnull=True).first()
    )
    if row is None:
        raise WrongState("草稿已经不在了", mend="请重新填写")
    plain = texts.clean_line(Path(name).name)[:120] or "附件"
    _check_file(plain, content)
    if row.files.count() >= MOST_FILES:
        raise Incomplete(f"最多添加{MOST_FILES}个附件", mend="请先移除不需要的", field="files")
    with door():
        CitizenDraftFile.objects.create(
            draft=row,
            name=sealing.seal(token, plain.encode()),
            content=sealing.seal(token, content),
            size=len(content),
        )
        row.changed_at, row.expires_at = at, at + KEPT
        row.save(update_fields=["changed_at", "expires_at"])


def _check_file(name: str, content: bytes) -> None:
    ending = Path(name).suffix.lower()
    if ending not in TAKEN:
        raise Incomplete(
            f"不能添加“{name}”这种文件",
            mend="可以添加照片（JPG、PNG）、PDF、Word、Excel 和录音（MP3、WAV）",
            field="files",
        )
    if not content:
        raise Incomplete(f"“{name}”是空文件", mend="请重新选择", field="files")
    if len(content) > LARGEST:
        raise Incomplete(f"“{name}”超过{LARGEST // (1 << 20)} MB", mend="请压缩后再添加", field="files")
    if not content.startswith(SIGNATURES[ending][0]):
        raise Incomplete(f"“{name}”打不开，内容和扩展名不符", mend="请添加原始文件", field="files")


@whole
def citizen_draft_file_remove(*, token: str, file: int) -> None:
    """Take a file out of a draft; nothing happens where it is another's or gone."""
    with door():
        CitizenDraftFile.objects.filter(
            pk=file, draft__key=sealing.key_of(token), draft__sent__isnull=True
        ).delete()


@whole
def citizen_draft_discard(*, token: str) -> None:
    """Delete a draft with its files, at once and for good."""
    with door():
        CitizenDraft.objects.filter(key=sealing.key_of(token), sent__isnull=True).delete()


@whole
def citizen_draft_send(*, token: str, address: str, actor: Actor, at: datetime) -> Request:
    """Hand in the request of a draft with its files; sent a second time, it gives the same request.

    address: the network address, one of the keys by which the same person is told. What was typed is deleted
    from the draft. Errors: WrongState for a draft that is gone; Incomplete, NotAllowed of request_receive.
    """
    row = CitizenDraft.objects.select_for_update().filter(key=sealing.key_of(token)).first()
    if row is None or (row.sent_id is None and row.expires_at <= at):
        raise WrongState("草稿已经不在了", mend="请重新填写")
    if row.sent_id is not None:
        show_own(row.sent_id)
        sent: Request = Request.objects.select_related("matter").get(pk=row.sent_id)
        return sent
    values = sealing.unseal_values(token, row.sealed)
    request = request_receive(
        channel="web",
        kind=values.get("kind", ""),
        content=values.get("content", ""),
        place=values.get("place", ""),
        contact={"name": values.get("name"), "mobile": values.get("mobile"), "ip": address or None},
        wants_public=bool(values.get("wants_public")),
        rights_matter=bool(values.get("rights_matter")),
        actor=actor,
        at=at,
    )
    for file in row.files.order_by("pk"):
        attachment_add(
            matter=request.matter,
            file=BytesIO(sealing.unseal(token, file.content)),
            name=sealing.unseal(token, file.name).decode(),
            purpose=PURPOSE,
            actor=actor,
            at=at,
        )
    with door():
        row.files.all().delete()
        row.sealed, row.sent, row.changed_at = b"", request, at
        row.save(update_fields=["sealed", "sent", "changed_at"])
    return request


def citizen_drafts_purge(*, at: datetime) -> int:
    """Delete drafts whose time is over, with their files. Returns how many."""
    with door():
        found = CitizenDraft.objects.filter(expires_at__lte=at)
        number = found.count()
        found.delete()
    return number
