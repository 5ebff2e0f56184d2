"""Files of a matter: checked by content, kept once under their digest, never overwritten."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Attachment, Matter, door
from luoshi.ledger.rules import current
from luoshi.ledger.services.packages import package_fault

# the first bytes of what may be attached; the name's ending must agree with the content
SIGNATURES: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".ofd": (b"PK\x03\x04", "application/ofd"),
    ".mp3": (b"ID3", "audio/mpeg"),
    ".wav": (b"RIFF", "audio/wav"),
}
PACKAGE = b"PK\x03\x04"
CHUNK = 1 << 20


def path_of(digest: str) -> Path:
    """Where the file with this digest lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def digest_lock(digest: str) -> None:
    """Until the transaction ends, nobody else puts the file with this digest there or takes it away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"file:{digest}"])


def attachment_open(row: Attachment) -> BinaryIO:
    """The content of an attachment. Errors: WrongState where it was erased by rule; Http404 where it is not on disk."""
    if row.erased_at is not None:
        day = row.erased_at.astimezone(current().worktime.tz)
        raise WrongState(f"附件已于{day:%Y年%-m月%-d日}按规定删除", mend=f"依据：{row.erased_under}")
    path = path_of(row.digest)
    if not path.exists():
        raise Http404("the file is not on disk")
    return path.open("rb")


def _store(file: BinaryIO, name: str, ending: str) -> tuple[str, int, bytes]:
    """Write the file under its SHA-256, once; return digest, size in bytes and the first bytes."""
    digest, size, head = hashlib.sha256(), 0, b""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=root)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := file.read(CHUNK):
                head = head or chunk[:16]
                size += len(chunk)
                if size > settings.ATTACHMENT_MAX_BYTES:
                    limit = settings.ATTACHMENT_MAX_BYTES // (1 << 20)
                    raise Incomplete(
                        f"附件“{name}”超过 {limit} MB", mend="请压缩或拆分后再上传", field="file"
                    )
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        fault = package_fault(Path(temporary), ending) if head.startswith(PACKAGE) else ""
        if fault:
            raise Incomplete(f"附件“{name}”{fault}", mend="请用原始文件上传", field="file")
        digest_lock(digest.hexdigest())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest.hexdigest(), size, head


@transaction.atomic
def attachment_add(
    *, matter: Matter, file: BinaryIO, name: str, purpose: str, actor: Actor, at: datetime
) -> Attachment:
    """Attach a file. Its type is judged by its content; the name only has to agree.

    Errors: Incomplete for an empty file, one that is too large, or of a type that is not taken.
    """
    ending = Path(name).suffix.lower()
    expected = SIGNATURES.get(ending)
    if expected is None:
        taken = " ".join(SIGNATURES)
        raise Incomplete(f"不接收“{name}”这种类型的文件", mend=f"可上传:{taken}", field="file")
    digest, size, head = _store(file, name, ending)
    if size == 0:
        raise Incomplete(f"附件“{name}”是空文件", mend="请重新选择文件", field="file")
    if not head.startswith(expected[0]):
        raise Incomplete(f"附件“{name}”的内容与扩展名不符", mend="请用原始文件上传", field="file")
    with door():
        added: Attachment = Attachment.objects.create(
            jurisdiction=matter.jurisdiction,
            matter=matter,
            name=Path(name).name[:200],
            content_type=expected[1],
            size=size,
            digest=digest,
            purpose=purpose,
            added_at=at,
            added_by=actor.name,
        )
    return added
