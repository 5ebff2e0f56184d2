"""The public portal: hand in, follow, rate, and read what was published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luoshi.hotline import services
from luoshi.hotline.contacts import query_code
from luoshi.hotline.forms.portal import AskForm, CommentForm, TrackForm
from luoshi.hotline.selectors import public
from luoshi.hotline.selectors.search import publication_search
from luoshi.hotline.services.shared import rule_day
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.errors import Refusal
from luoshi.ledger.paging import key_page

DONE, FOLLOWED, RATED = "portal_done", "portal_followed", "portal_rated"
WINDOW_S, ASKS, LOOKS = 600, 10, 30


def _too_many(request: HttpRequest, what: str, limit: int) -> bool:
    """Whether this address has asked more than `limit` times within ten minutes (per web process)."""
    key = f"portal:{what}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_S)
    try:
        return int(cache.incr(key)) > limit
    except ValueError:
        return False


@require_GET
def portal_home(request: HttpRequest) -> HttpResponse:
    """The public front page."""
    terms = public.terms_on(rule_day(timezone.now()))
    return render(
        request, "hotline/portal_home.html", {"latest": public.publication_list()[:6], "terms": terms}
    )


@require_http_methods(["GET", "POST"])
def portal_ask(request: HttpRequest) -> HttpResponse:
    """Hand in a request."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _too_many(request, "ask", ASKS):
            form.add_error(None, "提交太频繁了，请十分钟后再试，或直接拨打 12345。您填写的内容仍在页面上。")
        else:
            data = form.cleaned_data
            try:
                received = services.request_receive(
                    channel="web",
                    kind=data["kind"],
                    content=data["content"],
                    place=data["place"],
                    contact={
                        "name": data["name"],
                        "mobile": data["mobile"],
                        "ip": request.META.get("REMOTE_ADDR"),
                    },
                    wants_public=data["wants_public"],
                    rights_matter=data["rights_matter"],
                    actor=CITIZEN,
                    at=timezone.now(),
                )
            except Refusal as refusal:
                name = getattr(refusal, "field", "").removeprefix("contact.")
                form.add_error(name if name in form.fields else None, str(refusal))
            else:
                request.session[DONE] = received.matter.number
                return redirect("portal-done")
    return render(request, "hotline/portal_ask.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def portal_done(request: HttpRequest) -> HttpResponse:
    """The number of what was just handed in."""
    number = request.session.get(DONE)
    if not number:
        return redirect("portal-home")
    return render(request, "hotline/portal_done.html", {"number": number, "code": query_code(number)})


def _context(
    request: HttpRequest, found: public.Tracking | None, form: TrackForm, comment: CommentForm | None = None
) -> dict[str, Any]:
    steps = [
        {"title": step.label, "at": step.at, "tone": "success", "icon": "check"}
        for step in (found.steps if found else ())
    ]
    rated = found is not None and request.session.get(RATED) == found.number
    offered = comment or (CommentForm() if found and found.may_rate and not rated else None)
    return {"form": form, "found": found, "steps": steps, "comment_form": offered, "rated": rated}


def _remembered(request: HttpRequest) -> public.Tracking | None:
    """The request that this browser looked up with its secret a moment ago."""
    number = request.session.get(FOLLOWED)
    return public.tracking(number=number, code=query_code(number)) if number else None


@require_http_methods(["GET", "POST"])
def portal_track(request: HttpRequest) -> HttpResponse:
    """Follow a request by its number and the telephone given, or by its query code."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    found = _remembered(request) if request.method == "GET" and "again" in request.GET else None
    if request.method == "POST" and form.is_valid():
        if _too_many(request, "track", LOOKS):
            form.add_error(None, "查询太频繁了，请十分钟后再试，或直接拨打 12345。")
        else:
            secret = form.cleaned_data["phone"]
            found = public.tracking(number=form.cleaned_data["number"], phone=secret, code=secret)
            if found is None:
                form.add_error(None, "没有查到。请核对工单号和手机号码；仍查不到可拨打 12345。")
            else:
                request.session[FOLLOWED] = found.number
    status = 422 if form.errors else 200
    return render(request, "hotline/portal_track.html", _context(request, found, form), status=status)


@require_POST
def portal_comment(request: HttpRequest) -> HttpResponse:
    """The citizen rates the outcome of the request just looked up."""
    found = _remembered(request)
    if found is None:
        return redirect("portal-track")
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            services.request_comment(
                request=found.request,
                rating=form.cleaned_data["grade"],
                comment=form.cleaned_data["comment"],
                actor=CITIZEN,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    if form.errors:
        context = _context(request, found, TrackForm(), form)
        return render(request, "hotline/portal_track.html", context, status=422)
    request.session[RATED] = found.number
    messages.success(request, "谢谢您的评价，已经记下。")
    return redirect(f"{reverse('portal-track')}?again=1")


@require_GET
def published_index(request: HttpRequest) -> HttpResponse:
    """What was published, newest first or by words."""
    q = request.GET.get("q", "").strip()
    hits = publication_search(q) if q else []
    page = key_page(
        public.publication_list(),
        keys=("-published_at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=20,
    )
    part = request.headers.get("HX-Target") == "published"
    return render(
        request,
        "hotline/_published_rows.html" if part else "hotline/published_list.html",
        {"page": page, "q": q, "hits": hits},
    )


@require_GET
def published_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One published request."""
    found = public.publication_get(pk)
    if found is None:
        raise Http404("not published")
    return render(request, "hotline/published_detail.html", {"publication": found})
