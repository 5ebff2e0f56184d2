"""The desk of incoming papers, a paper's page, taking a paper, files."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.decisions.models import Decision
from luoshi.documents import incoming_forms, rules
from luoshi.documents.models import Assignment, Incoming, Instruction, Outgoing, Transfer
from luoshi.documents.policies import is_office, require
from luoshi.documents.selectors import incoming as select
from luoshi.documents.services import incoming, urging
from luoshi.documents.states.incoming import ASSIGNMENTS, CONSULTATIONS, INSTRUCTIONS, PAPERS, TRANSFERS
from luoshi.documents.views import incoming_actions as table
from luoshi.ledger.errors import Refusal
from luoshi.ledger.models import Attachment, Matter
from luoshi.ledger.selectors import matter_obligations
from luoshi.ledger.services import attachment_add
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.together import Later, fetch
from luoshi.meetings.models import Topic
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    files_of,
    history,
    offers_for,
    page_of,
    related,
    run,
    tab_items,
)
from luoshi.supervision.selectors import tasks_of

TONES = {
    "prepared": "neutral", "submitted": "warning", "sealed": "warning", "received": "warning", "registered": "info",
    "distributed": "progress", "routing": "progress", "decided": "info", "done": "success", "archived": "muted",
    "returned": "danger", "referred": "muted", "private": "muted", "withdrawn": "muted", "sent": "warning", "replied": "info",
    "accepted": "success", "known": "muted", "given": "warning", "passed": "progress", "carried_out": "success",
    "open": "warning", "moved": "muted", "sent_back": "danger", "recalled": "muted", "asked": "warning", "agreed": "success",
    "differed": "danger", "deemed": "neutral", "owed": "warning", "drafted": "info", "issued": "success",
}  # fmt: skip
TABS = (
    ("", "待办"), ("hand", "在办"), ("done", "已办结"), ("returned", "退回"), ("all", "全部"),
)  # fmt: skip
STATES = {
    "": ("submitted", "sealed", "received", "registered"),
    "hand": ("distributed", "routing", "decided"),
    "done": ("done", "archived", "referred"),
    "returned": ("returned",),
}
MARKS = {"agree": "success", "disagree": "danger", "opinion": "info", "circle": "muted"}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the desk."""
    return [("收文", reverse("incoming-list")), *more]


def label_of(rule: str, value: str) -> str:
    """The Chinese name of an option; the value itself where today's rules do not know it."""
    try:
        return rules.choice(rule, timezone.now()).label(value) if value else ""
    except (Refusal, KeyError, ValueError):
        return value


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The desk: what waits, what is in hand, what is done, what was returned; with search by title and number."""
    actor = actor_of(request)
    which, wanted = request.GET.get("which", ""), request.GET.get("q", "").strip()
    rows = select.papers(actor)
    if which != "all":
        rows = rows.filter(matter__state__in=STATES.get(which, STATES[""]))
    if wanted:
        rows = select.search(rows, wanted)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [_line(paper) for paper in page.items],
        "tabs": tab_items(request, [(value, label, None) for value, label in TABS]),
        "may_new": is_office(actor),
        "crumbs": [("收文", "")],
    }
    return render(request, "documents/incoming_list.html", context)


def _line(paper: Incoming) -> dict[str, Any]:
    return {
        "paper": paper,
        "state": PAPERS.labels[paper.matter.state],
        "tone": TONES[paper.matter.state],
        "kind": label_of("documents.paper_kind", paper.kind),
        "urgency": label_of("documents.urgency", paper.urgency) if paper.urgency != "routine" else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a paper at the desk."""
    actor = actor_of(request)
    form = incoming_forms.head_form()(request.POST or None)
    made: list[Incoming] = []

    def take(values: dict[str, Any]) -> None:
        head = incoming_forms.letterhead(values, unit=False)
        made.append(incoming.paper_receive(head=head, actor=actor, at=timezone.now()))

    if request.method == "POST" and run(form, take):
        messages.success(request, "已接收，请审核登记")
        return redirect("incoming", made[0].pk)
    context = {"form": form, "title": "接收来文", "button": "接收", "back": reverse("incoming-list"),
               "crumbs": crumbs(("接收来文", ""))}  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest) -> HttpResponse:
    """Record an unopened letter to a leader."""
    actor = actor_of(request)
    form = incoming_forms.letter_form()(request.POST or None)
    made: list[Incoming] = []

    def take(values: dict[str, Any]) -> None:
        made.append(incoming.letter_arrive(actor=actor, at=timezone.now(), **values))

    if request.method == "POST" and run(form, take):
        messages.success(request, "已登记，请送领导本人或其服务科室拆封")
        return redirect("incoming-list")
    context = {"form": form, "title": "登记领导信函", "button": "登记", "back": reverse("incoming-list"),
               "crumbs": crumbs(("登记领导信函", ""))}  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def open_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a letter: enter what it says, or keep it as private."""
    actor, paper = actor_of(request), found_paper(request, pk)
    form = incoming_forms.head_form()(
        request.POST or None, initial={"form": paper.form, "addressed": "leader"}
    )
    if request.method == "POST" and "private" in request.POST:
        incoming.letter_open(paper=paper, head=None, actor=actor, at=timezone.now())
        messages.success(request, "已标为私人信函，不登记")
        return redirect("incoming-list")

    def take(values: dict[str, Any]) -> None:
        head = incoming_forms.letterhead(values, unit=False)
        incoming.letter_open(paper=paper, head=head, actor=actor, at=timezone.now())

    if request.method == "POST" and run(form, take):
        messages.success(request, "已拆封登记")
        return redirect("incoming", pk)
    context = {"form": form, "paper": paper, "crumbs": crumbs((paper.matter.title, ""))}
    return answer_page(request, "documents/incoming_letter.html", context, form)


def found_paper(request: HttpRequest, pk: int) -> Incoming:
    """The paper of an address, for those who may read it in full. Errors: 404, NotAllowed."""
    rows = Incoming.objects.select_related("matter__body", "sender", "addressee")
    paper: Incoming = get_object_or_404(rows, pk=pk)
    require(
        select.may_read(actor_of(request), paper.matter), "查看这件公文",
        cite=("smx-document-flow/31",), mend="查询办理情况请联系政府办有关科室",
    )  # fmt: skip
    return paper


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper's page: the slip with all opinions in order, its clocks, sections, instructions, units, files."""
    actor, now = actor_of(request), timezone.now()
    paper = found_paper(request, pk)
    context = {
        "paper": paper,
        "state": PAPERS.labels[paper.matter.state],
        "tone": TONES[paper.matter.state],
        "facts": _facts(paper),
        "related": related(actor, _followed(paper)),
        "may_decide": is_office(actor) and actor.can("decisions.prepare") and bool(paper.matter.number),
        "may_draft": is_office(actor) and actor.can("documents.handle") and bool(paper.matter.number),
        "checks": list(paper.checks.values()),
        "slip": [{**line, "label": label_of("documents.mark", line.get("mark", "")),
                  "tone": MARKS.get(line.get("mark", ""), "muted")} for line in select.slip(paper)],
        "waiting": Later(select.waiting_steps(paper)),
        "waited_for": Later(urging.waited_for(paper)),
        "obligations": Later(matter_obligations(paper.matter)),
        "parts": _parts(paper, actor, now),
        "offers": offers_for(table.PAPER, paper, actor, now, url_name="incoming-act"),
        "files": files_of(paper.matter, "incoming-file"),
        "may_upload": is_office(actor),
        "entries": history(paper.matter),
        "crumbs": crumbs((paper.matter.title, "")),
    }  # fmt: skip
    return render(request, "documents/incoming_detail.html", context)


def _followed(paper: Incoming) -> list[Matter]:
    """What came of a paper: topics, decisions, papers issued, tasks."""
    kinds: tuple[Any, ...] = (Topic, Decision, Outgoing)
    found = [kind.objects.filter(source_id=paper.pk).select_related("matter") for kind in kinds]
    found.append(tasks_of(paper.matter))
    fetch(*found)
    return [row.matter for rows in found for row in rows]


def _facts(paper: Incoming) -> list[tuple[str, Any]]:
    marks = [label for held, label in ((paper.major, "重大事项"), (paper.law, "涉及法律")) if held]
    rows: list[tuple[str, Any]] = [
        ("收文编号", paper.matter.number or "未编号"),
        ("类别", label_of("documents.paper_kind", paper.kind)),
        ("来文机关", paper.sender_name),
        ("来文字号", paper.reference or "无"),
        ("文种", label_of("documents.genre", paper.genre)),
        ("形式", label_of("documents.form", paper.form)),
        ("事项", label_of("documents.subject", paper.subject)),
        ("办理等级", label_of("documents.urgency", paper.urgency)),
        (
            "签收",
            f"{paper.received_by}　{timezone.localtime(paper.received_at):%Y-%m-%d %H:%M}"
            if paper.received_at
            else "未签收",
        ),
        ("登记", paper.entry or "未登记"),
        ("处理签", paper.slip or "未填附"),
        ("标注", "、".join(marks) or "无"),
    ]
    if paper.amount is not None:
        rows.append(("申请金额", f"{paper.amount}元"))
    if paper.due_set:
        rows.append(("要求的时限", f"{timezone.localtime(paper.due_set):%Y-%m-%d %H:%M}"))
    return rows


def _received(paper: Incoming) -> str:
    if paper.received_at is None:
        return "未签收"
    return f"{paper.received_by}　{timezone.localtime(paper.received_at):%Y-%m-%d %H:%M}"


def _parts(paper: Incoming, actor: Any, now: Any) -> dict[str, Any]:
    """What hangs on the paper, each with what may be done with it now."""
    found: dict[str, Any] = {}
    kinds: tuple[Any, ...] = (
        ("assignments", paper.assignments.select_related("matter", "section"), table.ASSIGNMENT, ASSIGNMENTS,
         "incoming-assignment-act"),
        ("instructions", select.instructions_of(paper), table.INSTRUCTION, INSTRUCTIONS,
         "incoming-instruction-act"),
        ("transfers", paper.transfers.select_related("matter", "body"), table.TRANSFER, TRANSFERS,
         "incoming-transfer-act"),
        ("consultations", paper.consultations.select_related("matter", "body"), {}, CONSULTATIONS, ""),
    )  # fmt: skip
    fetch(*(kind[1] for kind in kinds))
    for name, rows, actions, states, url in kinds:
        lines = []
        for row in rows:
            row.paper = paper
            lines.append(
                {
                    "row": row,
                    "state": states.labels[row.matter.state],
                    "tone": TONES[row.matter.state],
                    "offers": offers_for(actions, row, actor, now, url_name=url) if url else [],
                }
            )
        found[name] = lines
    return found


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a paper."""
    paper = found_paper(request, pk)
    back = reverse("incoming", args=[pk])
    return do(request, table.PAPER, action, paper, back=back, crumbs=crumbs((paper.matter.title, back)))


@require_POST
def assignment_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a section's part."""
    row = get_object_or_404(Assignment.objects.select_related("matter", "paper__matter", "section"), pk=pk)
    found_paper(request, row.paper_id)
    back = reverse("incoming", args=[row.paper_id])
    return do(request, table.ASSIGNMENT, action, row, back=back, crumbs=crumbs((row.matter.title, back)))


@require_POST
def instruction_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Pass an instruction on."""
    row = get_object_or_404(Instruction.objects.select_related("matter", "paper__matter"), pk=pk)
    found_paper(request, row.paper_id)
    back = reverse("incoming", args=[row.paper_id])
    return do(request, table.INSTRUCTION, action, row, back=back, crumbs=crumbs((row.matter.title, back)))


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to a paper."""
    paper, actor = found_paper(request, pk), actor_of(request)
    require(is_office(actor), "上传附件")
    given = request.FILES.get("file")
    if given is None:
        messages.error(request, "请选择文件")
    else:
        try:
            attachment_add(
                matter=paper.matter,
                file=cast("BinaryIO", given),
                name=given.name or "",
                purpose="来文",
                actor=actor,
                at=timezone.now(),
            )
            messages.success(request, "已上传")
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect("incoming", pk)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a paper, or of a unit's reply, for whoever may read what it belongs to; always as a download."""
    found = get_object_or_404(
        Attachment.objects.select_related("matter"), pk=pk, matter__kind__startswith="documents."
    )
    actor, matter = actor_of(request), found.matter
    if matter.kind == "documents.incoming":
        allowed = (
            select.may_read(actor, matter)
            or Transfer.objects.filter(paper_id=matter.pk, body_id=actor.body_id or 0).exists()
        )
    else:
        allowed = matter.kind == "documents.transfer" and select.may_read_part(actor, matter)
    require(allowed and (not matter.secrecy or actor.can("documents.secret")), "查看这件公文的附件")
    path = path_of(found.digest)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
