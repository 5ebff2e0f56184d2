"""Appeals: the list, submitting one, one with its course, the decision drafted with a preview, approved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.assessment import forms_sheets as forms
from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.policies_sheets import may_decide, may_read_all, require
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import appeals, revising
from luoshi.assessment.states_sheets import APPEALS
from luoshi.assessment.views.sheets_common import (
    TONES,
    answer,
    appeal_or_404,
    crumbs,
    history,
    run,
    sheet_or_404,
    step,
)
from luoshi.engines.assessment import explain
from luoshi.ledger.errors import Refusal
from luoshi.ledger.models import Obligation
from luoshi.ledger.paging import key_page
from luoshi.organisation.views.common import actor_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _to(appeal: Appeal) -> str:
    return reverse("appeal-detail", args=[appeal.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Appeals, the latest first: all of them, or one's own unit's."""
    actor, state = actor_of(request), request.GET.get("state", "")
    state = state if state in APPEALS.labels else ""
    rows = reading.appeal_list(actor=actor, state=state)
    page = key_page(
        rows,
        keys=("-matter_id",),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    tabs = [{"label": "全部", "url": "?", "active": not state}] + [
        {"label": label, "url": f"?state={code}", "active": state == code}
        for code, label in APPEALS.labels.items()
    ]
    context = {"page": page, "tabs": tabs, "tones": TONES, "all_units": may_read_all(actor)}
    return render(request, "assessment/appeal_list.html", context)


@GET_OR_POST
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal: choose the items, see what was counted for them, say why."""
    sheet, actor, now = sheet_or_404(request, pk), actor_of(request), timezone.now()
    form = forms.AppealForm(request.POST or None, request.FILES or None)
    chosen = request.POST.getlist("items") or request.GET.getlist("item")
    made: list[Appeal] = []

    def submit(data: dict[str, Any]) -> None:
        made.append(
            appeals.appeal_submit(
                sheet=sheet,
                items=chosen,
                reason=data["reason"],
                basis=data["basis"],
                demand=data["demand"],
                files=[(file, file.name) for file in data["attachments"] or []],
                actor=actor,
                at=now,
            )
        )

    if request.method == "POST" and run(form, submit):
        messages.success(request, "申诉已提交并受理，5个工作日内作出决定")
        return redirect(_to(made[0]))
    context = {
        "sheet": sheet,
        "form": form,
        "items": _items(sheet, actor.body_id, chosen),
        "unit": reading.unit_row(sheet, actor.body_id) if actor.body_id and sheet.closed_at else None,
        "crumbs": crumbs((sheet.matter.title, reverse("sheet-detail", args=[sheet.pk])), ("申诉", "")),
    }
    return answer(request, "assessment/appeal_new.html", context, form)


def _items(sheet: Sheet, body_id: int | None, chosen: list[str]) -> list[dict[str, Any]]:
    """The items of the unit on the sheet, each with its points told in a sentence."""
    row = reading.unit_row(sheet, body_id) if body_id and sheet.closed_at else None
    if row is None:
        return []
    scored = reading.engine_sheet(sheet)
    score = scored.unit(row.body.code)
    return [
        {
            "id": line.item.id,
            "title": line.item.title,
            "points": line.points,
            "most": line.item.max if line.item.max is not None else line.item.cap,
            "told": explain.sentence(scored, score, line),
            "chosen": line.item.id in chosen,
            "cases": reverse("assessment-item", args=[row.body.code, line.item.id])
            + f"?period={sheet.period}",
        }
        for line in score.lines
        if sheet.kind in line.item.periods
    ]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal: what is asked, what was decided and what that changed, its clock and its course."""
    appeal, actor = appeal_or_404(request, pk), actor_of(request)
    can = {edge.action for edge in APPEALS.actions(appeal.matter.state, actor, appeal.matter)}
    shown = may_read_all(actor) or appeal.decided_at is not None
    context = {
        "appeal": appeal,
        "tone": TONES[appeal.matter.state],
        "can": can,
        "titles": _titles(appeal),
        "shown": shown,
        "all_units": may_read_all(actor),
        "before_edition": (appeal.revision or 1) - 1,
        "corrections": _told(appeal) if shown else [],
        "change": _change(appeal) if shown and appeal.accepts else None,
        "clock": Obligation.objects.filter(matter_id=appeal.pk, rule="assessment.appeal_decision").first(),
        "files": _files(appeal),
        "opinion_form": forms.OpinionForm(),
        "entries": history(appeal.matter),
        "crumbs": [("申诉", reverse("appeal-list")), (appeal.matter.title, "")],
        "now": timezone.now(),
    }
    return render(request, "assessment/appeal_detail.html", context)


def _titles(appeal: Appeal) -> list[str]:
    """The items appealed against, by name."""
    leaves = {leaf.id: leaf.title for leaf in reading.scheme_of(appeal.sheet).leaves()}
    return [f"{item} {leaves[item]}" for item in appeal.items]


def _told(appeal: Appeal) -> list[dict[str, Any]]:
    """The corrections with the counts' labels."""
    labels = reading.scheme_of(appeal.sheet).counts
    return [{**row, "before": row["from"], "label": labels[row["count"]]} for row in appeal.corrections]


def _change(appeal: Appeal) -> dict[str, Any] | None:
    """What a draft would change, or what the approved decision changed: items, total and rank before and after."""
    if appeal.matter.state == "drafted":
        try:
            seen = revising.preview(appeal.sheet, appeal.body.code, _kept(appeal))
        except Refusal:
            return None
        return _as_change(seen)
    if appeal.revision is None:
        return None
    code = appeal.body.code
    before = reading.engine_sheet(appeal.sheet, appeal.revision - 1)
    after = reading.engine_sheet(appeal.sheet, appeal.revision)
    return _as_change(revising.between(before, after, code))


def _as_change(seen: revising.Preview) -> dict[str, Any]:
    return {"items": seen.change.items, "before": seen.before, "after": seen.after, "moves": seen.moves}


def _kept(appeal: Appeal) -> list[revising.Correction]:
    return [revising.Correction.read(row) for row in appeal.corrections]


def _files(appeal: Appeal) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "size": file.size,
            "added_by": file.added_by,
            "added_at": file.added_at,
            "url": reverse("attachment", args=[file.pk]),
        }
        for file in appeal.matter.attachments.order_by("pk")
    ]


def _counts(appeal: Appeal) -> list[forms.Counted]:
    """The counts that a draft may correct: those of the items appealed against, or all of a year's."""
    scored = reading.engine_sheet(appeal.sheet)
    scheme, row = scored.scheme, reading.unit_row(appeal.sheet, appeal.body_id)
    assert row is not None  # noqa: S101 - the unit stands on the sheet it appealed against
    unit = revising.inputs_of_row(row)
    items = appeal.items or [leaf.id for leaf in scheme.leaves() if appeal.sheet.kind in leaf.periods]
    labels: dict[str, str] = {}
    for item in items:
        labels |= revising.counts_of_item(scheme, item)
    return [
        forms.Counted(
            name,
            label,
            revising.effective(unit, scored.unit(row.body.code), name),
            revising.is_base(scheme, name),
        )
        for name, label in labels.items()
    ]


@GET_OR_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the decision; `look` shows what it would change and saves nothing."""
    appeal, actor, now = appeal_or_404(request, pk), actor_of(request), timezone.now()
    require(may_decide(actor), "提出申诉处理意见")
    last = reading.period_of(appeal.sheet).last
    kept = {one.count: one for one in _kept(appeal)}
    initial = {"opinion": appeal.opinion, "accepts": {True: "yes", False: "no", None: None}[appeal.accepts]}
    form = forms.DraftForm(request.POST or None, counts=_counts(appeal), day=last, kept=kept, initial=initial)
    seen: list[dict[str, Any]] = []

    def look(data: dict[str, Any]) -> None:
        if data["accepts"] == "yes":
            wanted = form.corrections()
            revising.check(appeal.sheet, appeal.body.code, appeal.items, wanted)
            seen.append(_as_change(revising.preview(appeal.sheet, appeal.body.code, wanted)))

    def save(data: dict[str, Any]) -> None:
        appeals.appeal_draft(
            appeal=appeal,
            accepts=data["accepts"] == "yes",
            corrections=form.corrections(),
            opinion=data["opinion"],
            actor=actor,
            at=now,
        )

    if request.method == "POST":
        looking = "look" in request.POST
        if run(form, look if looking else save) and not looking:
            messages.success(request, "处理意见已报指挥中心审定")
            return redirect(_to(appeal))
    context = {
        "appeal": appeal,
        "titles": _titles(appeal),
        "form": form,
        "change": seen[0] if seen else None,
        "crumbs": [("申诉", reverse("appeal-list")), (appeal.matter.title, _to(appeal)), ("处理意见", "")],
    }
    return answer(request, "assessment/appeal_draft.html", context, form)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the draft; where the appeal succeeds the sheet is revised at once."""
    appeal, actor, now = appeal_or_404(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: appeals.appeal_approve(appeal=appeal, actor=actor, at=now),
        back=_to(appeal),
        done="已审定，申诉单位已收到提醒",
    )


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft back to the platform."""
    appeal, actor, now = appeal_or_404(request, pk), actor_of(request), timezone.now()
    opinion = request.POST.get("opinion", "")
    return step(
        request,
        lambda: appeals.appeal_send_back(appeal=appeal, opinion=opinion, actor=actor, at=now),
        back=_to(appeal),
        done="已退回平台重拟",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit takes its appeal back."""
    appeal, actor, now = appeal_or_404(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: appeals.appeal_withdraw(appeal=appeal, actor=actor, at=now),
        back=_to(appeal),
        done="申诉已撤回",
    )
