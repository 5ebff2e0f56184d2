"""Finding what an operation is about, for those who may read it, in the version that the caller has seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from luoshi.api.bearer import Caller
from luoshi.api.problems import Problem
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.policies import may_read_request
from luoshi.hotline.selectors.requests import is_hidden, may_read
from luoshi.hotline.states import DISPATCH, REQUEST
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.models import Attachment, Matter
from luoshi.organisation.models import Body


def request_for(caller: Caller, pk: int) -> Request:
    """A request that the caller may read. Errors: 404, NotAllowed, Problem 412."""
    rows = Request.objects.select_related("matter", "contact", "area").defer("search")
    found: Request | None = rows.filter(pk=pk).first()
    if found is None and not is_hidden(REQUEST, pk):
        raise Http404("没有这件诉求")
    if found is None or not may_read(caller.actor, found):
        raise NotAllowed("这件诉求不由您所在单位办理，不能查看", mend="如确需了解，请联系12345平台")
    _seen(caller, found.matter)
    return found


def offer_for(caller: Caller, pk: int) -> Request:
    """A request that is offered to every unit, or one that the caller may read. Errors: as request_for."""
    rows = Request.objects.select_related("matter", "contact").defer("search")
    found: Request | None = rows.filter(pk=pk).first()
    if found is None or found.matter.state != "offered":
        return request_for(caller, pk)
    _seen(caller, found.matter)
    return found


def dispatch_for(caller: Caller, pk: int) -> Dispatch:
    """A dispatch that the caller may read. Errors: 404, NotAllowed, Problem 412."""
    rows = Dispatch.objects.select_related("matter__parent", "body", "request__matter", "request__contact")
    found: Dispatch | None = rows.defer("request__search").filter(pk=pk).first()
    if found is None and not is_hidden(DISPATCH, pk):
        raise Http404("没有这张工单")
    if found is None or not may_read_request(caller.actor, {found.body_id}):
        raise NotAllowed("这件工单不由您所在单位办理，不能查看", mend="如确需了解，请联系12345平台")
    _seen(caller, found.matter)
    return found


def attachment_for(caller: Caller, pk: int) -> Attachment:
    """A file of a request or dispatch that the caller may read. Errors: 404, NotAllowed."""
    rows = Attachment.objects.select_related("matter").filter(matter__kind__in=[REQUEST, DISPATCH])
    found: Attachment | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("没有这个附件")
    if found.matter.kind == REQUEST:
        request_for(caller, found.matter_id)
    else:
        dispatch_for(caller, found.matter_id)
    return found


def _seen(caller: Caller, matter: Matter) -> None:
    """Refuse a step on another version than the one that is there."""
    if caller.version is not None and caller.version != matter.version:
        raise Problem(
            412,
            "stale",
            f"“{matter.number}”已由他人改动，您依据的是第{caller.version}版，现在是第{matter.version}版",
            where="If-Match",
            mend="请重新读取，核对后再提交",
        )


@contextmanager
def unless_stale(caller: Caller, pk: int) -> Iterator[None]:
    """A step that was refused because somebody else had been quicker since it was read is told as such (412).

    Services refuse by the state that they find under the lock, which says more to a person before a page; a program
    goes by the version that it named.
    """
    try:
        yield
    except NotAllowed:
        raise
    except Refusal:
        _seen(caller, Matter.objects.get(pk=pk))
        raise


def body_by(code: str, field: str) -> Body:
    """The body with a code. Errors: Incomplete naming the field."""
    found: Body | None = Body.objects.filter(code=code).first()
    if found is None:
        raise Incomplete(f"没有代码为“{code}”的单位", mend="可用的代码见 /api/v1/bodies", field=field)
    return found


def bodies_by(codes: list[str], field: str) -> dict[str, Body]:
    """Bodies by their codes, in one query. Errors: Incomplete naming the field."""
    found = {body.code: body for body in Body.objects.filter(code__in=codes)}
    for place, code in enumerate(codes):
        if code not in found:
            raise Incomplete(
                f"没有代码为“{code}”的单位", mend="可用的代码见 /api/v1/bodies", field=field.format(place)
            )
    return found
