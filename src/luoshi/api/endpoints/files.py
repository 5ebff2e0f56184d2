"""Attachments of requests and dispatches, and requests that every unit may take."""

from dataclasses import replace
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from luoshi.api.bearer import Caller, caller_of
from luoshi.api.endpoints.requests import SEE, tagged
from luoshi.api.endpoints.requests import TAG as REQUESTS
from luoshi.api.lookup import attachment_for, dispatch_for, request_for
from luoshi.api.operations import operation
from luoshi.api.schemas import files as given
from luoshi.api.schemas.common import Cursor, Id, Size
from luoshi.api.scopes import READ, WRITE
from luoshi.api.services import answered_once
from luoshi.hotline.selectors.requests import offers_open
from luoshi.hotline.services.attaching import file_add
from luoshi.ledger.models import Attachment, Matter
from luoshi.ledger.paging import key_page
from luoshi.ledger.services.attachments import attachment_open

router = Router()
TAG = "附件"


def _shown(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "sha256": row.digest,
        "added_at": row.added_at.isoformat(),
        "added_by": row.added_by,
        "erased_at": row.erased_at.isoformat() if row.erased_at else None,
    }


def _add(
    caller: Caller, matter: Matter, file: UploadedFile, response: HttpResponse
) -> Status[dict[str, Any]]:
    """Keep a file once for each key; what comes again is told by the matter, the file's name and its content.

    The version is compared when the file is added, so that one sent again is answered though its own first coming
    moved the version on.
    """

    def create() -> dict[str, Any]:
        added = file_add(
            matter=matter,
            file=cast("BinaryIO", file.file),
            name=file.name or "",
            actor=caller.actor,
            at=caller.at,
            version=caller.version,
        )
        return {
            **_shown(added),
            "version": Matter.objects.values_list("version", flat=True).get(pk=matter.pk),
        }

    answer, again = answered_once(
        token=caller.token, key=caller.key, sent=f"{matter.pk} {file.name} {given.digest_of(file)}", at=caller.at, create=create
    )  # fmt: skip
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    tagged(response, answer["version"])
    return Status(201, answer)


@operation(router, "POST", "/requests/{id}/attachments", id="request_attach", title="补充诉求附件", need="hotline.receive",
           scope=WRITE, out=given.FileAdded, status=201, versioned=True, keyed=True, file=True, tag=TAG)  # fmt: skip
def request_attach(
    request: HttpRequest, response: HttpResponse, id: Id, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """给没有办结的诉求加一个文件（multipart/form-data，file）。类型按内容判断；PDF、图片、Word、Excel、OFD、录音。"""
    caller = caller_of(request)
    return _add(caller, request_for(replace(caller, version=None), id).matter, file, response)


@operation(router, "POST", "/dispatches/{id}/attachments", id="dispatch_attach", title="补充工单附件", need="hotline.unit",
           scope=WRITE, out=given.FileAdded, status=201, versioned=True, keyed=True, file=True, tag=TAG)  # fmt: skip
def dispatch_attach(
    request: HttpRequest, response: HttpResponse, id: Id, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """给本单位没有办结的工单加一个文件（multipart/form-data，file）。类型按内容判断。"""
    caller = caller_of(request)
    return _add(caller, dispatch_for(replace(caller, version=None), id).matter, file, response)


@operation(router, "GET", "/requests/{id}/attachments", id="request_files", title="诉求的附件", need=SEE, scope=READ,
           out=list[given.FileOut], tag=TAG)  # fmt: skip
def request_files(request: HttpRequest, id: Id) -> list[dict[str, Any]]:
    """一件诉求的附件；erased_at 有值的，内容已按规定删除。"""
    found = request_for(caller_of(request), id)
    return [_shown(row) for row in found.matter.attachments.order_by("pk")]


@operation(router, "GET", "/dispatches/{id}/attachments", id="dispatch_files", title="工单的附件", need=SEE, scope=READ,
           out=list[given.FileOut], tag=TAG)  # fmt: skip
def dispatch_files(request: HttpRequest, id: Id) -> list[dict[str, Any]]:
    """一张工单的附件。"""
    found = dispatch_for(caller_of(request), id)
    return [_shown(row) for row in found.matter.attachments.order_by("pk")]


@operation(router, "GET", "/attachments/{id}/content", id="attachment_content", title="下载附件", need=SEE, scope=READ,
           out=bytes, binary=True, tag=TAG)  # fmt: skip
def content(request: HttpRequest, id: Id) -> HttpResponse:
    """附件的内容，一律作为下载。只给能查看所属诉求或工单的人。"""
    row = attachment_for(caller_of(request), id)
    stream = attachment_open(row)
    answer: Any = FileResponse(stream, as_attachment=True, filename=row.name, content_type=row.content_type)
    return answer  # type: ignore[no-any-return]


@operation(router, "GET", "/offers", id="offer_list", title="可领办的诉求", need=SEE, scope=READ, out=given.OfferPage,
           tag=REQUESTS)  # fmt: skip
def offers(request: HttpRequest, after: Cursor = "", before: Cursor = "", size: Size = 50) -> dict[str, Any]:
    """等候领办的诉求，等得久的在前；领办用 /requests/{id}/claim。"""
    page = key_page(offers_open(), keys=("offered_at", "id"), after=after, before=before, size=size)
    items = [
        {"id": row.request_id, "number": row.request.matter.number, "title": row.request.matter.title,
         "offered_at": row.offered_at, "version": row.request.matter.version}
        for row in page.items
    ]  # fmt: skip
    return {"items": items, "next": page.next, "previous": page.previous}
