"""Files added to a request by the platform, and to a dispatch by the unit that has it."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from luoshi.hotline.policies import holds, own
from luoshi.hotline.states import DISPATCH, FILED, REQUEST
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, Stale, WrongState, require
from luoshi.ledger.models import Attachment, Matter
from luoshi.ledger.services import attachment_add, lock, record
from luoshi.ledger.whole import whole

MOST = 20
PURPOSES = {REQUEST: "平台补充", DISPATCH: "单位提供"}
MAY = {REQUEST: holds("hotline.receive"), DISPATCH: own("hotline.unit")}


@whole
def file_add(
    *, matter: Matter, file: BinaryIO, name: str, actor: Actor, at: datetime, version: int | None = None
) -> Attachment:
    """Add a file to a request or dispatch that is not over. The event says which attachment, never its name.

    Errors: NotAllowed; WrongState where it is over; Stale; Incomplete (file: its type, size, or too many).
    """
    locked = lock(matter)
    require(MAY[locked.kind](actor, locked), "补充附件", mend="请由受理平台或承办单位补充")
    if version is not None and version != locked.version:
        raise Stale("这件事项已有变动", mend="请重新读取后再提交")
    if locked.closed_at is not None:
        raise WrongState(f"{locked.number}已办结，不能再加附件", mend="需要时请先重办")
    if locked.attachments.count() >= MOST:
        raise Incomplete(f"附件最多{MOST}个", mend="请合并后上传", field="file")
    added = attachment_add(
        matter=locked, file=file, name=name, purpose=PURPOSES[locked.kind], actor=actor, at=at
    )
    data = {"attachment": added.pk, "digest": added.digest, "size": added.size}
    record(matter=locked, kind=FILED, actor=actor, at=at, data=data)
    return added
