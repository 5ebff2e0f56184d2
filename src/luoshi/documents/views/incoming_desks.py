"""What waits for whom: a leader's steps, a section's papers, a unit's replies and reports, notices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.documents import incoming_forms
from luoshi.documents.models import Consultation, Incoming, Notice, Step, Transfer
from luoshi.documents.policies import require
from luoshi.documents.selectors import incoming as select
from luoshi.documents.services import incoming
from luoshi.documents.services.replies import lead_of
from luoshi.documents.states.incoming import ASSIGNMENTS, CONSULTATIONS, NOTICES, TRANSFERS
from luoshi.documents.views import incoming_actions as table
from luoshi.documents.views.incoming import MARKS, TONES, crumbs, label_of
from luoshi.documents.views.step_actions import STEP
from luoshi.ledger.selectors import matter_obligations
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    files_of,
    offers_for,
    own_history,
    page_of,
    run,
    tab_items,
)
from luoshi.papers import Heading, Paper, Table, Text, docx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STATUS = {"received": "info", "in_hand": "progress", "done": "success", "returned": "danger"}


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """What waits for my approval or reading; short enough for a phone."""
    page = page_of(request, select.steps_waiting(actor_of(request)), keys=("matter_id",))
    context = {"page": page, "crumbs": [("待我批阅", "")]}
    return render(request, "documents/incoming_steps.html", context)


def _step(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.select_related("matter", "paper", "course", "person", "acts_for", "seat")
    step: Step = get_object_or_404(rows, pk=pk)
    require(select.may_read_step(actor_of(request), step.matter), "查看这一环节")
    return step


@require_safe
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One step: the paper in short, what others said, and the form to sign it."""
    found, actor, now = _step(request, pk), actor_of(request), timezone.now()
    paper = Incoming.objects.select_related("matter", "sender").filter(pk=found.paper_id).first()
    context = {
        "step": found,
        "paper": paper,
        "slip": [
            {
                **line,
                "label": label_of("documents.mark", line.get("mark", "")),
                "tone": MARKS.get(line.get("mark", ""), "muted"),
            }
            for line in (select.slip(paper) if paper else [])
        ],
        "files": files_of(found.paper, "incoming-file") if paper else [],
        "readable": paper is not None and select.may_read(actor, paper.matter),
        "offers": offers_for(STEP, found, actor, now, url_name="incoming-step-act"),
        "crumbs": [("待我批阅", reverse("incoming-steps")), (found.title, "")],
    }
    return render(request, "documents/incoming_step.html", context)


@require_POST
def step_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Sign a step, send it back, ask another leader, record what was agreed."""
    found = _step(request, pk)
    back = (
        reverse("incoming-steps") if action in ("done", "send_back") else reverse("incoming-step", args=[pk])
    )
    here = reverse("incoming-step", args=[pk])
    return do(
        request,
        STEP,
        action,
        found,
        back=back,
        crumbs=[("待我批阅", reverse("incoming-steps")), (found.title, here)],
    )


@require_safe
def section(request: HttpRequest) -> HttpResponse:
    """What is in the hands of my section."""
    which = request.GET.get("which", "")
    rows = select.assignments_of(actor_of(request))
    states = {"": ("sent",), "work": ("received",), "done": ("done",)}
    page = page_of(request, rows.filter(matter__state__in=states.get(which, ("sent",))))
    context = {
        "page": page,
        "rows": [
            {"row": row, "state": ASSIGNMENTS.labels[row.matter.state], "tone": TONES[row.matter.state]}
            for row in page.items
        ],
        "tabs": tab_items(
            request, [("", "待签收", None), ("work", "承办中", None), ("done", "已提出意见", None)]
        ),
        "crumbs": [("科室承办", "")],
    }
    return render(request, "documents/incoming_section.html", context)


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """What the government passed to my unit."""
    which = request.GET.get("which", "")
    rows = select.transfers_to(actor_of(request))
    states = {"": ("sent", "received"), "done": ("replied", "accepted", "known"), "returned": ("returned",)}
    page = page_of(request, rows.filter(matter__state__in=states.get(which, states[""])))
    context = {
        "page": page,
        "rows": [
            {"row": row, "state": TRANSFERS.labels[row.matter.state], "tone": TONES[row.matter.state]}
            for row in page.items
        ],
        "tabs": tab_items(
            request, [("", "待办", None), ("done", "已回复", None), ("returned", "已退回", None)]
        ),
        "crumbs": [("转办件", "")],
    }
    return render(request, "documents/incoming_transfers.html", context)


def _transfer(request: HttpRequest, pk: int) -> Transfer:
    rows = Transfer.objects.select_related("matter", "paper__matter", "body", "instruction__leader")
    found: Transfer = get_object_or_404(rows, pk=pk)
    actor = actor_of(request)
    lead = lead_of(found) if found.role == "assist" else None
    mine = lead is not None and lead.pk == actor.body_id and actor.can("documents.unit")
    require(mine or select.may_read_part(actor, found.matter), "查看这件转办件")
    return found


@require_safe
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """What was passed to one unit, with its clocks, files, the assisting units' opinions for the lead, and the reply."""
    found, actor, now = _transfer(request, pk), actor_of(request), timezone.now()
    assisting = Transfer.objects.filter(paper=found.paper, instruction=found.instruction, role="assist")
    context = {
        "row": found,
        "state": TRANSFERS.labels[found.matter.state],
        "tone": TONES[found.matter.state],
        "role": {"sole": "承办单位", "lead": "牵头单位", "assist": "协办单位"}[found.role],
        "purpose": label_of("documents.instruction_manner", found.purpose),
        "lead": lead_of(found) if found.role == "assist" else None,
        "assisting": assisting.select_related("body", "matter") if found.role == "lead" else [],
        "obligations": matter_obligations(found.matter),
        "files": [*files_of(found.paper.matter, "incoming-file"), *files_of(found.matter, "incoming-file")],
        "offers": offers_for(table.TRANSFER, found, actor, now, url_name="incoming-transfer-act"),
        "entries": own_history(found.matter),
        "crumbs": [("转办件", reverse("incoming-transfers")), (found.matter.title, "")],
    }
    return render(request, "documents/incoming_transfer.html", context)


@require_POST
def transfer_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with what was passed to a unit."""
    found = _transfer(request, pk)
    back = reverse("incoming-transfer", args=[pk])
    return do(
        request,
        table.TRANSFER,
        action,
        found,
        back=back,
        crumbs=[("转办件", reverse("incoming-transfers")), (found.matter.title, back)],
    )


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What my unit sent: the coarse status and nothing more; what came back, with its ground."""
    actor = actor_of(request)
    page = page_of(request, select.sent_by(actor))
    rows = []
    for paper in page.items:
        status = select.sender_status(paper.matter.state)
        label = label_of("documents.sender_status", status) if status not in ("", "returned") else ""
        rows.append(
            {
                "paper": paper,
                "label": label or {"returned": "已退回"}.get(status, "报送前"),
                "tone": STATUS.get(status, "neutral"),
            }
        )
    context = {
        "page": page,
        "rows": rows,
        "may_report": actor.can("documents.unit"),
        "crumbs": [("报送公文", "")],
    }
    return render(request, "documents/incoming_sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """A unit prepares a paper."""
    actor = actor_of(request)
    body = get_object_or_404(Body, pk=actor.body_id or 0)
    form = incoming_forms.head_form(body)(request.POST or None)
    made: list[Incoming] = []

    def prepare(values: dict[str, Any]) -> None:
        head = incoming_forms.letterhead(values, unit=True)
        made.append(incoming.paper_prepare(head=head, body=body, actor=actor, at=timezone.now()))

    if request.method == "POST" and run(form, prepare):
        messages.success(request, "已保存；需要征求意见、会签的先征求，再报送")
        return redirect("incoming-own", made[0].pk)
    context = {"form": form, "title": "报送公文", "button": "保存", "back": reverse("incoming-sent"),
               "crumbs": [("报送公文", reverse("incoming-sent")), ("新建", "")]}  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _own(request: HttpRequest, pk: int) -> Incoming:
    rows = Incoming.objects.select_related("matter__body", "sender", "addressee")
    paper: Incoming = get_object_or_404(rows, pk=pk)
    actor = actor_of(request)
    require(
        paper.sender_id is not None and paper.sender_id == actor.body_id and actor.can("documents.unit"),
        "查看这件公文",
    )
    return paper


@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's own paper: before it is reported, with what others said of it; afterwards, its coarse status."""
    paper, actor, now = _own(request, pk), actor_of(request), timezone.now()
    status = select.sender_status(paper.matter.state)
    rows = [
        {
            "row": row, "state": CONSULTATIONS.labels[row.matter.state], "tone": TONES[row.matter.state],
            "offers": offers_for({"defer": table.CONSULTATION["defer"]}, row, actor, now, url_name="incoming-consultation-act"),
        }
        for row in paper.consultations.select_related("matter", "body")
    ]  # fmt: skip
    context = {
        "paper": paper,
        "label": {"": "报送前", "returned": "已退回"}.get(status)
        or label_of("documents.sender_status", status),
        "tone": STATUS.get(status, "neutral"),
        "returned": paper.return_reason if status == "returned" else "",
        "consultations": rows,
        "answers": _answers(paper),
        "offers": offers_for(table.PREPARED, paper, actor, now, url_name="incoming-own-act"),
        "crumbs": [("报送公文", reverse("incoming-sent")), (paper.matter.title, "")],
    }
    return render(request, "documents/incoming_own.html", context)


def _answers(paper: Incoming) -> list[tuple[str, Any]]:
    given = paper.answers.get("answers", {})
    ticked = [(label, "是") for key, label in incoming_forms.ANSWERS if given.get(key)]
    return ticked + [(label, given[key]) for key, label in incoming_forms.TEXTS if given.get(key)]


@require_POST
def own_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a unit's own paper."""
    paper = _own(request, pk)
    back = reverse("incoming-own", args=[pk])
    return do(
        request,
        table.PREPARED,
        action,
        paper,
        back=back,
        crumbs=[("报送公文", reverse("incoming-sent")), (paper.matter.title, back)],
    )


@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """What other units ask of mine."""
    actor, now = actor_of(request), timezone.now()
    page = page_of(request, select.consultations_to(actor))
    rows = [
        {
            "row": row, "state": CONSULTATIONS.labels[row.matter.state], "tone": TONES[row.matter.state],
            "offers": offers_for({"answer": table.CONSULTATION["answer"]}, row, actor, now, url_name="incoming-consultation-act"),
        }
        for row in page.items
    ]  # fmt: skip
    context = {"page": page, "rows": rows, "crumbs": [("部门间征求意见", "")]}
    return render(request, "documents/incoming_consultations.html", context)


@require_POST
def consultation_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Answer a consultation, or record a later date that was agreed."""
    row = get_object_or_404(Consultation.objects.select_related("matter", "paper", "body"), pk=pk)
    actor = actor_of(request)
    require(actor.body_id in (row.body_id, row.paper.sender_id), "办理这件征求意见")
    back = (
        reverse("incoming-consultations")
        if actor.body_id == row.body_id
        else reverse("incoming-own", args=[row.paper_id])
    )
    return do(request, table.CONSULTATION, action, row, back=back, crumbs=[("部门间征求意见", back)])


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Quarterly notices of faulty papers, weekly feedback on urging."""
    which = request.GET.get("which", "")
    rows = select.notices("week" if which == "week" else "quarter")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            {"row": row, "state": NOTICES.labels[row.matter.state], "tone": TONES[row.matter.state]}
            for row in page.items
        ],
        "tabs": tab_items(request, [("", "季度通报", None), ("week", "每周催办情况", None)]),
        "crumbs": [("公文通报", "")],
    }
    return render(request, "documents/incoming_notices.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its table."""
    found = get_object_or_404(Notice.objects.select_related("matter"), pk=pk)
    context = {
        "notice": found,
        "state": NOTICES.labels[found.matter.state],
        "tone": TONES[found.matter.state],
        "head": "|".join(["单位", *found.figures.get("columns", []), "合计"]),
        "obligations": matter_obligations(found.matter),
        "offers": offers_for(
            table.NOTICE, found, actor_of(request), timezone.now(), url_name="incoming-notice-act"
        ),
        "crumbs": [("公文通报", reverse("incoming-notices")), (found.matter.title, "")],
    }
    return render(request, "documents/incoming_notice.html", context)


@require_POST
def notice_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Draw a notice up, or issue it."""
    found = get_object_or_404(Notice.objects.select_related("matter"), pk=pk)
    back = reverse("incoming-notice", args=[pk])
    return do(request, table.NOTICE, action, found, back=back, crumbs=crumbs((found.matter.title, back)))


@require_safe
def notice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as DOCX. Errors: 404 before it was drawn up."""
    found = get_object_or_404(Notice.objects.select_related("matter"), pk=pk)
    if not found.figures:
        raise Http404
    response = HttpResponse(docx(notice_paper(found)), content_type=DOCX)
    response["Content-Disposition"] = (
        f'attachment; filename="documents-{found.kind}-{found.period:%Y-%m-%d}.docx"'
    )
    return response


def notice_paper(found: Notice) -> Paper:
    """A notice as a paper, from the table that was kept with it."""
    figures = found.figures
    blocks: list[Heading | Text | Table] = [Text(one) for one in found.remark.splitlines() if one.strip()]
    if found.kind == "quarter":
        blocks.append(Text(f"本季度收文{figures['received']}件，退回{figures['returned']}件。"))
        head = ("单位", *figures["columns"], "合计")
        cells = tuple(
            (row["unit"], *(str(count) for count in row["counts"]), str(row["sum"]))
            for row in figures["rows"]
        )
        width = (4, *(2 for _ in figures["columns"]), 1)
        blocks.append(Table(head, cells, widths=width, right=tuple(range(1, len(head)))))
    else:
        cells = tuple(
            (row["number"], row["title"], row["unit"], str(row["times"]), row["result"])
            for row in figures["rows"]
        )
        blocks.append(
            Table(("编号", "公文", "单位", "催办次数", "处理结果"), cells, widths=(3, 5, 2, 2, 2), right=(3,))
        )
        if figures["pending"]:
            blocks.append(Heading("久拖未结"))
            blocks += [Text(f"{one['number']} {one['title']}") for one in figures["pending"]]
    dated = timezone.localtime(found.issued_at) if found.issued_at else None
    day = f"{dated.year}年{dated.month}月{dated.day}日" if dated else ""
    return Paper(title=found.matter.title, blocks=tuple(blocks), issuer="政府办公室", dated=day)
