"""Normative documents: the register, a document's page, filing, the legal office's reviews, the public list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.decisions import forms, rules, services, states
from luoshi.decisions.models import Filing, Issuer, LegalityReview, Normative
from luoshi.decisions.policies import may_conclude, may_legal, may_prepare, may_record, require
from luoshi.decisions.selectors.blocking import normative_missing
from luoshi.decisions.selectors.register import filings, normatives, reviews
from luoshi.decisions.standing import legality_of
from luoshi.decisions.views.common import SAID, files_of, tone
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import (
    Action,
    actor_of,
    answer_page,
    do,
    offers_for,
    own_history,
    page_of,
    run,
    tab_items,
    today,
)

Data = dict[str, Any]
GATES = {
    "drafting": "decisions.normative_review",
    "reviewed": "decisions.normative_table",
    "passed": "decisions.normative_issue",
}
VALIDITY = (
    ("", "全部"),
    ("in_force", "有效"),
    ("expiring", "一年内到期"),
    ("ended", "已失效"),
    ("making", "制定中"),
)
MEASURES = {"ordered": "责令纠正", "changed": "由政府改变", "revoked": "由政府撤销"}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the register."""
    return [("规范性文件", reverse("normative-list")), *more]


def _edge(table: Any, action: str) -> Any:
    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        edge = table.edge(row.matter.state, action)
        return edge is not None and bool(edge.may(actor, row.matter))

    return shows


def _plain(service: Any, name: str) -> Any:
    def act(row: Any, data: Data, actor: Actor, at: dt.datetime) -> None:
        service(**{name: row}, actor=actor, at=at, **data)

    return act


def _pass_form(row: Normative) -> Any:
    return forms.make(
        meeting=forms.text("审议会议", longest=120),
        passed_on=forms.date("审议日期"),
        executive=forms.flag("政府常务会议（或全体会议）"),
    )


def _issue_form(row: Normative) -> Any:
    return forms.make(
        document=forms.text("文号", longest=100),
        issued_on=forms.date("印发日期"),
        effective_on=forms.date("施行日期"),
        expires_on=forms.date("有效期至", required=False),
    )


def _takes(row: Normative, actor: Actor, at: dt.datetime) -> bool:
    review = legality_of(row.pk)
    return review is not None and bool(review.result) and _edge(states.NORMATIVES, "reviewed")(row, actor, at)


NORMATIVE = {
    one.code: one
    for one in (
        Action("ask", "送合法性审查", "scale", _plain(services.normative_ask, "normative"), _edge(states.NORMATIVES, "ask"),
               done="已送审"),
        Action("take", "按审查意见办理", "check", _plain(services.normative_take_review, "normative"), _takes),
        Action("pass", "登记集体讨论", "users", _plain(services.normative_pass, "normative"),
               _edge(states.NORMATIVES, "pass"), _pass_form),
        Action("check", "复核重要与否", "check", _plain(services.normative_check, "normative"),
               _edge(states.NORMATIVES, "check"),
               lambda row: forms.make(important=forms.flag("属重要的规范性文件", initial=row.important))),
        Action("approve", "登记政府批准", "check", _plain(services.normative_approve, "normative"),
               lambda r, a, at: len(r.joint) >= 2 and _edge(states.NORMATIVES, "approve")(r, a, at),
               lambda row: forms.make(document=forms.text("批准文号", longest=100))),
        Action("judge", "登记签发人判断", "edit", _plain(services.normative_judge, "normative"),
               lambda r, a, at: not r.important and not r.passed_executive and _edge(states.NORMATIVES, "judge")(r, a, at),
               lambda row: forms.make(text=forms.text("不提交会议的判断", longest=2000, rows=3))),
        Action("issue", "印发", "send", _plain(services.normative_issue, "normative"), _edge(states.NORMATIVES, "issue"),
               _issue_form, done="已印发"),
        Action("repeal", "废止", "x", _plain(services.normative_repeal, "normative"), _edge(states.NORMATIVES, "repeal"),
               lambda row: forms.make(document=forms.text("废止依据"), ended_on=forms.date("失效日期")), tone="danger"),
        Action("drop", "停止制定", "x", _plain(services.normative_drop, "normative"), _edge(states.NORMATIVES, "drop"),
               lambda row: forms.make(reason=forms.text("原因", longest=500)), tone="danger"),
    )
}  # fmt: skip


def _review(row: Filing, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.filing_review(filing=row, actor=actor, at=at, **data)


def _review_form(row: Filing) -> Any:
    return forms.make(
        grounds=forms.many(
            "发现的问题",
            forms.options("decisions.filing_fault", timezone.now()),
            help_text="没有问题的不选，予以备案",
        ),
        opinion=forms.text("审查意见", longest=4000, rows=3),
    )


def _measure_form(row: Filing) -> Any:
    known = rules.setting("decisions.filing", timezone.now())["measures"]
    return forms.make(
        measure=forms.one("处理", [(key, MEASURES[key]) for key in known]),
        text=forms.text("处理内容", longest=4000, rows=3),
    )


def _may_measure(row: Filing, actor: Actor, at: dt.datetime) -> bool:
    return row.matter.state in ("faulted", "ordered") and (may_legal(actor) or may_conclude(actor))


FILING = {
    one.code: one
    for one in (
        Action("file", "报备", "send", _plain(services.filing_send, "filing"), _edge(states.FILINGS, "file"),
               lambda row: forms.make(filed_on=forms.date("报备日期")), done="已报备"),
        Action("review", "备案审查", "eye-check", _review, _edge(states.FILINGS, "accept"), _review_form),
        Action("measure", "处理", "gavel", _plain(services.filing_measure, "filing"), _may_measure, _measure_form),
        Action("correct", "登记纠正", "check", _plain(services.filing_correct, "filing"), _edge(states.FILINGS, "correct"),
               lambda row: forms.make(text=forms.text("纠正情况", longest=4000, rows=3))),
    )
}  # fmt: skip


def _give(row: LegalityReview, data: Data, actor: Actor, at: dt.datetime) -> None:
    paper = data.pop("file")
    services.legality_give(
        review=row, file=paper, file_name=paper.name if paper else "", actor=actor, at=at, **data
    )


LEGALITY = {
    one.code: one
    for one in (
        Action("give", "出具审查意见", "scale", _give, _edge(states.LEGALITIES, "give"), forms.review_form, done="已出具"),
        Action("return", "退回补充材料", "arrow-back-up", _plain(services.legality_return, "review"),
               _edge(states.LEGALITIES, "return"),
               lambda row: forms.make(reason=forms.text("须补充的材料", longest=2000, rows=2)), tone="danger"),
        Action("again", "补充后再送审", "send", _plain(services.legality_ask_again, "review"),
               _edge(states.LEGALITIES, "ask_again"),
               lambda row: forms.make(materials=forms.text("补充的材料", longest=4000, rows=2))),
    )
}  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register of normative documents, by validity, maker and words."""
    actor = actor_of(request)
    rows = normatives(
        actor=actor, validity=request.GET.get("which", ""), issuer=request.GET.get("issuer", ""),
        text=request.GET.get("q", "").strip(), day=today(),
    )  # fmt: skip
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "tabs": tab_items(request, [(value, label, None) for value, label in VALIDITY]),
        "issuers": Issuer.choices,
        "issuer": request.GET.get("issuer", ""),
        "may_new": may_prepare(actor) or may_record(actor),
        "crumbs": crumbs(),
    }
    return render(request, "decisions/normative_list.html", context)


def _draft(data: Data) -> services.Draft:
    return services.Draft(**data)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a normative document for one's own body."""
    actor = actor_of(request)
    made = forms.normative_form()
    form = made(request.POST) if request.method == "POST" else made()
    done: list[Normative] = []

    def begin(data: Data) -> None:
        body = get_object_or_404(Body, pk=actor.body_id)
        done.append(services.normative_open(draft=_draft(data), body=body, actor=actor, at=timezone.now()))

    if request.method == "POST" and run(form, begin):
        return redirect("normative-detail", done[0].pk)
    context = {
        "form": form, "title": "起草规范性文件", "back": reverse("normative-list"), "crumbs": crumbs(("起草", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _found(request: HttpRequest, pk: int) -> Normative:
    found: Normative = get_object_or_404(Normative.objects.select_related("matter", "body"), pk=pk)
    actor = actor_of(request)
    own = actor.can("decisions.read_all") or actor.body_id == found.body_id
    require(own or found.issued_on is not None, "查看未印发的规范性文件")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    found, actor = _found(request, pk), actor_of(request)
    made = forms.normative_form(found)
    form = made(request.POST) if request.method == "POST" else made()

    def change(data: Data) -> None:
        services.normative_edit(normative=found, draft=_draft(data), actor=actor, at=timezone.now())

    back = reverse("normative-detail", args=[pk])
    if request.method == "POST" and run(form, change):
        return redirect(back)
    context = {
        "form": form, "title": "修改规范性文件", "back": back,
        "crumbs": crumbs((found.matter.title, back), ("修改", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A normative document: what it rests on, what is missing, its validity and filing."""
    found, actor, now = _found(request, pk), actor_of(request), timezone.now()
    gate = GATES.get(found.matter.state)
    missing = normative_missing(found, gate, at=now) if gate else ()
    filing = Filing.objects.filter(normative=found).select_related("matter").first()
    names = dict(forms.options("decisions.sensitive", now))
    edge = states.NORMATIVES.edge(found.matter.state, "edit")
    context = {
        "normative": found,
        "tone": tone(found.matter),
        "sensitive": [names.get(key, key) for key in found.sensitive],
        "joint": Body.objects.filter(code__in=found.joint),
        "missing": [{"need": need, "clause": rules.clauses(need.cite)} for need in missing],
        "review": legality_of(found.pk),
        "filing": filing,
        "offers": offers_for(NORMATIVE, found, actor, now, url_name="normative-act"),
        "filing_offers": offers_for(FILING, filing, actor, now, url_name="filing-act") if filing else [],
        "may_edit": edge is not None and edge.may(actor, found.matter),
        "files": files_of(found.matter),
        "entries": own_history(found.matter, SAID),
        "crumbs": crumbs((found.matter.title, "")),
    }
    return render(request, "decisions/normative.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step with a normative document."""
    found = _found(request, pk)
    back = reverse("normative-detail", args=[pk])
    return do(request, NORMATIVE, action, found, back=back, crumbs=crumbs((found.matter.title, back)))


@require_safe
def filing_list(request: HttpRequest) -> HttpResponse:
    """What lower bodies file, and what came of its review."""
    page = page_of(request, filings(actor=actor_of(request), state=request.GET.get("which", "")))
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "tabs": tab_items(
            request,
            [
                ("", "全部", None),
                ("owed", "待报备", None),
                ("filed", "待审查", None),
                ("ordered", "责令纠正", None),
            ],
        ),
        "crumbs": crumbs(("备案审查", "")),
    }
    return render(request, "decisions/filing_list.html", context)


@require_POST
def filing_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step of a filing."""
    found = get_object_or_404(Filing.objects.select_related("matter", "normative__matter"), pk=pk)
    actor = actor_of(request)
    require(actor.can("decisions.read_all") or actor.body_id == found.matter.body_id, "办理这件备案")
    back = reverse("normative-detail", args=[found.normative_id])
    return do(request, FILING, action, found, back=back, crumbs=crumbs((found.matter.title, back)))


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """The legal office's reviews; a body sees those of its own matters."""
    page = page_of(request, reviews(actor=actor_of(request), state=request.GET.get("which", "")))
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "tabs": tab_items(
            request, [("", "全部", None), ("asked", "待审查", None), ("given", "已出具", None)]
        ),
        "crumbs": [("合法性审查", "")],
    }
    return render(request, "decisions/legality_list.html", context)


def _readable_review(request: HttpRequest, pk: int) -> LegalityReview:
    found = reviews(actor=actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A review: what is reviewed, what was handed over, the opinion."""
    found = _readable_review(request, pk)
    body = found.subject.body
    context = {
        "title": found.matter.title,
        "matter": found.matter,
        "tone": tone(found.matter),
        "items": [
            ("审查对象", found.subject.title),
            ("送审单位", body.name if body else ""),
            ("送审材料", found.materials or "未写明"),
            ("结论", found.get_result_display() if found.result else "待审查"),
            ("审查意见", found.opinion or "待出具"),
            ("审查人", found.reviewer or "待定"),
        ],
        "offers": offers_for(LEGALITY, found, actor_of(request), timezone.now(), url_name="legality-act"),
        "files": files_of(found.matter),
        "entries": own_history(found.matter, SAID),
        "crumbs": [("合法性审查", reverse("legality-list")), (found.subject.title, "")],
    }
    return render(request, "decisions/record.html", context)


@require_POST
def review_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step of a review."""
    found = _readable_review(request, pk)
    return do(request, LEGALITY, action, found, back=reverse("legality-detail", args=[pk]))


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The normative documents in force, for everybody."""
    text = request.GET.get("q", "").strip()
    page = page_of(request, normatives(text=text, day=today()))
    return render(request, "decisions/normative_public.html", {"page": page})
