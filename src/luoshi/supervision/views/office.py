"""Campaigns with the import of a plan, bulletins, inspections, letters, the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger.errors import Refusal
from luoshi.supervision import forms, rules, services
from luoshi.supervision.imports.plan import plan_check, plan_load
from luoshi.supervision.models import Bulletin, Campaign, Entry, Inspection, Letter
from luoshi.supervision.paper import bulletin_docx
from luoshi.supervision.policies import may_inspect, may_manage, may_read, may_set, require
from luoshi.supervision.selectors import bodies, task_list
from luoshi.supervision.selectors.dangers import campaigns, danger_list, entries, inspections, letters
from luoshi.supervision.views.common import (
    Action,
    actor_of,
    answer_page,
    crumbs,
    do,
    flag,
    offers_for,
    own_history,
    page_of,
    run,
)
from luoshi.supervision.views.office_actions import BULLETIN, CAMPAIGN, ENTRY, INSPECTION, LETTER

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 2 << 20


def _rows(request: HttpRequest, rows: QuerySet[Any], rule: str, key: str) -> tuple[Any, list[dict[str, Any]]]:
    """A page of rows, each with the tone of its state and the name of its kind."""
    now = timezone.now()
    page = page_of(request, rows)
    return page, [
        {"item": row, "tone": flag(row.matter), "label": rules.label(rule, getattr(row, key), now)}
        for row in page.items
    ]


def _new(
    request: HttpRequest, form: Any, service: Any, *, title: str, button: str, back: str, to: str
) -> HttpResponse:
    """A page with one form that makes something and leads to it."""
    made: list[Any] = []
    if request.method == "POST" and run(form, lambda data: made.append(service(**data))):
        messages.success(request, "已登记")
        return redirect(to, made[0].pk)
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": reverse(back),
        "crumbs": crumbs((title, "")),
    }
    return answer_page(request, "kit/form.html", context, form)


# campaigns


@require_safe
def campaign_index(request: HttpRequest) -> HttpResponse:
    """Plans, surveys and rectification lists."""
    page, rows = _rows(request, campaigns(), "supervision.campaign", "kind")
    actor = actor_of(request)
    context = {
        "page": page,
        "rows": rows,
        "may_set": may_set(actor),
        "may_import": may_manage(actor),
        "crumbs": crumbs(("专项", "")),
    }
    return answer_page(request, "supervision/campaign_list.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """A campaign: its tasks, its dangers, its evaluations."""
    found = get_object_or_404(campaigns(), pk=pk)
    actor, now = actor_of(request), timezone.now()
    page = page_of(
        request,
        task_list(actor=actor, at=now, campaign_id=pk).prefetch_related("parts"),
        keys=("position", "matter_id"),
    )
    context = {
        "campaign": found,
        "tone": flag(found.matter),
        "kind": rules.label("supervision.campaign", found.kind, now),
        "origin": rules.label("supervision.origin", found.origin, now) if found.origin else "",
        "page": page,
        "rows": [
            {
                "item": row,
                "tone": flag(row.matter),
                "parts": "、".join(part.name for part in row.parts.all()),
            }
            for row in page.items
        ],
        "dangers": danger_list(actor=actor, at=now, campaign_id=pk)[:50],
        "evaluations": [
            (one, rules.label("supervision.evaluation", one.kind, now)) for one in found.evaluations.all()
        ],
        "survey": found.kind in {"census", "inspection", "holiday"},
        "offers": offers_for(CAMPAIGN, found, actor, now, url_name="campaign-act"),
        "entries": own_history(found.matter),
        "crumbs": crumbs(("专项", reverse("campaign-list")), (found.matter.title, "")),
    }
    return answer_page(request, "supervision/campaign.html", context)


@require_POST
def campaign_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Enter an evaluation, or end a campaign."""
    found = get_object_or_404(Campaign.objects.select_related("matter"), pk=pk)
    return do(request, CAMPAIGN, action, found, back=reverse("campaign-detail", args=[pk]))


@GET_OR_POST
def survey_new(request: HttpRequest) -> HttpResponse:
    """Send out a survey."""
    actor, now = actor_of(request), timezone.now()
    kinds = [
        (value, label)
        for value, label in forms.options("supervision.campaign")
        if value in {"census", "inspection", "holiday"}
    ]
    rows: Any = bodies()
    form = forms.make(
        kind=forms.ChoiceField(label="种类", choices=kinds), title=forms.text("名称", longest=200),
        text=forms.text("要求", longest=4000, rows=3),
        sector=forms.ChoiceField(label="行业", choices=forms.options("supervision.sector"), initial="general"),
        bodies=forms.BodiesField(label="排查单位", queryset=rows, widget=forms.SelectMultiple(attrs={"size": 10})),
        due_on=forms.date("截止日", required=False, help_text="普查和督查必填，未设不派发"),
        holiday_on=forms.date("节日首日", required=False, help_text="节前排查必填；截止日不填的，取节前最后一个工作日"),
        document=forms.text("依据", longest=200, required=False),
    )(request.POST or None)  # fmt: skip

    def make(**data: Any) -> Any:
        return services.survey_open(**data, actor=actor, at=now)

    return _new(
        request, form, make, title="部署排查", button="部署", back="campaign-list", to="campaign-detail"
    )


@GET_OR_POST
def list_new(request: HttpRequest) -> HttpResponse:
    """A rectification list: one problem a line (title | body | day | what is required)."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        title=forms.text("名称", longest=200),
        origin=forms.ChoiceField(label="监督来源", choices=forms.options("supervision.origin")),
        document=forms.text("依据", longest=200, required=False),
        items=forms.text(
            "问题清单", longest=20000, rows=8, help_text="每行一个问题：问题 | 整改单位 | 2017-11-30 | 整改要求"
        ),
    )(request.POST or None)  # fmt: skip

    def make(items: str, **data: Any) -> Any:
        return services.list_open(**data, items=services.items_of(items), actor=actor, at=now)

    return _new(
        request, form, make, title="建立整改清单", button="建立", back="campaign-list", to="campaign-detail"
    )


@GET_OR_POST
def plan_import(request: HttpRequest) -> HttpResponse:
    """Upload a plan's tasks: first what the file holds and what is wrong with it, then, with `load`, all of it."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        file=forms.file("任务文件（YAML）", required=True),
        load=forms.BooleanField(label="检查无误后立即导入", required=False),
    )(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "form": form,
        "crumbs": crumbs(("专项", reverse("campaign-list")), ("导入规划任务", "")),
    }
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", "文件超过2 MB，不像是一份任务分工")
        else:
            checked = plan_check(file.read())
            context |= {"checked": checked, "name": file.name, "rows": checked.lines}
            if checked.usable and form.cleaned_data["load"]:
                made = plan_load(checked=checked, actor=actor, at=now)
                flagged = f"，{len(checked.unknown)}个单位待核" if checked.unknown else ""
                messages.success(request, f"已导入{len(checked.lines)}项任务{flagged}")
                return redirect("campaign-detail", made.pk)
    return answer_page(request, "supervision/plan_import.html", context, form)


# the month's notice and report


@GET_OR_POST
def bulletin_index(request: HttpRequest) -> HttpResponse:
    """Monthly notices and reports; units read the notices that were issued. POST: begin the month that ended."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        month = (timezone.localtime(now).replace(day=1) - dt.timedelta(days=1)).date()
        try:
            made = services.month_open(month=month, actor=actor, at=now)
            messages.success(
                request,
                f"{month.year}年{month.month}月的通报和报告已列为应办"
                if made
                else "上月的通报和报告已经开始",
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("bulletin-list")
    rows = Bulletin.objects.select_related("matter")
    if not actor.can("supervision.read_all"):
        rows = rows.filter(matter__state="issued", kind="overdue")
    page = page_of(request, rows)
    context = {
        "page": page, "rows": [{"item": row, "tone": flag(row.matter)} for row in page.items],
        "may_manage": may_manage(actor), "crumbs": crumbs(("督查通报", "")),
    }  # fmt: skip
    return answer_page(request, "supervision/bulletin_list.html", context)


def _bulletin(request: HttpRequest, pk: int) -> Bulletin:
    found: Bulletin = get_object_or_404(Bulletin.objects.select_related("matter"), pk=pk)
    told = found.matter.state == "issued" and found.kind == "overdue"
    require(told or actor_of(request).can("supervision.read_all"), "查看这份材料")
    return found


@require_safe
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice or report as it was drawn up."""
    found = _bulletin(request, pk)
    context = {
        "bulletin": found, "tone": flag(found.matter), "figures": found.figures,
        "offers": offers_for(BULLETIN, found, actor_of(request), timezone.now(), url_name="bulletin-act"),
        "crumbs": crumbs(("督查通报", reverse("bulletin-list")), (found.matter.title, "")),
    }  # fmt: skip
    return answer_page(request, "supervision/bulletin.html", context)


@require_POST
def bulletin_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Draw it up, or issue it."""
    return do(request, BULLETIN, action, _bulletin(request, pk), back=reverse("bulletin-detail", args=[pk]))


@require_safe
def bulletin_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice or report as DOCX. Errors: 404 before it was drawn up."""
    found = _bulletin(request, pk)
    if not found.figures:
        raise Http404
    response = HttpResponse(bulletin_docx(found), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.period:%Y-%m}.docx"'
    return response


# inspections, letters, the register: a list, one page, a form each


def _page(
    request: HttpRequest, row: Any, actions: dict[str, Action], template: str, url_name: str, **more: Any
) -> HttpResponse:
    context = {
        "row": row, "tone": flag(row.matter), "entries": own_history(row.matter),
        "offers": offers_for(actions, row, actor_of(request), timezone.now(), url_name=url_name), **more,
    }  # fmt: skip
    return answer_page(request, template, context)


@require_safe
def inspection_index(request: HttpRequest) -> HttpResponse:
    """Inspections of how decisions are made and carried out."""
    page, rows = _rows(request, inspections(actor=actor_of(request)), "supervision.inspector", "by_kind")
    context = {
        "page": page,
        "rows": rows,
        "may_enter": may_inspect(actor_of(request)),
        "crumbs": crumbs(("监督检查", "")),
    }
    return answer_page(request, "supervision/inspection_list.html", context)


@GET_OR_POST
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Enter an inspection."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        title=forms.text("检查事项", longest=200),
        by_kind=forms.ChoiceField(label="检查机关", choices=forms.options("supervision.inspector")),
        day=forms.date("检查日期"), bodies=forms.text("被检查单位", longest=1000),
        text=forms.text("检查情况", longest=4000, rows=4), problems=forms.text("发现的问题", longest=4000, rows=3, required=False),
        advice=forms.text("整改建议", longest=4000, rows=3, required=False, help_text="发现问题的必填"),
    )(request.POST or None)  # fmt: skip

    def make(**data: Any) -> Any:
        return services.inspection_record(**data, actor=actor, at=now)

    return _new(
        request,
        form,
        make,
        title="登记监督检查",
        button="登记",
        back="inspection-list",
        to="inspection-detail",
    )


def _inspection(request: HttpRequest, pk: int) -> Inspection:
    found: Inspection = get_object_or_404(Inspection.objects.select_related("matter"), pk=pk)
    return found


@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """An inspection and to which meeting it was told."""
    row = _inspection(request, pk)
    label = rules.label("supervision.inspector", row.by_kind, timezone.now())
    way = crumbs(("监督检查", reverse("inspection-list")), (row.matter.title, ""))
    return _page(
        request, row, INSPECTION, "supervision/inspection.html", "inspection-act", label=label, crumbs=way
    )


@require_POST
def inspection_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """An inspection was told to the executive meeting."""
    return do(
        request, INSPECTION, action, _inspection(request, pk), back=reverse("inspection-detail", args=[pk])
    )


@require_safe
def letter_index(request: HttpRequest) -> HttpResponse:
    """Letters and visits."""
    which = request.GET.get("which", "open")
    page, rows = _rows(
        request,
        letters(actor=actor_of(request), at=timezone.now(), which=which),
        "supervision.letter_kind",
        "kind",
    )
    tabs = [
        {"label": label, "url": f"?which={value}", "active": value == which}
        for value, label in (("open", "在办"), ("old", "积案"), ("important", "重要"), ("", "全部"))
    ]
    context = {
        "page": page,
        "rows": rows,
        "tabs": tabs,
        "may_set": may_set(actor_of(request)),
        "crumbs": crumbs(("来信来访", "")),
    }
    return answer_page(request, "supervision/letter_list.html", context)


@GET_OR_POST
def letter_new(request: HttpRequest) -> HttpResponse:
    """Register a letter or visit."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        kind=forms.ChoiceField(label="形式", choices=forms.options("supervision.letter_kind")),
        title=forms.text("主题", longest=200), from_whom=forms.text("来信来访人", longest=60), received_on=forms.date("收到日期"),
        text=forms.text("主要内容", longest=4000, rows=4),
        important=forms.BooleanField(label="重要建议或重要问题（呈领导本人阅批）", required=False),
    )(request.POST or None)  # fmt: skip

    def make(**data: Any) -> Any:
        return services.letter_register(**data, actor=actor, at=now)

    return _new(
        request, form, make, title="登记来信来访", button="登记", back="letter-list", to="letter-detail"
    )


def _letter(request: HttpRequest, pk: int) -> Letter:
    found: Letter = get_object_or_404(
        Letter.objects.select_related("matter", "leader", "task__matter"), pk=pk
    )
    require(may_read(actor_of(request), found.matter), "查看这件来信来访")
    return found


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter: what it says, who read it, where it went."""
    row, now = _letter(request, pk), timezone.now()
    more = {
        "label": rules.label("supervision.letter_kind", row.kind, now),
        "level": rules.label("supervision.letter_level", row.level, now) if row.level else "",
        "crumbs": crumbs(("来信来访", reverse("letter-list")), (row.matter.title, "")),
    }
    return _page(request, row, LETTER, "supervision/letter.html", "letter-act", **more)


@require_POST
def letter_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Refer, read, route or answer a letter."""
    return do(request, LETTER, action, _letter(request, pk), back=reverse("letter-detail", args=[pk]))


@require_safe
def entry_index(request: HttpRequest) -> HttpResponse:
    """The register, by kind."""
    kind = request.GET.get("kind", "")
    page, rows = _rows(request, entries(actor=actor_of(request), kind=kind), "supervision.register", "kind")
    context = {
        "page": page, "rows": rows, "kinds": forms.options("supervision.register"), "kind": kind,
        "may_set": may_set(actor_of(request)), "crumbs": crumbs(("登记簿", "")),
    }  # fmt: skip
    return answer_page(request, "supervision/entry_list.html", context)


@GET_OR_POST
def entry_new(request: HttpRequest) -> HttpResponse:
    """A new line of the register."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        kind=forms.ChoiceField(label="种类", choices=forms.options("supervision.register")), title=forms.text("事项", longest=200),
        party=forms.text("对方", longest=120, help_text="提出或监督的机关、单位、代表委员"), day=forms.date("日期"),
        text=forms.text("内容", longest=4000, rows=4),
    )(request.POST or None)  # fmt: skip

    def make(**data: Any) -> Any:
        return services.entry_make(**data, actor=actor, at=now)

    return _new(request, form, make, title="登记", button="登记", back="entry-list", to="entry-detail")


def _entry(request: HttpRequest, pk: int) -> Entry:
    found: Entry = get_object_or_404(Entry.objects.select_related("matter"), pk=pk)
    require(may_read(actor_of(request), found.matter), "查看这一条登记")
    return found


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of the register."""
    row, now = _entry(request, pk), timezone.now()
    more = {
        "label": rules.label("supervision.register", row.kind, now),
        "outcome": rules.label("supervision.register_outcome", row.outcome, now) if row.outcome else "",
        "crumbs": crumbs(("登记簿", reverse("entry-list")), (row.matter.title, "")),
    }
    return _page(request, row, ENTRY, "supervision/entry.html", "entry-act", **more)


@require_POST
def entry_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Enter what became of it."""
    return do(request, ENTRY, action, _entry(request, pk), back=reverse("entry-detail", args=[pk]))
