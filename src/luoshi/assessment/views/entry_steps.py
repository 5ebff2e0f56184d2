"""What is done with an entry, the queue for approval, and what the records already show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.assessment import forms_records as forms
from luoshi.assessment import rules_records as rules
from luoshi.assessment import services
from luoshi.assessment.models import Entry
from luoshi.assessment.policies_records import require
from luoshi.assessment.selectors import candidates, records
from luoshi.assessment.selectors.effects import entry_effect
from luoshi.assessment.services.entries import missing_proof
from luoshi.assessment.views.entries import entry_or_404, with_titles
from luoshi.assessment.views.records_common import (
    actor_of,
    deed,
    number_of,
    page_of,
    step,
    tab_items,
    today,
)
from luoshi.ledger import links

QUEUE, CANDIDATES = "assessment-entry-queue", "assessment-candidates"
DONE = {
    "approve": "已审定计入",
    "reject": "已记为不予计入",
    "withdraw": "已撤回",
    "revoke": "已撤销，自始不计",
    "refer": "已登记移交",
}


def _steps(request: HttpRequest, entry: Entry) -> dict[str, Callable[[], object]]:
    text = request.POST.get("text", "")
    common: dict[str, Any] = {"entry": entry, "actor": actor_of(request), "at": timezone.now()}
    return {
        "approve": lambda: services.entry_approve(opinion=text, **common),
        "reject": lambda: services.entry_reject(reason=text, **common),
        "withdraw": lambda: services.entry_withdraw(reason=text, **common),
        "revoke": lambda: services.entry_revoke(reason=text, **common),
        "refer": lambda: services.entry_refer(to=text, **common),
    }


@require_POST
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Approve, reject, withdraw, revoke or refer an entry; the text posted is the opinion or reason."""
    entry = entry_or_404(request, pk)
    service = _steps(request, entry).get(code)
    if service is None:
        raise Http404
    back = reverse(QUEUE) if "queue" in request.POST else reverse("assessment-entry", args=[pk])
    return step(request, service, back=back, done=DONE[code])


@require_POST
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Add proof to an entry."""
    entry, actor, now = entry_or_404(request, pk), actor_of(request), timezone.now()
    rule = rules.item_rule(entry.item, entry.date)
    if rule is None:
        raise Http404
    form = forms.SupplementForm(request.POST, request.FILES, rule=rule)

    def save(data: dict[str, Any]) -> None:
        files = forms.uploads(data["papers"], data["material"])
        services.entry_supplement(entry=entry, files=files, actor=actor, at=now)

    back = reverse("assessment-entry", args=[pk])
    return deed(request, form, save, back=back, done="材料已补充")


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for approval, with what each would add; several are approved with one press."""
    actor = actor_of(request)
    if request.method == "POST":
        chosen = [pk for text in request.POST.getlist("entry") if (pk := number_of(text)) is not None]
        entries = list(records.entry_list(state="proposed").filter(pk__in=chosen))
        if not entries:
            messages.error(request, "请先勾选要审定的登记")
            return redirect(QUEUE)
        done, refused = services.entries_approve(entries=entries, actor=actor, at=timezone.now())
        if done:
            messages.success(request, f"已审定计入{len(done)}条")
        for entry, why in refused:
            messages.error(request, f"{entry.matter.number}：{why}")
        return redirect(QUEUE)
    rows = records.entry_list(state="proposed", side=request.GET.get("side", ""))
    page = page_of(request, rows.prefetch_related("matter__attachments"))
    for entry in with_titles(page.items):
        entry.effect, entry.missing = entry_effect(entry), missing_proof(entry)  # type: ignore[attr-defined]
    tabs = [("", "全部", None), ("deduction", "扣分", None), ("bonus", "加分", None)]
    context = {
        "page": page,
        "tabs": tab_items(request, tabs, "side"),
        "crumbs": [("加减分", reverse("assessment-entries")), ("待审定", "")],
    }
    return render(request, "assessment/entry_queue.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the hotline's records already show, by kind; each is confirmed or let go."""
    which = request.GET.get("which", "")
    item = which if which in candidates.SOURCES else next(iter(candidates.SOURCES))
    counts, day, actor = candidates.candidate_counts(), today(), actor_of(request)
    page = page_of(request, candidates.candidate_rows(item), ("-pk",))
    rows = [candidates.candidate_of(item, row) for row in page.items]
    shown = [(row, links.matter_url(row.order) if links.may_read(actor, row.order) else "") for row in rows]
    context = {
        "page": page,
        "rows": shown,
        "tabs": [
            {
                "label": rules.item_title(code, day),
                "url": f"?which={code}",
                "active": code == item,
                "count": counts[code] or None,
            }
            for code in candidates.SOURCES
        ],
        "rule": rules.item_rule(item, day),
        "dismissed": candidates.dismissed_list().filter(key__startswith=f"{item}:").order_by("-pk")[:20],
        "crumbs": [("加减分", reverse("assessment-entries")), ("待核情形", "")],
    }
    return render(request, "assessment/candidates.html", context)


@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a finding as a deduction, or let it go: the key and the reason are posted."""
    key, text = request.POST.get("key", ""), request.POST.get("text", "")
    actor, now = actor_of(request), timezone.now()
    require(actor.can("assessment.record"), "处理待核情形")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "accept": (
            lambda: services.candidate_accept(key=key, finding=text, actor=actor, at=now),
            "已登记，待指挥中心审定",
        ),
        "dismiss": (
            lambda: services.candidate_dismiss(key=key, reason=text, actor=actor, at=now),
            "已记为不予扣分",
        ),
    }
    if code not in acts:
        raise Http404
    service, done = acts[code]
    back = f"{reverse(CANDIDATES)}?which={key.partition(':')[0]}"
    return step(request, service, back=back, done=done)
