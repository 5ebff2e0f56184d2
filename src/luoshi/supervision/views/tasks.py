"""Tasks: the list, one task, one part, a new task, the board."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.agenda import selectors as agenda
from luoshi.ledger import links
from luoshi.ledger.models import Attachment, Obligation
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.together import Later
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import local_day
from luoshi.supervision import forms, rules, selectors, services
from luoshi.supervision.models import Part, Task
from luoshi.supervision.paper import tasks_sheet
from luoshi.supervision.policies import may_read, may_set, require
from luoshi.supervision.views.common import (
    actor_of,
    answer_page,
    crumbs,
    do,
    files_of,
    flag,
    history,
    offers_for,
    own_history,
    page_of,
    part_or_404,
    run,
    task_or_404,
)
from luoshi.supervision.views.task_actions import PART, TASK, may_name

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_SHEET = 2000
TABS = (("live", "在办"), ("overdue", "逾期"), ("closed", "已销号"), ("cancelled", "已撤销"), ("", "全部"))


def filters_of(request: HttpRequest) -> dict[str, Any]:
    """The filters of a list of tasks as its address gives them."""
    body = request.GET.get("body", "")
    return {
        "state": request.GET.get("which", "live"),
        "source_kind": request.GET.get("source", ""),
        "body_id": int(body) if body.isascii() and body.isdecimal() and len(body) < 12 else None,
        "mine": request.GET.get("mine") == "1",
        "text": request.GET.get("q", "").strip(),
    }


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Tasks by state, source, unit and words; the supervision office's all, a unit's own."""
    actor, now = actor_of(request), timezone.now()
    chosen = filters_of(request)
    page = page_of(request, selectors.task_list(actor=actor, at=now, **chosen))
    context = {
        "rows": [_row(task, now) for task in page.items],
        "page": page,
        "tabs": [
            {"label": label, "url": f"?which={value}", "active": value == chosen["state"]}
            for value, label in TABS
        ],
        "which": chosen["state"],
        "sources": forms.options("supervision.source"),
        "source": chosen["source_kind"],
        "bodies": selectors.bodies() if actor.can("supervision.read_all") else [],
        "body": chosen["body_id"],
        "mine": chosen["mine"],
        "may_set": may_set(actor),
        "leads": actor.can("supervision.read_all"),
    }
    return answer_page(request, "supervision/task_list.html", context)


def _row(task: Task, now: Any) -> dict[str, Any]:
    done = task.matter.state in {"submitted", "closed", "cancelled"}
    return {
        "item": task,
        "tone": flag(task.matter),
        "source": rules.label("supervision.source", task.source_kind, task.set_at),
        "running": not done,
        "late": done and task.submitted_at and task.due_at and task.submitted_at > task.due_at,
    }


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as a sheet, its first two thousand rows."""
    actor, now = actor_of(request), timezone.now()
    rows = selectors.task_list(actor=actor, at=now, **filters_of(request)).order_by("-matter_id")
    response = HttpResponse(tasks_sheet(rows.prefetch_related("parts")[:LARGEST_SHEET]), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="tasks.xlsx"'
    return response


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Set a task."""
    actor, now = actor_of(request), timezone.now()
    leaders = [one.person_id for one in agenda.leaders_on(local_day(now))]
    form = forms.TaskForm(request.POST or None, leaders=leaders)
    made: list[Task] = []

    def make(data: dict[str, Any]) -> None:
        office = Body.objects.filter(pk=actor.body_id or 0).first()
        person = data.pop("setter_person")
        own = Person.objects.filter(pk=actor.person_id or 0, pk__in=leaders).first()
        task = services.task_set(
            **data,
            setter_body=office,
            setter_person=person or own,
            section=office,
            source=None,
            actor=actor,
            at=now,
        )
        made.append(task)

    if request.method == "POST" and run(form, make):
        messages.success(request, "已立项交办")
        return redirect("task-detail", made[0].pk)
    context = {
        "form": form, "title": "立项交办", "button": "交办", "back": reverse("task-list"), "crumbs": crumbs(("立项交办", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A task: what it asks, who leads and helps, its clocks, what was reported, and what may be done now."""
    task, actor, now = task_or_404(request, pk), actor_of(request), timezone.now()
    parts = selectors.parts_of(task)
    owed = Obligation.objects.filter(matter_id=task.pk, state="open").order_by("due_at", "id")
    source = task.source
    context = {
        "task": task,
        "tone": flag(task.matter),
        "source_label": rules.label("supervision.source", task.source_kind, task.set_at),
        "every": rules.label("supervision.report_every", task.report_every, task.set_at),
        "source_url": links.matter_url(source) if source and links.may_read(actor, source) else "",
        "parts": [_part_row(part, task, actor) for part in parts],
        "name_form": forms.make(body=forms.body("单位")),
        "owed": Later(owed),
        "reports": Later(task.reports.all()[:50]),
        "dangers": Later(task.dangers.select_related("matter")[:100]),
        "accounts": Later(task.accountabilities.select_related("body")),
        "files": files_of(task.matter),
        "offers": offers_for(TASK, task, actor, now, url_name="task-act"),
        "entries": history(task.matter, most=50),
        "crumbs": crumbs((task.matter.title, "")),
    }
    return answer_page(request, "supervision/task.html", context)


def _part_row(part: Part, task: Task, actor: Any) -> dict[str, Any]:
    readable = part.matter is not None and may_read(actor, part.matter)
    return {
        "item": part,
        "tone": flag(part.matter) if part.matter else "danger",
        "url": reverse("task-part", args=[part.pk]) if readable else "",
        "reply": part.reply if readable else "",
        "may_name": may_name(part, task, actor) and task.body_id is not None,
    }


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a task."""
    task = task_or_404(request, pk)
    back = reverse("task-detail", args=[pk])
    return do(request, TASK, action, task, back=back, crumbs=crumbs((task.matter.title, back)))


@require_safe
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """What an assisting body owes the lead."""
    found, actor, now = part_or_404(request, pk), actor_of(request), timezone.now()
    matter: Any = found.matter
    context = {
        "part": found,
        "task": found.task,
        "tone": flag(matter),
        "reads_task": may_read(actor, found.task.matter),
        "files": files_of(matter),
        "offers": offers_for(PART, found, actor, now, url_name="task-part-act"),
        "entries": own_history(matter),
        "crumbs": crumbs((found.task.matter.title, ""), (f"{found.name}配合", "")),
    }
    return answer_page(request, "supervision/part.html", context)


@require_POST
def part_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a part, or say which body a printed name means."""
    if action == "name":
        return _name(request, pk)
    found = part_or_404(request, pk)
    return do(request, PART, action, found, back=reverse("task-part", args=[pk]))


def _name(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.part_get(pk)
    if found is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    back = reverse("task-detail", args=[found.task_id])
    form = forms.make(body=forms.body("单位"))(request.POST)
    if run(form, lambda data: services.part_name(part=found, body=data["body"], actor=actor, at=now)):
        messages.success(request, "已明确，并交该单位")
        return redirect(back)
    context = {"form": form, "title": f"“{found.name}”是哪个单位", "button": "明确", "back": back}
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file of a matter of supervision that the actor may read."""
    found = get_object_or_404(Attachment.objects.select_related("matter"), pk=pk)
    if not found.matter.kind.startswith("supervision."):
        raise Http404
    require(may_read(actor_of(request), found.matter), "查看这份材料")
    return FileResponse(
        path_of(found.digest).open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """How tasks stand, by unit and by source."""
    actor, now = actor_of(request), timezone.now()
    total = selectors.board_total(actor=actor, at=now)
    sources = [
        {**row, "label": rules.label("supervision.source", row["source_kind"], now)}
        for row in selectors.board_by_source(actor=actor, at=now)
    ]
    context = {
        "total": total,
        "tiles": [
            ("在办", total["live"], "live"),
            ("逾期", total["overdue"], "overdue"),
            ("已销号", total["closed"], "closed"),
        ],
        "units": selectors.board_by_body(actor=actor, at=now),
        "sources": sources,
        "crumbs": crumbs(("督办看板", "")),
    }
    return render(request, "supervision/board.html", context)
