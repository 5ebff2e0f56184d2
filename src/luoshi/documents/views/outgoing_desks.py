"""Where people find what waits for them: leaders' signing list, the numbering desk, a unit's papers; and the public list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.documents import outgoing_forms as f
from luoshi.documents import outgoing_policies as may
from luoshi.documents.layout import cn_day
from luoshi.documents.models import Countersign, Delivery, Outgoing
from luoshi.documents.selectors import outgoing as select
from luoshi.documents.services import countersigning, issue
from luoshi.documents.states.outgoing import OUTGOING, PAPERS
from luoshi.documents.views.outgoing import TONES, crumbs, label_of, paper_response
from luoshi.ledger.models import Attachment
from luoshi.ledger.services.attachments import path_of
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.organisation.pagekit import Action, actor_of, do, offers_for, page_of, step, tab_items

WHAT = {
    "agree": "同意发文", "assisting": "核稿", "documents": "核稿", "present": "签署呈批意见", "speaker": "审定讲话稿",
    "sign": "签发",
}  # fmt: skip
DESK = (
    ("checking", "待综合把关"), ("signed", "待校核、编号"), ("numbered", "待印发"), ("printed", "待公开、归档"),
)  # fmt: skip


@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """What waits for a leader's hand; short enough for a phone."""
    rows = select.waiting_for_signature(actor_of(request))
    page = page_of(request, rows, keys=("matter_id",))
    context = {
        "page": page,
        "rows": [{"errand": one, "what": WHAT.get(one.what, ""), "paper": one.paper} for one in page.items],
        "crumbs": [("待我签批的发文", "")],
    }
    return render(request, "documents/outgoing_signing.html", context)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk that checks, proves, numbers, prints and publishes."""
    actor = actor_of(request)
    which = request.GET.get("which", "")
    rows = select.desk_papers(actor)
    chosen = which if which in dict(DESK) else ""
    rows = rows.filter(matter__state=chosen) if chosen else rows.exclude(matter__state="printed")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            {"paper": one, "state": PAPERS.labels[one.matter.state], "tone": TONES.get(one.matter.state, "info"),
             "disclosure": label_of("documents.disclosure", one.disclosure)}
            for one in page.items
        ],
        "tabs": tab_items(request, [("", "全部待办", None), *((value, label, None) for value, label in DESK)]),
        "crumbs": crumbs(("编号印发", "")),
    }  # fmt: skip
    return render(request, "documents/outgoing_desk.html", context)


ANSWER = f.make(
    view=forms.ChoiceField(label="意见", choices=[("agreed", "同意"), ("differs", "有不同意见")]),
    text=f.words("意见内容", longest=1000, rows=3, required=False, help_text="有不同意见的须写明理由和依据"),
)
POSTPONE = f.make(
    until=forms.DateTimeField(label="商定的回复时限", widget=DateTimeLocalInput()),
    how=f.words("回复方式", longest=200),
)
ANSWERS: dict[str, Action] = {
    "answer": Action(
        "answer", "回复", "send",
        lambda row, values, actor, at: countersigning.consult_answer(row=row, actor=actor, at=at, **values),
        lambda row, actor, at: row.answered_at is None and actor.body_id == row.body_id, lambda _: ANSWER,
    ),
    "postpone": Action(
        "postpone", "商定延期", "clock",
        lambda row, values, actor, at: countersigning.consult_postpone(row=row, actor=actor, at=at, **values),
        lambda row, actor, at: row.matter.state == "open" and actor.body_id == row.body_id, lambda _: POSTPONE,
    ),
}  # fmt: skip


@require_safe
def unit(request: HttpRequest) -> HttpResponse:
    """What a body was asked about papers, and the papers that were sent to it."""
    actor = actor_of(request)
    now = timezone.now()
    which = request.GET.get("which", "")
    context: dict[str, Any] = {
        "tabs": tab_items(request, [("", "征求意见、会签", None), ("receipts", "收到的文件", None)]),
        "which": which,
        "crumbs": crumbs(("会签与签收", "")),
    }
    if which == "receipts":
        context["page"] = page_of(request, select.deliveries_of(actor))
    else:
        page = page_of(request, select.consultations_of(actor))
        context["page"] = page
        context["rows"] = [
            {"row": one, "offers": offers_for(ANSWERS, one, actor, now, url_name="outgoing-consult-act")}
            for one in page.items
        ]
    return render(request, "documents/outgoing_unit.html", context)


@require_POST
def consult_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Answer, or agree on a later time."""
    row = get_object_or_404(Countersign.objects.select_related("matter", "body"), pk=pk)
    back = reverse("outgoing-unit")
    return do(request, ANSWERS, action, row, back=back, crumbs=crumbs(("会签与签收", back)))


@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Receipt a paper."""
    row = get_object_or_404(Delivery.objects.select_related("paper", "body"), pk=pk)
    actor, now = actor_of(request), timezone.now()
    return step(
        request,
        lambda: issue.delivery_receive(delivery=row, actor=actor, at=now),
        back=f"{reverse('outgoing-unit')}?which=receipts",
        done="已签收",
    )


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a paper, for whoever may read the paper; always as a download."""
    found = get_object_or_404(Attachment.objects.select_related("matter"), pk=pk, matter__kind=OUTGOING)
    may.require(may.may_read(actor_of(request), found.matter), "查看这件公文的附件")
    path = path_of(found.digest)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """The papers that the public may read, with search over title, number and text."""
    genre, year = request.GET.get("genre", ""), request.GET.get("year", "")
    rows = select.published(request.GET.get("q", ""), genre=genre, year=year)
    page = page_of(request, rows, keys=("-published_at", "-matter_id"))
    this = timezone.localdate().year
    context = {
        "page": page,
        "genre": genre,
        "year": year,
        "genres": f.options("documents.outgoing_genre"),
        "years": range(this, this - 10, -1),
        "crumbs": [("政府文件", "")],
    }
    return render(request, "documents/public_list.html", context)


def _public(pk: int) -> Outgoing:
    rows = select.published().select_related("drafted_by", "signed_by", "matter__body")
    paper: Outgoing = get_object_or_404(rows, pk=pk)
    return paper


@require_safe
def public(request: HttpRequest, pk: int) -> HttpResponse:
    """A published paper with its interpretation. Errors: 404 for what is not public."""
    paper = _public(pk)
    context = {
        "paper": paper,
        "sealed": cn_day(paper.sealed_on),
        "printed": cn_day(paper.printed_on),
        "crumbs": [("政府文件", reverse("portal-papers")), (paper.matter.number or "便签", "")],
    }
    return render(request, "documents/public.html", context)


@require_safe
def public_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A published paper as PDF."""
    return paper_response(_public(pk), "pdf")
