"""Notices: the list, one with its acts, drafting, acts, the paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.appointments import forms, rules, services
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.paper import notice_docx, sentences
from luoshi.appointments.policies import may_manage
from luoshi.appointments.selectors import hints_of, notice_totals, notices
from luoshi.appointments.services.checks import acts_of
from luoshi.appointments.services.notices import have, notice_faults
from luoshi.appointments.states import NOTICES
from luoshi.appointments.text import title_of
from luoshi.appointments.views.actions import ACT, NOTICE
from luoshi.appointments.views.common import ACTION_TONES, crumbs, entries, flag, states
from luoshi.ledger import links
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import actor_of, answer_page, do, offers_for, page_of, run, today

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _notice(pk: int) -> Notice:
    found: Notice = get_object_or_404(Notice.objects.select_related("matter", "decision"), pk=pk)
    return found


def _act(pk: int) -> Act:
    found: Act = get_object_or_404(
        Act.objects.select_related("notice__matter", "body", "person", "covered"), pk=pk
    )
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All notices, newest first."""
    rows = notices(text=request.GET.get("q", ""), state=request.GET.get("state", ""))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "tone": flag(row.matter)} for row in page.items],
        "tabs": states(request, dict(NOTICES.labels)),
        "may_manage": may_manage(actor_of(request)),
    }
    return render(request, "appointments/notice_list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: its text, its acts, what it lacks, what to look at, and what may be done."""
    notice, actor, now = _notice(pk), actor_of(request), timezone.now()
    acts, day = acts_of(notice), notice.dated or today()
    drafting = notice.matter.state in ("drafting", "submitted", "signed")
    for act in acts:
        act.notice = notice
    hints = hints_of(acts, day) if drafting else []
    said: dict[int, list[str]] = {}
    for hint in hints:
        said.setdefault(hint.act.pk, []).append(hint.text)
    context = {
        "notice": notice,
        "title": notice.title
        or title_of((act.name for act in acts), rules.setting("appointments.title", day)),
        "acts": [
            {
                "item": act,
                "tone": ACTION_TONES[act.action],
                "hints": said.get(act.pk, []),
                "offers": offers_for(ACT, act, actor, now, url_name="appointment-act-do"),
            }
            for act in acts
        ],
        "text": sentences(acts),
        "totals": notice_totals(acts),
        "faults": notice_faults(notice, acts, day) if drafting else [],
        "needs": _needs(notice) if drafting else [],
        "facts": _facts(notice),
        "decision_url": links.matter_url(notice.decision) if notice.decision else "",
        "probations": notice.probations.select_related("matter").order_by("pk"),
        "offers": offers_for(NOTICE, notice, actor, now, url_name="appointment-do"),
        "may_edit": notice.matter.state == "drafting" and may_manage(actor),
        "entries": entries(notice.matter),
        "tone": flag(notice.matter),
        "crumbs": crumbs((notice.number or "起草中的通知", "")),
    }
    return render(request, "appointments/notice.html", context)


def _needs(notice: Notice) -> list[dict[str, Any]]:
    """What the rules ask for before the signature, and what of it stands."""
    there = have(notice)
    asked = rules.gate("appointments.issue", today()).asked({"historical": notice.historical})
    return [{"need": need, "met": need.key in there} for need in asked]


def _facts(notice: Notice) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [
        ("文号", notice.number or "印发时编号"),
        ("成文日期", f"{notice.dated:%Y年%-m月%-d日}" if notice.dated else ""),
        ("主送", "、".join(notice.addressees)),
        ("结尾所称职务", notice.closing),
        ("党委决定文号", notice.party_document),
        ("签署", notice.signed_by),
        ("补录理由", notice.reason),
        ("网站公开", f"{notice.site_on:%Y年%-m月%-d日}" if notice.site_on else ""),
        ("未当日公开的理由", notice.site_reason),
        ("公报刊载", _gazette(notice)),
    ]
    return [(label, value) for label, value in pairs if value]


def _gazette(notice: Notice) -> str:
    if notice.gazette_on is None:
        return ""
    return f"{notice.gazette_issue}，{notice.gazette_on:%Y年%-m月%-d日}，距成文{notice.gazette_lag}天"


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin a notice."""
    form = forms.OpenForm(request.POST or None)
    made: list[Notice] = []

    def begin(data: dict[str, Any]) -> None:
        made.append(services.notice_open(**data, actor=actor_of(request), at=timezone.now()))

    if request.method == "POST" and run(form, begin):
        return redirect("appointment-act-new", made[0].pk)
    context = {
        "form": form, "title": "起草任免通知", "button": "开始起草", "back": reverse("appointment-notices"),
        "crumbs": crumbs(("起草任免通知", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the head of a draft."""
    notice = _notice(pk)
    initial = {
        "title": notice.title, "party_document": notice.party_document, "closing": notice.closing,
        "addressees": "\n".join(notice.addressees), "version": notice.matter.version,
    }  # fmt: skip
    form = forms.NoticeForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        given = {**data, "addressees": forms.split(data["addressees"])}
        services.notice_edit(notice=notice, **given, actor=actor_of(request), at=timezone.now())

    back = reverse("appointment-notice", args=[pk])
    if request.method == "POST" and run(form, save):
        return redirect(back)
    context = {"form": form, "title": "修改通知", "back": back, "crumbs": crumbs(("修改通知", ""))}
    return answer_page(request, "kit/form.html", context, form)


@require_POST
def notice_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out a step of a notice."""
    back = reverse("appointment-notice", args=[pk])
    return do(request, NOTICE, action, _notice(pk), back=back, crumbs=crumbs())


@GET_OR_POST
def act_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an act to a draft; one may go on with the next one at once."""
    notice = _notice(pk)
    form = forms.ActForm(
        request.POST or None, initial={"procedure": "auto", "name": request.GET.get("name", "")}
    )

    def add(data: dict[str, Any]) -> None:
        services.act_add(notice=notice, spec=form.spec(), actor=actor_of(request), at=timezone.now())

    if request.method == "POST" and run(form, add):
        if "more" in request.POST:
            return redirect("appointment-act-new", pk)
        return redirect("appointment-notice", pk)
    return _act_page(request, form, notice, "增加任免事项", more=True)


@GET_OR_POST
def act_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an act anew."""
    act = _act(pk)
    names = (
        "name",
        "action",
        "organisation",
        "title",
        "rank",
        "sex",
        "probation",
        "head",
        "acting",
        "procedure",
        "note",
    )
    initial = {name: getattr(act, name) for name in names} | {"body": act.body_id, "person": act.person_id}
    form = forms.ActForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.act_change(act=act, spec=form.spec(), actor=actor_of(request), at=timezone.now())

    if request.method == "POST" and run(form, save):
        return redirect("appointment-notice", act.notice_id)
    return _act_page(request, form, act.notice, "修改任免事项")


def _act_page(
    request: HttpRequest, form: forms.ActForm, notice: Notice, title: str, *, more: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "notice": notice,
        "entered": sentences(acts_of(notice)),
        "more": more,
        "back": reverse("appointment-notice", args=[notice.pk]),
        "crumbs": crumbs((title, "")),
    }
    return answer_page(request, "appointments/act_form.html", context, form)


@require_POST
def act_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out a step of an act."""
    act = _act(pk)
    back = reverse("appointment-notice", args=[act.notice_id])
    return do(request, ACT, action, act, back=back, crumbs=crumbs())


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as DOCX."""
    notice = _notice(pk)
    acts, day = acts_of(notice), notice.dated or today()
    if not notice.title:
        notice.title = title_of((act.name for act in acts), rules.setting("appointments.title", day))
    code = rules.setting("appointments.office", day)["issuer"]
    issuer = Body.objects.filter(code=code).first()
    answer = HttpResponse(notice_docx(notice, acts, issuer.name_on(day) if issuer else ""), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="appointments-{pk}.docx"'
    return answer
