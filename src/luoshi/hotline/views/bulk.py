"""Requests that wait for dispatching and replies that wait for review: chosen, previewed and decided on together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.hotline.forms.base import options
from luoshi.hotline.forms.bulk import BulkDispatchForm, BulkReviewForm
from luoshi.hotline.forms.units import Units
from luoshi.hotline.models import BulkRun, Reply
from luoshi.hotline.selectors.terms import terms_of_dispatch
from luoshi.hotline.services import bulk
from luoshi.hotline.services.drafts import draft_key
from luoshi.hotline.services.shared import label_of
from luoshi.hotline.views.common import actor_of
from luoshi.hotline.views.trail import review_rows, trail_of, waiting_rows
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import natural
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.paging import Page, key_page
from luoshi.organisation.models import Body

SIZE = 100
ONE_GO = 20
SECONDS = 3.0
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What differs between the two lists."""

    what: str
    title: str
    rule: str
    form: Callable[..., Any]
    template: str
    name: str
    verb: str


WAITING = Desk(
    bulk.DISPATCH,
    "待派单",
    "hotline.dispatch",
    BulkDispatchForm,
    "hotline/waiting_list.html",
    "waiting-list",
    "派单",
)
REVIEWS = Desk(
    bulk.REVIEW, "待审核", "hotline.review", BulkReviewForm, "hotline/review_list.html", "review-list", "审核"
)
DESKS = {desk.what: desk for desk in (WAITING, REVIEWS)}


def _due(items: list[Any], rule: str) -> dict[int, Obligation]:
    rows = Obligation.objects.filter(
        matter_id__in=[item.pk for item in items], rule=rule, state=ObligationState.OPEN
    )
    return {row.matter_id: row for row in rows}


def _page_of(request: HttpRequest, desk: Desk) -> Page[Any]:
    rows, keys = (
        (waiting_rows(request.GET, actor_of(request)), ("received_at", "matter_id"))
        if desk is WAITING
        else (review_rows(request.GET, actor_of(request)), ("replied_at", "matter_id"))
    )
    return key_page(
        rows, keys=keys, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=SIZE
    )


def _shown(items: list[Any], desk: Desk) -> Rows:
    now, due = timezone.now(), _due(items, desk.rule)
    replies: dict[int, Reply] = {}
    if desk is REVIEWS:
        rows = Reply.objects.filter(dispatch_id__in=[item.pk for item in items], approved_at__isnull=False)
        replies = {reply.dispatch_id: reply for reply in rows.order_by("round")}
    return [
        {
            "item": item,
            "due": due.get(item.pk),
            "kind": label_of("hotline.kind", item.kind, now) if desk is WAITING else "",
            "urgency": label_of("hotline.urgency", item.urgency, now),
            "reply": replies.get(item.pk),
        }
        for item in items
    ]


def picks_of(request: HttpRequest) -> list[bulk.Pick]:
    """The rows that were ticked: id and version of each. What was tampered with is left out."""
    found = []
    for text in request.POST.getlist("pick"):
        pk, version = map(natural, text.partition(":")[::2])
        if pk is not None and version is not None:
            found.append(bulk.Pick(pk, version))
    return found


def _list(request: HttpRequest, desk: Desk, form: Form, said: str = "") -> HttpResponse:
    page = _page_of(request, desk)
    ticked = {pick.pk for pick in picks_of(request)} if request.method == "POST" else set()
    units = getattr(form, "units", None) or Units()
    context = {
        "page": page,
        "rows": _shown(page.items, desk),
        "ticked": ticked,
        "trail": trail_of("waiting" if desk is WAITING else "reviews", request),
        "form": form,
        "said": said,
        "limit": bulk.LIMIT,
        "desk": desk,
        "units": units.rows,
        "chosen": {name: request.GET.get(name, "") for name in ("kind", "urgency", "area", "body")},
        "kinds": options("hotline.kind"),
        "urgencies": options("hotline.urgency"),
        "areas": Body.objects.filter(active=True, kind__in=["county", "committee"]).order_by("kind", "code")
        if desk is WAITING
        else (),
    }
    return render(request, desk.template, context, status=422 if form.errors or said else 200)


def _preview(request: HttpRequest, desk: Desk, form: Any, picks: list[bulk.Pick]) -> HttpResponse:
    actor, now, terms = actor_of(request), timezone.now(), form.terms()
    rows = bulk.bulk_foresee(what=desk.what, picks=picks, terms=terms, actor=actor, at=now)
    bodies: list[Any] = []
    if desk is WAITING:
        by_pk = {body.pk: body for body in form.fields["unit"].units.rows}
        bodies = [by_pk[pk] for pk in terms["bodies"] if pk in by_pk]
    shown = [
        {"item": row.subject, "pick": row.pick, "why_not": row.why_not, "closing": _closing(row, bodies, now)}
        for row in rows
    ]
    context = {
        "desk": desk,
        "key": draft_key(),
        "rows": shown,
        "possible": sum(1 for row in rows if not row.why_not),
        "refused": sum(1 for row in rows if row.why_not),
        "form": form,
        "bodies": bodies,
        "decision": dict(form.fields["decision"].choices)[terms["decision"]] if desk is REVIEWS else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "hotline/bulk_preview.html", context)


def _closing(row: bulk.Foreseen, bodies: list[Any], now: Any) -> Any:
    """By when the first unit would have to be done with it; None where nothing would start."""
    if not bodies or row.why_not:
        return None
    role = "sole" if len(bodies) == 1 else "lead"
    terms = terms_of_dispatch(
        at=now, urgency=row.subject.urgency, kind=row.subject.kind, role=role, body=bodies[0]
    )
    return next((term.due_at for term in terms if term.rule == "hotline.close"), None)


def _desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    units = Units()
    if request.method == "GET":
        return _list(request, desk, desk.form(units=units))
    form, picks = desk.form(request.POST, units=units), picks_of(request)
    said = "" if picks else "请先选择要办理的各件"
    if len(picks) > bulk.LIMIT:
        said = f"一次最多办理 {bulk.LIMIT} 件，现选了 {len(picks)} 件，请分次办理"
    if said or not form.is_valid():
        return _list(request, desk, form, said)
    return _preview(request, desk, form, picks)


@require_http_methods(["GET", "POST"])
def waiting_index(request: HttpRequest) -> HttpResponse:
    """Requests that wait for dispatching, the longest first; posting rows and a unit gives the preview."""
    return _desk(request, WAITING)


@require_http_methods(["GET", "POST"])
def review_index(request: HttpRequest) -> HttpResponse:
    """Replies that wait for review, the longest first, each to be read in place; posting gives the preview."""
    return _desk(request, REVIEWS)


@require_POST
def bulk_begin(request: HttpRequest) -> HttpResponse:
    """Carry out what the preview showed; the same form sent again leads to the same run."""
    desk = DESKS.get(request.POST.get("what", ""))
    if desk is None:
        raise Http404("what")
    actor = actor_of(request)
    if not actor.can(bulk.MAY[desk.what]):
        raise NotAllowed("您没有办理这一事项的权限")
    form, key = desk.form(request.POST, units=Units()), request.POST.get("key", "")
    if not form.is_valid():
        return _list(request, desk, form)
    if not (key.isascii() and key.isalnum() and len(key) <= 32):
        raise Incomplete("页面已过期", mend="请回到列表重新选择")
    run = bulk.bulk_start(
        what=desk.what, key=key, picks=picks_of(request), terms=form.terms(), actor=actor, at=timezone.now()
    )
    _go_on(run, request)
    return redirect("bulk-run", key=run.key)


def _go_on(run: BulkRun, request: HttpRequest) -> None:
    """As many as fit into one answer."""
    until = time.monotonic() + SECONDS
    for _ in range(ONE_GO):
        run = bulk.bulk_next(run=run, actor=actor_of(request), at=timezone.now())
        if not run.left or time.monotonic() > until:
            return


@require_http_methods(["GET", "POST"])
def bulk_run(request: HttpRequest, key: str) -> HttpResponse:
    """How far a run is, and what became of each; posting goes on with those that are left."""
    actor = actor_of(request)
    run = get_object_or_404(BulkRun, user_id=actor.user_id, key=key)
    if request.method == "POST":
        _go_on(run, request)
        return redirect("bulk-run", key=key)
    desk = DESKS[run.what]
    context = {"run": run, "desk": desk, "gone": len(run.results), "detail": DETAIL[run.what]}
    return render(request, "hotline/bulk_run.html", context)


DETAIL = {bulk.DISPATCH: "request-detail", bulk.REVIEW: "dispatch-detail"}
