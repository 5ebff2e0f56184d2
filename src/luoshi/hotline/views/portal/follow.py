"""Following a request by number and telephone: how far it is, what is owed, rating, and adding what was forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.hotline import services
from luoshi.hotline.contacts import query_code
from luoshi.hotline.forms.portal import CommentForm, SupplementForm, TrackForm
from luoshi.hotline.selectors import public
from luoshi.hotline.selectors.following import STAGES, standing_of
from luoshi.hotline.views.portal.ask import TRAPPED
from luoshi.hotline.views.portal.common import TOO_OFTEN, private, too_many
from luoshi.ledger.actors import CITIZEN
from luoshi.organisation.pagekit import run

FOLLOWED, RATED = "portal_followed", "portal_rated"
LOOKS, LOOKS_AT_ONE, WORDS = 30, 20, 10
NOT_FOUND = "没有查到。请核对工单号和手机号码；仍查不到可拨打 12345。"
ENDED_OTHERWISE = "refused", "not_redispatched"


def _context(request: HttpRequest, found: public.Tracking | None, **forms: Any) -> dict[str, Any]:
    context: dict[str, Any] = {"form": forms.get("form") or TrackForm(), "found": found, "stages": STAGES}
    if found is None:
        return context
    standing = standing_of(found.request, timezone.now())
    rated = request.session.get(RATED) == found.number
    steps = [
        {"title": step.label, "at": step.at, "tone": "success", "icon": "check"}
        for step in reversed(found.steps)
    ]
    offered = forms.get("comment") or (CommentForm() if found.may_rate and not rated else None)
    added = forms.get("supplement") or (SupplementForm() if standing.may_supplement else None)
    return {
        **context,
        "steps": steps,
        "standing": standing,
        "otherwise": found.request.matter.state in ENDED_OTHERWISE,
        "comment_form": offered,
        "supplement_form": added,
        "rated": rated,
    }


def _remembered(request: HttpRequest) -> public.Tracking | None:
    """The request that this browser looked up with its secret a moment ago."""
    number = request.session.get(FOLLOWED)
    return public.tracking(number=number, code=query_code(number)) if number else None


def _looked_up(request: HttpRequest, form: TrackForm) -> public.Tracking | None:
    """The request that the number and the secret open; what hinders is said on the form, the same for every cause."""
    number, secret = form.cleaned_data["number"], form.cleaned_data["phone"]
    if form.trapped():
        form.add_error(None, TRAPPED)
        return None
    often = too_many(request, "track", LOOKS)
    if too_many(request, "track-number", LOOKS_AT_ONE, whose=number) or often:
        form.add_error(None, TOO_OFTEN)
        return None
    found = public.tracking(number=number, phone=secret, code=secret)
    if found is None:
        form.add_error(None, NOT_FOUND)
    return found


@private
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Follow a request by its number and the telephone given, or by its query code."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40]})
    found = _remembered(request) if request.method == "GET" and "again" in request.GET else None
    if request.method == "POST" and form.is_valid():
        found = _looked_up(request, form)
        if found is not None:
            request.session[FOLLOWED] = found.number
    status = 422 if form.errors else 200
    return render(request, "hotline/portal_track.html", _context(request, found, form=form), status=status)


@private
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget what was looked up: for a computer that others use too."""
    request.session.pop(FOLLOWED, None)
    request.session.pop(RATED, None)
    return redirect("portal-track")


@private
@require_POST
def comment(request: HttpRequest) -> HttpResponse:
    """The citizen rates the outcome of the request just looked up."""
    found = _remembered(request)
    if found is None:
        return redirect("portal-track")
    form = CommentForm(request.POST)
    done = run(
        form,
        lambda said: services.request_comment(
            request=found.request,
            rating=said["grade"],
            comment=said["comment"],
            actor=CITIZEN,
            at=timezone.now(),
        ),
    )
    if not done:
        return render(
            request, "hotline/portal_track.html", _context(request, found, comment=form), status=422
        )
    request.session[RATED] = found.number
    messages.success(request, "谢谢您的评价，已经记下。")
    return redirect(f"{reverse('portal-track')}?again=1")


@private
@require_POST
def supplement(request: HttpRequest) -> HttpResponse:
    """The citizen adds what was forgotten to the request just looked up."""
    found = _remembered(request)
    if found is None:
        return redirect("portal-track")
    form = SupplementForm(request.POST)
    if form.is_valid() and too_many(request, "supplement", WORDS):
        form.add_error(None, TOO_OFTEN)
    done = run(
        form,
        lambda said: services.request_supplement(
            request=found.request, text=said["text"], actor=CITIZEN, at=timezone.now()
        ),
    )
    if not done:
        return render(
            request, "hotline/portal_track.html", _context(request, found, supplement=form), status=422
        )
    messages.success(request, "已经补充，办理的单位可以看到。")
    return redirect(f"{reverse('portal-track')}?again=1")
