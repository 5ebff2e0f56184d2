"""Dispatches: listing, reading, what may be done now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from luoshi.api import shown
from luoshi.api.bearer import caller_of
from luoshi.api.endpoints.requests import SEE, tagged
from luoshi.api.lookup import body_by, dispatch_for
from luoshi.api.operations import operation
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas.common import Code, Cursor, Id, Line, Size
from luoshi.api.scopes import READ
from luoshi.hotline.selectors.dispatches import allowed_actions, dispatch_list, due_next

router = Router()
TAG = "工单"


@operation(router, "GET", "/dispatches", id="dispatch_list", title="查询工单", need=SEE, scope=READ,
           out=given.DispatchPage, tag=TAG)  # fmt: skip
def index(
    request: HttpRequest,
    state: Code = "",
    urgency: Code = "",
    role: Code = "",
    unit: Code = "",
    overdue: bool = False,
    q: Line = "",
    after: Cursor = "",
    before: Cursor = "",
    size: Size = 50,
) -> dict[str, Any]:
    """按派单时间从新到旧；单位只见自己的。overdue：只要有已到期未办的；q：编号开头或诉求中的词。"""
    caller = caller_of(request)
    query = {"state": state, "urgency": urgency, "role": role, "q": q, "after": after, "before": before,
             "overdue": "1" if overdue else "", "body": str(body_by(unit, "unit").pk) if unit else ""}  # fmt: skip
    page = dispatch_list(actor=caller.actor, query=query, now=caller.at, size=size)
    first = due_next(page.items, caller.at)
    items = [
        shown.dispatch_row(
            row,
            due_at=first[row.pk].due_at if row.pk in first else None,
            overdue=row.pk in first and first[row.pk].overdue,
        )
        for row in page.items
    ]
    return {"items": items, "next": page.next, "previous": page.previous}


@operation(router, "GET", "/dispatches/{id}", id="dispatch_read", title="查看工单", need=SEE, scope=READ,
           out=given.DispatchOut, tag=TAG)  # fmt: skip
def read(request: HttpRequest, response: HttpResponse, id: Id) -> dict[str, Any]:
    """一张工单，附答复、申请和时限；诉求人信息隐去。ETag 是版本。"""
    caller = caller_of(request)
    found = dispatch_for(caller, id)
    tagged(response, found.matter.version)
    return shown.dispatch_full(found, caller.at)


@operation(router, "GET", "/dispatches/{id}/actions", id="dispatch_actions", title="现在能办的步骤", need=SEE, scope=READ,
           out=list[given.ActionOut], tag=TAG)  # fmt: skip
def actions(request: HttpRequest, id: Id) -> list[dict[str, str]]:
    """按状态、权限和规则，现在能办的步骤。"""
    caller = caller_of(request)
    found = allowed_actions(dispatch=dispatch_for(caller, id), actor=caller.actor, now=caller.at)
    return [{"action": one.action, "label": one.label} for one in found]
