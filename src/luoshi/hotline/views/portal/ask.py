"""Asking in three steps: what happened, who you are, check and send. The draft is kept after each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luoshi.hotline import sealing, services
from luoshi.hotline import text as texts
from luoshi.hotline.contacts import query_code
from luoshi.hotline.forms.portal import KINDS, WhatForm, WhoForm
from luoshi.hotline.selectors import public
from luoshi.hotline.selectors.citizen_drafts import DraftView, citizen_draft_of
from luoshi.hotline.selectors.search import publication_search
from luoshi.hotline.services.citizen_drafts import KEPT, LARGEST, MOST_FILES, TAKEN
from luoshi.hotline.services.shared import label_of, rule_day
from luoshi.hotline.text import clean, clean_line
from luoshi.hotline.views.portal.common import DRAFT_COOKIE, TOO_OFTEN, private, too_many
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.errors import Refusal
from luoshi.ledger.inputs import natural
from luoshi.organisation.visitors import address_of

STEPS = ("说事情", "留电话", "核对提交")
ASKS, SAVES = 10, 60
RECEIPT = timedelta(hours=1)
SALT = "portal-draft"
ANSWERS = 3
TRAPPED = "提交没有成功，请刷新页面后再试，或直接拨打 12345。"
AGAIN = "工单{number}反映的问题没有解决："
TYPED = {"kind": 20, "content": 20000, "place": 1000, "mobile": 100, "name": 200}
TICKED = ("rights_matter", "wants_public")
FIELDS = {"what": ("kind", "content", "place"), "who": ("mobile", "name", *TICKED)}


def token_of(request: HttpRequest) -> str:
    """The token of the draft that this browser holds; "" without one."""
    return request.get_signed_cookie(DRAFT_COOKIE, default="", salt=SALT, max_age=KEPT) or ""


def draft_here(request: HttpRequest) -> DraftView | None:
    """The visitor's draft, sent or not."""
    return citizen_draft_of(token_of(request), timezone.now())


def _unsent(request: HttpRequest) -> DraftView | None:
    draft = draft_here(request)
    return draft if draft is not None and not draft.number else None


def _typed(request: HttpRequest, step: str) -> dict[str, Any]:
    """What was typed on a step, cleaned and cut to a bearable size: kept even where it is not right yet."""
    values: dict[str, Any] = {}
    for name in FIELDS[step]:
        if name in TICKED:
            values[name] = name in request.POST
        else:
            given = request.POST.get(name, "")[: TYPED[name]]
            values[name] = clean(given) if name == "content" else clean_line(given)
    return values


def _remember(answer: HttpResponse, request: HttpRequest, token: str) -> HttpResponse:
    answer.set_signed_cookie(
        DRAFT_COOKIE, token, salt=SALT, max_age=KEPT, path=reverse("portal-home"), httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return answer


def _keep(request: HttpRequest, step: str, draft: DraftView | None) -> str:
    """Save what was typed; the token of the draft, a new one where there was none. "" when saved too often."""
    if too_many(request, "draft", SAVES):
        return ""
    token = token_of(request) if draft is not None else sealing.new_token()
    before = draft.values if draft is not None else {}
    services.citizen_draft_save(token=token, values={**before, **_typed(request, step)}, at=timezone.now())
    return token


def _take_files(request: HttpRequest, token: str, form: WhatForm) -> None:
    for file in request.FILES.getlist("files"):
        name = file.name or "附件"
        content = file.read(LARGEST + 1)
        try:
            services.citizen_draft_file_add(token=token, name=name, content=content, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))


@private
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    """Step one: what happened, where, with pictures where there are any."""
    draft = _unsent(request)
    if request.method == "GET":
        values = draft.values if draft is not None else {"content": _again(request)}
        return _what_page(request, WhatForm(initial={"kind": "help", **values}), draft)
    form = WhatForm(request.POST)
    if form.trapped():
        form.add_error(None, TRAPPED)
        return _what_page(request, form, draft)
    token = _keep(request, "what", draft)
    if not token:
        form.add_error(None, TOO_OFTEN)
        return _what_page(request, form, draft)
    removed = natural(request.POST.get("remove", ""))
    if removed is not None:
        services.citizen_draft_file_remove(token=token, file=removed)
        return _remember(redirect(f"{reverse('portal-ask')}#files"), request, token)
    _take_files(request, token, form)
    if "later" in request.POST:
        return _remember(redirect("portal-kept"), request, token)
    if form.is_valid() and "add" not in request.POST:
        return _remember(redirect("portal-ask-who"), request, token)
    if "add" in request.POST and not form.non_field_errors():
        return _remember(redirect(f"{reverse('portal-ask')}#files"), request, token)
    return _remember(_what_page(request, form, citizen_draft_of(token, timezone.now())), request, token)


def _again(request: HttpRequest) -> str:
    """The first words of a request that follows an earlier one."""
    number = clean_line(request.GET.get("again", ""))[:40]
    return AGAIN.format(number=number) if number else ""


def _what_page(request: HttpRequest, form: WhatForm, draft: DraftView | None) -> HttpResponse:
    context = {
        "form": form,
        "draft": draft,
        "files": draft.files if draft is not None else (),
        "most": MOST_FILES,
        "largest": LARGEST // (1 << 20),
        "accept": ",".join(TAKEN),
        "steps": STEPS,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hotline/portal_ask_what.html", context, status=status)


@private
@require_http_methods(["GET", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Step two: how to reach the citizen, and what may be made public."""
    draft = _unsent(request)
    if draft is None or not WhatForm(draft.values).is_valid():
        return redirect("portal-ask")
    if request.method == "GET":
        form = WhoForm(initial={"wants_public": True, **draft.values})
        return _who_page(request, form)
    form = WhoForm(request.POST)
    if form.trapped():
        form.add_error(None, TRAPPED)
        return _who_page(request, form)
    token = _keep(request, "who", draft)
    if not token:
        form.add_error(None, TOO_OFTEN)
        return _who_page(request, form)
    if "later" in request.POST:
        return _remember(redirect("portal-kept"), request, token)
    if form.is_valid():
        return _remember(redirect("portal-ask-check"), request, token)
    return _remember(_who_page(request, form), request, token)


def _who_page(request: HttpRequest, form: WhoForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hotline/portal_ask_who.html", {"form": form, "steps": STEPS}, status=status)


@private
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Step three: everything at a glance, what may already answer it, what happens next; then it is sent."""
    draft = draft_here(request)
    if draft is not None and draft.number:
        return redirect("portal-done")
    if draft is None or not WhatForm(draft.values).is_valid():
        return redirect("portal-ask")
    if not WhoForm(draft.values).is_valid():
        return redirect("portal-ask-who")
    trouble = ""
    if request.method == "POST":
        trouble = _send(request)
        if not trouble:
            return redirect("portal-done")
    now = timezone.now()
    values = draft.values
    context = {
        "values": values,
        "kind": KINDS.get(values["kind"], label_of("hotline.kind", values["kind"], now)),
        "files": draft.files,
        "answers": publication_search(f"{values['content'][:200]} {values['place']}", size=ANSWERS),
        "terms": public.terms_on(rule_day(now)),
        "steps": STEPS,
        "trouble": trouble,
    }
    return render(request, "hotline/portal_ask_check.html", context, status=422 if trouble else 200)


def _send(request: HttpRequest) -> str:
    """Hand the draft in; what is wrong in words, or ""."""
    if request.POST.get("website"):
        return TRAPPED
    if too_many(request, "ask", ASKS):
        return TOO_OFTEN
    try:
        services.citizen_draft_send(
            token=token_of(request), address=address_of(request), actor=CITIZEN, at=timezone.now()
        )
    except Refusal as refusal:
        return str(refusal)
    return ""


@private
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The receipt: the number of what was handed in, and what happens next.

    It is shown for an hour: on a computer that others use too, nobody finds it later.
    """
    draft, now = draft_here(request), timezone.now()
    if draft is None or not draft.number or draft.changed_at < now - RECEIPT:
        return redirect("portal-home")
    context = {
        "number": draft.number,
        "code": query_code(draft.number),
        "at": draft.changed_at,
        "terms": public.terms_on(rule_day(now)),
    }
    return render(request, "hotline/portal_done.html", context)


@private
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """The draft is kept: until when, and how to go on."""
    draft = _unsent(request)
    if draft is None:
        return redirect("portal-ask")
    title = texts.clean_line(draft.values.get("content", ""))[:40]
    return render(request, "hotline/portal_kept.html", {"draft": draft, "title": title})


@private
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Delete the draft, at once and for good."""
    token = token_of(request)
    if token:
        services.citizen_draft_discard(token=token)
    answer = redirect(reverse("portal-home") if "home" in request.POST else reverse("portal-ask"))
    answer.delete_cookie(DRAFT_COOKIE, path=reverse("portal-home"), samesite="Lax")
    return answer
