"""Requests: registering, reading, listing, and the citizen's data for those who handle the case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from luoshi.api import shown
from luoshi.api.bearer import caller_of
from luoshi.api.lookup import body_by, request_for, unless_stale
from luoshi.api.operations import operation
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas.common import Code, Cursor, Id, Line, Moment, Size, Stepped
from luoshi.api.scopes import PERSONAL, READ, WRITE
from luoshi.api.services import answered_once
from luoshi.hotline import services
from luoshi.hotline.contacts import query_code
from luoshi.hotline.selectors.requests import KEYS, request_list, request_page
from luoshi.ledger.paging import key_page

router = Router()
TAG = "诉求"
SEE = ("hotline.read_all", "hotline.unit")


def tagged(response: HttpResponse, version: int) -> None:
    """Say which version was answered."""
    response.headers["ETag"] = f'"{version}"'


@operation(router, "GET", "/requests", id="request_list", title="查询诉求", need="hotline.read_all", scope=READ,
           out=given.RequestPage, tag=TAG)  # fmt: skip
def index(
    request: HttpRequest,
    state: Code = "",
    channel: Code = "",
    kind: Code = "",
    urgency: Code = "",
    handling: Code = "",
    unit: Code = "",
    since: Moment | None = None,
    until: Moment | None = None,
    q: Line = "",
    after: Cursor = "",
    before: Cursor = "",
    size: Size = 50,
) -> dict[str, Any]:
    """按收件时间从新到旧。since 含，until 不含；q 为编号或标题、地点、正文中的词；翻页用上一页的 next、previous。"""
    chosen: dict[str, Any] = {"state": state, "channel": channel, "kind": kind, "urgency": urgency, "q": q}
    if handling or unit or since or until:
        body = body_by(unit, "unit").pk if unit else None
        rows = request_list(**chosen, handling=handling, body=body, since=since, until=until)
        page = key_page(rows, keys=KEYS, after=after, before=before, size=size)
    else:
        page = request_page(query={**chosen, "after": after, "before": before}, size=size)
    return {
        "items": [shown.request_row(row) for row in page.items],
        "next": page.next,
        "previous": page.previous,
    }


@operation(router, "POST", "/requests", id="request_create", title="登记诉求", need="hotline.receive", scope=WRITE,
           out=given.RequestCreated, status=201, keyed=True, tag=TAG)  # fmt: skip
def create(request: HttpRequest, response: HttpResponse, payload: given.RequestIn) -> Status[dict[str, Any]]:
    """登记一件诉求并编号。Idempotency-Key 相同而重发的，不再登记，返回第一次的结果（Idempotent-Replayed: true）。"""
    caller = caller_of(request)
    values = payload.model_dump()

    def receive() -> dict[str, Any]:
        area = values.pop("area")
        made = services.request_receive(
            **values, area=body_by(area, "area") if area else None, actor=caller.actor, at=caller.at
        )
        return {**shown.stepped(made.matter), "received_at": made.received_at.isoformat()}

    answer, again = answered_once(
        token=caller.token, key=caller.key, sent=payload.model_dump_json(), at=caller.at, create=receive
    )
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    tagged(response, answer["version"])
    return Status(201, {**answer, "query_code": query_code(answer["number"])})


@operation(router, "GET", "/requests/{id}", id="request_read", title="查看诉求", need=SEE, scope=READ,
           out=given.RequestOut, tag=TAG)  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, id: Id) -> dict[str, Any]:
    """一件诉求，附派单和时限；诉求人信息隐去。单位只见自己的工单。ETag 是版本。"""
    caller = caller_of(request)
    found = request_for(caller, id)
    rows = found.dispatches.select_related("matter", "body").order_by("pk")
    if not caller.actor.can("hotline.read_all"):
        rows = rows.filter(body_id=caller.actor.body_id)
    tagged(response, found.matter.version)
    return shown.request_full(found, dispatches=rows, at=caller.at)


@operation(router, "POST", "/requests/{id}/contact", id="request_reveal", title="查看诉求人信息", need="hotline.personal",
           scope=PERSONAL, out=given.ContactOut, tag=TAG)  # fmt: skip
def reveal(request: HttpRequest, id: Id, payload: given.RevealIn) -> dict[str, str]:
    """完整的诉求人信息，只给经办人员；每次查看连同理由记入查看记录，被拒绝的也记。"""
    caller = caller_of(request)
    found = services.reveal(
        matter=request_for(caller, id).matter,
        actor=caller.actor,
        reason=payload.reason,
        at=caller.at,
        path=request.path,
    )
    return shown.contact(found)


@operation(router, "PATCH", "/requests/{id}", id="request_amend", title="更正登记", need="hotline.receive", scope=WRITE,
           out=Stepped, versioned=True, tag=TAG)  # fmt: skip
def amend(request: HttpRequest, response: HttpResponse, id: Id, payload: given.AmendIn) -> dict[str, Any]:
    """更正尚待处理的诉求的登记项；没有写的项不变。"""
    caller = caller_of(request)
    values = payload.model_dump(exclude_none=True)
    if "area" in values:
        values["area"] = body_by(values["area"], "area")
    row = request_for(caller, id)
    with unless_stale(caller, row.pk):
        found = services.request_amend(
            request=row, **values, actor=caller.actor, at=caller.at, version=caller.version
        )
    tagged(response, found.matter.version)
    return shown.stepped(found.matter)
