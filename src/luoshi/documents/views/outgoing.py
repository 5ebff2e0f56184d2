"""The register of papers that are issued, a paper's page, the form of a draft, its PDF and DOCX."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.documents import above, outgoing_forms, rules
from luoshi.documents import outgoing_policies as may
from luoshi.documents.layout import cn_day, official_of
from luoshi.documents.models import Outgoing
from luoshi.documents.selectors import outgoing as select
from luoshi.documents.services import drafting, outgoing
from luoshi.documents.services.signing import signers
from luoshi.documents.states.outgoing import PAPERS
from luoshi.documents.views.outgoing_actions import ACTIONS, may_edit_now
from luoshi.ledger.errors import Refusal
from luoshi.organisation.models import Body
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
    source_of,
)
from luoshi.papers import missing_faces, official_docx, official_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TONES = {
    "proposed": "warning", "declined": "muted", "drafting": "neutral", "signing": "warning", "signed": "info",
    "numbered": "info", "printed": "success", "archived": "muted", "withdrawn": "muted",
}  # fmt: skip
COARSE = {"proposed": "已收", "drafting": "起草中", "declined": "不予发文", "withdrawn": "已撤回"}
PARTS = {
    "principal": "主要负责人审定代拟稿", "interpretation_plan": "主要负责人审定解读方案",
    "interpretation_material": "主要负责人审定解读材料", "first_review": "承办科室初审", "slip": "呈批签",
    "check": "秘书科综合把关", "assisting": "分管副秘书长核稿", "documents": "审核副秘书长核稿", "present": "秘书长呈批意见",
    "speaker": "讲话者本人审定", "sign": "签发", "proof": "清样终校",
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the register."""
    return [("发文", reverse("outgoing-list")), *more]


def label_of(rule: str, value: str) -> str:
    """The Chinese name of an option; the value itself before the rules were in force."""
    try:
        return rules.choice(rule, timezone.now()).label(value) if value else ""
    except (Refusal, KeyError):
        return value


def coarse(paper: Outgoing) -> str:
    """What a sender may know of how a paper stands. Source: smx-document-flow/31"""
    state = paper.matter.state
    return COARSE.get(state, "已办结" if state in select.OUT else "在办")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register: what runs, what is out, or all, by genre and year, with search."""
    actor = actor_of(request)
    rows = select.papers_readable(actor)
    which = request.GET.get("which", "")
    if which == "out":
        rows = rows.filter(matter__state__in=select.OUT)
    elif which != "all":
        rows = rows.filter(matter__state__in=select.RUNNING)
    genre, year = request.GET.get("genre", ""), request.GET.get("year", "")
    if genre:
        rows = rows.filter(genre=genre)
    if year.isascii() and year.isdecimal() and len(year) == 4:
        rows = rows.filter(matter__opened_at__year=int(year))
    page = page_of(request, select.search(rows, request.GET.get("q", "")))
    sees = {paper.pk: may.may_see_progress(actor, paper.matter) for paper in page.items}
    context = {
        "page": page,
        "rows": [
            {
                "paper": paper,
                "state": PAPERS.labels[paper.matter.state] if sees[paper.pk] else coarse(paper),
                "tone": TONES.get(paper.matter.state, "info"),
                "genre": label_of("documents.outgoing_genre", paper.genre),
            }
            for paper in page.items
        ],
        "tabs": [
            {"label": label, "url": f"?which={value}", "active": which == value}
            for value, label in (("", "办理中"), ("out", "已印发"), ("all", "全部"))
        ],
        "genres": outgoing_forms.options("documents.outgoing_genre"),
        "years": range(timezone.localdate().year, timezone.localdate().year - 6, -1),
        "genre": genre,
        "year": year,
        "may_new": any(actor.can(f"documents.{one}") for one in ("unit", "handle", "reading")),
        "crumbs": [("发文", "")],
    }
    return render(request, "documents/outgoing_list.html", context)


def found_paper(request: HttpRequest, pk: int) -> Outgoing:
    """The paper of an address, for those who may read it. Errors: 404, NotAllowed."""
    rows = Outgoing.objects.select_related("matter__body", "drafted_by", "source", "agreed_by", "signed_by")
    paper: Outgoing = get_object_or_404(rows, pk=pk)
    may.require(may.may_read(actor_of(request), paper.matter), "查看这件公文")
    return paper


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Say that a paper is needed."""
    actor, now = actor_of(request), timezone.now()
    source = source_of(request)
    form = outgoing_forms.NeedForm(request.POST or None, actor=actor)
    made: list[Outgoing] = []

    def send(values: dict[str, Any]) -> None:
        body = values.get("body") or Body.objects.get(pk=actor.body_id or 0)
        plain = (
            "title",
            "genre",
            "issued_as",
            "addressee",
            "urgency",
            "purpose",
            "task",
            "repeat_reason",
            "wanted_on",
        )
        given = {key: values[key] for key in (*plain, "policy", "normative")}
        made.append(
            outgoing.draft_open(
                body=body,
                section=values.get("section"),
                secret_kind=values.get("secret_kind", ""),
                screen=outgoing_forms.ticked(values, outgoing_forms.SCREEN),
                traits=outgoing_forms.traits_of(values),
                source=source,
                actor=actor,
                at=now,
                **given,
            )
        )

    if request.method == "POST" and run(form, send):
        messages.success(request, "已提出，请等候市政府领导同意")
        return redirect("outgoing", made[0].pk)
    context = {"form": form, "title": "提出发文", "button": "报领导同意", "back": reverse("outgoing-list"),
               "crumbs": crumbs(("提出发文", ""))}  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper's page: slip, opinions, checks, editions, files, and what may be done now. A sender sees a coarse status."""
    paper = found_paper(request, pk)
    actor, now = actor_of(request), timezone.now()
    inside = may.may_see_progress(actor, paper.matter)
    context: dict[str, Any] = {
        "paper": paper,
        "inside": inside,
        "state": PAPERS.labels[paper.matter.state] if inside else coarse(paper),
        "tone": TONES.get(paper.matter.state, "info"),
        "facts": _facts(paper),
        "related": related(actor, [paper.source]),
        "offers": offers_for(ACTIONS, paper, actor, now, url_name="outgoing-act"),
        "may_edit": may_edit_now(paper, actor),
        "faces": missing_faces(),
        "files": files_of(paper.matter, "outgoing-attachment"),
        "disclosure_asked": label_of("documents.disclosure", paper.disclosure_asked.get("disclosure", "")),
        "crumbs": crumbs((paper.matter.title, "")),
    }
    own = may.is_drafter(actor, paper.matter)
    if own or inside:
        context["faults"] = drafting.faults(paper, at=now) if paper.matter.state == "drafting" else ()
        context["countersigns"] = paper.countersigns.select_related("body")
        context["editions"] = paper.editions.all()[:20]
    if inside:
        context |= _inside(paper, now)
    return render(request, "documents/outgoing.html", context)


def _inside(paper: Outgoing, now: Any) -> dict[str, Any]:
    """What only those who handle papers see."""
    names = rules.setting("documents.names", now)
    marks = [
        {"title": PARTS.get(one.part, one.part), "at": one.at, "actor": one.name, "text": one.text,
         "tone": "success" if one.edition == paper.edition else "muted"}
        for one in paper.marks.order_by("-at", "-id")[:50]
    ]  # fmt: skip
    found: dict[str, Any] = {
        "slip": names["slip"],
        "marks": marks,
        "deliveries": paper.deliveries.select_related("body"),
        "entries": history(paper.matter),
        "waiting": paper.errands.filter(matter__state="open").select_related("matter__body", "person"),
        "passed": above.passed(paper),
        "legality": above.legality(paper),
        "blocking": above.blocking(paper, at=now),
    }
    if paper.matter.state in ("presenting", "signing"):
        found["signing"] = signers(paper, at=now)
    return found


def _facts(paper: Outgoing) -> list[tuple[str, str]]:
    found = [
        ("发文字号", paper.matter.number or "尚未编号"),
        ("文种", label_of("documents.outgoing_genre", paper.genre)),
        ("发文名义", paper.get_issued_as_display()),
        ("行文对象", label_of("documents.addressee", paper.addressee)),
        ("起草单位", paper.drafted_by.short_name),
        ("承办科室", paper.matter.body.short_name if paper.matter.body else ""),
        ("办理等级", paper.get_urgency_display()),
        ("公开属性", label_of("documents.disclosure", paper.disclosure) or "尚未提出"),
        ("公开属性的理由", paper.disclosure_reason),
        ("发文理由", paper.purpose),
        ("成文日期", cn_day(paper.sealed_on)),
        ("印发日期", cn_day(paper.printed_on)),
        ("会议审议", paper.passed_note),
    ]
    return [(label, value) for label, value in found if value]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft and what goes with it."""
    paper = found_paper(request, pk)
    actor, now = actor_of(request), timezone.now()
    may.require(
        may_edit_now(paper, actor),
        "修改这件文稿",
        mend="起草中的由起草单位修改；审核中的请先退回；已签发的须重新报批",
    )
    initial = {
        name: getattr(paper, name) for name in outgoing_forms.DraftForm.base_fields if hasattr(paper, name)
    }
    initial |= {
        "title": paper.matter.title,
        "annexes": "\n".join(paper.annexes),
        "version": paper.matter.version,
    }
    form = outgoing_forms.DraftForm(request.POST or None, request.FILES or None, paper=paper, initial=initial)

    def save(values: dict[str, Any]) -> None:
        given = {key: values[key] for key in outgoing_forms.DraftForm.base_fields if key != "version"}
        given["annexes"] = [one.strip() for one in values["annexes"].splitlines() if one.strip()]
        given["traits"] = outgoing_forms.traits_of(values)
        drafting.draft_edit(paper=paper, values=given, actor=actor, at=now, version=values["version"])

    if request.method == "POST" and run(form, save):
        messages.success(request, "文稿已保存为新的版次，须审定的请重新审定")
        return redirect("outgoing", paper.pk)
    context = {"form": form, "title": f"起草：{paper.matter.title}", "button": "保存",
               "back": reverse("outgoing", args=[paper.pk]), "crumbs": crumbs(("起草", ""))}  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step."""
    paper = found_paper(request, pk)
    back = reverse("outgoing", args=[pk])
    return do(request, ACTIONS, action, paper, back=back, crumbs=crumbs((paper.matter.title, back)))


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file to a draft."""
    paper = found_paper(request, pk)
    file = request.FILES.get("file")
    try:
        if file is None or file.name is None:
            messages.error(request, "请选择要上传的文件")
        else:
            drafting.file_add(
                paper=paper,
                file=cast(BinaryIO, file),
                name=file.name,
                actor=actor_of(request),
                at=timezone.now(),
            )
            messages.success(request, f"{file.name}已上传")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("outgoing", pk)


@require_safe
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A paper as PDF or DOCX, as it stands. Errors: 404 for another form, NotAllowed."""
    paper = found_paper(request, pk)
    return paper_response(paper, form)


def paper_response(paper: Outgoing, form: str) -> HttpResponse:
    """A paper laid out. Errors: 404 for a form other than pdf and docx."""
    if form not in ("pdf", "docx"):
        raise Http404
    made = official_of(paper, at=timezone.now())
    if form == "pdf":
        response = HttpResponse(official_pdf(made), content_type="application/pdf")
    else:
        response = HttpResponse(official_docx(made), content_type=DOCX)
    way = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f'{way}; filename="document-{paper.pk}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
