"""The list that one came from: kept in the address, so that a page leads on to the next one of that list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.selectors.dispatches import dispatch_rows
from luoshi.hotline.selectors.requests import callback_queue, feedback_queue, request_list
from luoshi.ledger.actors import Actor
from luoshi.ledger.inputs import natural
from luoshi.ledger.paging import neighbours

NAME = "list"
Rows = Callable[[Mapping[str, str], Actor], Any]
REQUEST_FILTERS = ("state", "channel", "kind", "urgency", "q")


def _requests(query: Mapping[str, str], actor: Actor) -> Any:
    chosen: dict[str, Any] = {name: query[name].strip() for name in REQUEST_FILTERS if query.get(name)}
    return request_list(**chosen)


def waiting_rows(query: Mapping[str, str], actor: Actor) -> Any:
    """Requests that wait for dispatching, by the filters of their list."""
    chosen: dict[str, Any] = {
        name: query[name].strip() for name in ("kind", "urgency", "q") if query.get(name, "").strip()
    }
    return request_list(state="received", area=natural(query.get("area", "")), **chosen)


def review_rows(query: Mapping[str, str], actor: Actor) -> Any:
    """Dispatches whose reply waits for review, by the filters of their list."""
    rows = Dispatch.objects.filter(matter__state="submitted").select_related("matter", "body", "request")
    unit = natural(query.get("body", ""))
    return rows if unit is None else rows.filter(body_id=unit)


def _dispatches(query: Mapping[str, str], actor: Actor) -> Any:
    return dispatch_rows(actor=actor, query=query, now=timezone.now())


def _callbacks(query: Mapping[str, str], actor: Actor) -> Any:
    return feedback_queue() | callback_queue()


@dataclass(frozen=True, slots=True)
class List:
    """A list of requests or dispatches: its address, its rows and their order."""

    label: str
    url: str
    rows: Rows
    keys: tuple[str, str]
    detail: str
    need: tuple[str, ...]


LISTS: Mapping[str, List] = {
    "requests": List(
        "诉求",
        "request-list",
        _requests,
        ("-received_at", "-matter_id"),
        "request-detail",
        ("hotline.read_all",),
    ),
    "waiting": List(
        "待派单",
        "waiting-list",
        waiting_rows,
        ("received_at", "matter_id"),
        "request-detail",
        ("hotline.dispatch",),
    ),
    "callbacks": List(
        "反馈与回访",
        "callback-list",
        _callbacks,
        ("received_at", "matter_id"),
        "request-detail",
        ("hotline.callback",),
    ),
    "dispatches": List(
        "工单",
        "dispatch-list",
        _dispatches,
        ("-dispatched_at", "-matter_id"),
        "dispatch-detail",
        ("hotline.read_all", "hotline.unit"),
    ),
    "reviews": List(
        "待审核",
        "review-list",
        review_rows,
        ("replied_at", "matter_id"),
        "dispatch-detail",
        ("hotline.review",),
    ),
}


def trail_of(name: str, request: HttpRequest) -> str:
    """What the links of a list carry: the list and its filters, without the page."""
    query = QueryDict(mutable=True)
    query[NAME] = name
    for key, value in request.GET.items():
        if value and key not in {"after", "before", NAME, "do"}:
            query[key] = str(value)
    return query.urlencode()


def back_to(detail: str, pk: int, request: HttpRequest) -> str:
    """The page of a matter, with the list that one came from."""
    name = request.GET.get(NAME, "")
    there = reverse(detail, args=[pk])
    return f"{there}?{trail_of(name, request)}" if name in LISTS else there


@dataclass(frozen=True, slots=True)
class Near:
    """The list that one came from, and its neighbours of the page; addresses, "" where there is none."""

    label: str
    back: str
    previous: str
    next: str
    trail: str


def near_of(request: HttpRequest, subject: Request | Dispatch, actor: Actor) -> Near | None:
    """Where the page stands in the list that its address names; None without one. One query.

    What has left the list meanwhile, because a step was taken, still leads on to those around it.
    """
    found = LISTS.get(request.GET.get(NAME, ""))
    if found is None or not any(actor.can(code) for code in found.need):
        return None
    key = next(name for name, one in LISTS.items() if one is found)
    if getattr(subject, found.keys[0].lstrip("-")) is None:
        return None
    trail = trail_of(key, request)
    near = neighbours(found.rows(request.GET, actor), subject, keys=found.keys)
    urls = [f"{reverse(found.detail, args=[one.pk])}?{trail}" if one else "" for one in near]
    plain = QueryDict(trail, mutable=True)
    del plain[NAME]
    return Near(found.label, f"{reverse(found.url)}?{plain.urlencode()}", urls[0], urls[1], trail)
