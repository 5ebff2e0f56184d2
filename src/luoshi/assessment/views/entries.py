"""Deductions and bonuses: lists, the form of an item, one entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.assessment import forms_records as forms
from luoshi.assessment import rules_records as rules
from luoshi.assessment import services, states_records
from luoshi.assessment.models import Entry
from luoshi.assessment.policies_records import may_file_for, may_oversee, may_read, may_record, require
from luoshi.assessment.selectors import records
from luoshi.assessment.selectors.effects import entry_effect, order_effect
from luoshi.assessment.services.entries import missing_proof
from luoshi.assessment.services.record_checks import order_of
from luoshi.assessment.views.records_common import (
    TONES,
    actor_of,
    answer_page,
    files_shown,
    flag,
    history,
    month_of,
    own_id,
    page_of,
    run,
    tab_items,
    today,
    unit_of,
)
from luoshi.knowledge.forms import PREFIX
from luoshi.ledger import links
from luoshi.ledger.errors import Refusal
from luoshi.organisation.models import Body

LIST = "assessment-entries"
TABS = [
    ("", "全部", None),
    ("proposed", "待审定", None),
    ("approved", "已计入", None),
    ("rejected", "未通过", None),
    ("revoked", "已撤销", None),
]


def entry_or_404(request: HttpRequest, pk: int) -> Entry:
    """The entry, if the actor may read it. Errors: 404, NotAllowed."""
    entry = records.entry_get(pk)
    if entry is None:
        raise Http404
    require(may_read(actor_of(request), entry.matter), "查看这条登记")
    return entry


def with_titles(entries: list[Entry]) -> list[Entry]:
    """Entries with `title` and `points` of their items, and the tone of their state."""
    day = today()
    known = {rule.code: rule.title for rule in rules.item_rules(day)}
    points = {code: rules.item_points(code, day) for code in {entry.item for entry in entries}}
    for entry in entries:
        entry.title, entry.tone = known.get(entry.item, entry.item), flag(entry.matter)  # type: ignore[attr-defined]
        entry.points = points[entry.item]  # type: ignore[attr-defined]
    return entries


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Entries of all units, or of one's own, newest first."""
    actor, which = actor_of(request), request.GET.get("which", "")
    rows = records.entry_list(
        body_id=own_id(request),
        side=request.GET.get("side", ""),
        item=request.GET.get("item", ""),
        state=which if which in TONES else "",
        month=month_of(request),
        text=request.GET.get("q", "").strip(),
    )
    page = page_of(request, rows)
    with_titles(page.items)
    context = {
        "page": page,
        "tabs": tab_items(request, TABS),
        "which": which,
        "items": rules.item_rules(today()),
        "sides": Entry.Side.choices,
        "all_bodies": may_oversee(actor),
        "may_enter": may_record(actor) or actor.can("assessment.unit"),
        "may_approve": actor.can("assessment.approve"),
        "waiting": records.entries_waiting() if actor.can("assessment.approve") else 0,
    }
    return render(request, "assessment/entry_list.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The items that may be entered, in two groups; a unit sees those that it may claim."""
    unit = not may_record(actor_of(request))
    day = today()
    groups: list[tuple[str, list[tuple[Any, Any]]]] = [("扣分", []), ("加分", [])]
    for rule in rules.item_rules(day, unit=unit):
        groups[rule.bonus][1].append((rule, rules.item_points(rule.code, day)))
    context = {
        "groups": [group for group in groups if group[1]],
        "unit": unit,
        "query": request.GET.urlencode(),
        "crumbs": [("加减分", reverse(LIST)), ("选择项目", "")],
    }
    return render(request, "assessment/entry_choose.html", context)


def _given(request: HttpRequest, rule: rules.ItemRule) -> dict[str, Any]:
    """What the address fills in: ?body=, ?order_no=, ?title=."""
    found: dict[str, Any] = {"date": today()}
    for name in ("body", "order_no"):
        if name in request.GET:
            found[name] = request.GET[name]
    for field in rule.fields:
        if field.key in request.GET:
            found[PREFIX + field.key] = request.GET[field.key]
    return found


def _effect(form: forms.EntryForm, body: Body, rule: rules.ItemRule) -> str:
    """What the entry would add, as a sentence; why it cannot be said otherwise."""
    number = str(form["order_no"].value() or "").strip() if "order_no" in form.fields else ""
    if not number:
        return "没有填写诉求件编号，按次计分。"
    try:
        order = order_of(number, body)
    except Refusal as refusal:
        return str(refusal)
    day = form.cleaned_data.get("date") or today()
    effect = order_effect(body_id=body.pk, item=rule.code, day=day, order=order.pk)
    said = f"{order.number} {order.title}"
    return f"{said}：{effect.says}。" if effect else f"{said}：可以登记。"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, item: str) -> HttpResponse:
    """The form of an item; with 核对 it says what the entry would add, without saving."""
    actor, now = actor_of(request), timezone.now()
    rule = rules.item_rule(item, today())
    if rule is None:
        raise Http404
    platform = may_record(actor)
    require(platform or rule.by_unit, f"登记{rule.title}")
    bodies = forms.assessed_bodies() if platform else None
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.EntryForm(*data, rule=rule, bodies=bodies, initial=_given(request, rule))
    made: list[Entry] = []

    def save(given: dict[str, Any]) -> None:
        body = given["body"] if platform else unit_of(request)
        made.append(
            services.entry_propose(
                body=body,
                item=item,
                date=given["date"],
                content=form.content(),
                conditions=given.get("conditions") or (),
                order_no=given.get("order_no", ""),
                files=form.proofs(),
                actor=actor,
                at=now,
            )
        )

    effect = ""
    if request.method == "POST" and "check" in request.POST:
        form.is_valid()
        body = form.cleaned_data.get("body") if platform else unit_of(request)
        effect = _effect(form, body, rule) if body else "请先选择责任单位。"
        form.errors.clear()
    elif request.method == "POST" and run(form, save):
        messages.success(request, "已登记，待指挥中心审定")
        return redirect("assessment-entry", pk=made[0].pk)
    context = {
        "form": form,
        "rule": rule,
        "points": rules.item_points(item, today()),
        "effect": effect,
        "crumbs": [
            ("加减分", reverse(LIST)),
            ("选择项目", reverse("assessment-entry-new")),
            (rule.title, ""),
        ],
    }
    return answer_page(request, "assessment/entry_new.html", context, form)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what was entered, its proof, what it adds, and what may be done with it."""
    entry, actor = entry_or_404(request, pk), actor_of(request)
    rule = rules.item_rule(entry.item, entry.date)
    if rule is None:
        raise Http404
    can = {edge.action for edge in states_records.ENTRIES.actions(entry.matter.state, actor, entry.matter)}
    order = entry.order if entry.order and links.may_read(actor, entry.order) else None
    live = entry.matter.state in ("proposed", "approved")
    context = {
        "entry": entry,
        "rule": rule,
        "tone": flag(entry.matter),
        "points": rules.item_points(entry.item, entry.date),
        "content": [
            (one.label, rule.told(one.key, entry.content[one.key]))
            for one in rule.fields
            if one.key in entry.content
        ],
        "effect": entry_effect(entry) if live else None,
        "missing": missing_proof(entry) if entry.matter.state == "proposed" else [],
        "files": files_shown(records.files_of(entry.pk)),
        "order_url": links.matter_url(order) if order else "",
        "can": can,
        "may_refer": "refer" in can and entry.item in ("fraud", "leak"),
        "supplement": forms.SupplementForm(rule=rule) if "supplement" in can else None,
        "own": may_file_for(actor, entry.body_id),
        "entries": history(entry.matter),
        "crumbs": [("加减分", reverse(LIST)), (entry.matter.number or "", "")],
    }
    return answer_page(request, "assessment/entry.html", context)
