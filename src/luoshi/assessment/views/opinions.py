"""Supervision opinions: list, issue, one opinion with what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.assessment import forms_records as forms
from luoshi.assessment import services, states_records
from luoshi.assessment.models import Opinion
from luoshi.assessment.policies_records import may_oversee, may_read, may_record, require
from luoshi.assessment.selectors import records
from luoshi.assessment.views.records_common import (
    TONES,
    actor_of,
    answer_page,
    deed,
    files_shown,
    flag,
    history,
    own_id,
    page_of,
    run,
    step,
    tab_items,
)
from luoshi.ledger import links
from luoshi.ledger.selectors import matter_obligations

LIST = "assessment-opinions"


def _opinion(request: HttpRequest, pk: int) -> Opinion:
    """The opinion, if the actor may read it. Errors: 404, NotAllowed."""
    opinion = records.opinion_get(pk)
    if opinion is None:
        raise Http404
    require(may_read(actor_of(request), opinion.matter), "查看这份督查意见")
    return opinion


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Opinions to all units, or to one's own."""
    which = request.GET.get("which", "")
    rows = records.opinion_list(
        body_id=own_id(request),
        which=which if which in TONES or which == "overdue" else "",
        at=timezone.now(),
    )
    tabs = [
        ("", "全部", None),
        ("issued", "待落实", None),
        ("answered", "待确认", None),
        ("overdue", "逾期未落实", None),
        ("carried_out", "已落实", None),
        ("withdrawn", "已撤销", None),
    ]
    page = page_of(request, rows)
    for opinion in page.items:
        opinion.tone = flag(opinion.matter)
    context = {
        "page": page,
        "tabs": tab_items(request, tabs),
        "may_issue": may_record(actor_of(request)),
        "all_bodies": may_oversee(actor_of(request)),
    }
    return render(request, "assessment/opinion_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Issue an opinion; ?body= and ?order_no= fill the form."""
    actor, now = actor_of(request), timezone.now()
    given = {name: request.GET[name] for name in ("body", "order_no", "title") if name in request.GET}
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.OpinionForm(*data, bodies=forms.assessed_bodies(), initial=given)
    made: list[Opinion] = []

    def issue(values: dict[str, Any]) -> None:
        named = {name: values[name] for name in ("body", "title", "text", "due_at", "order_no")}
        files = forms.uploads(values["papers"], "督查意见附件")
        made.append(services.opinion_issue(files=files, actor=actor, at=now, **named))

    if request.method == "POST" and run(form, issue):
        messages.success(request, "督查意见已下达")
        return redirect("assessment-opinion", pk=made[0].pk)
    context = {"form": form, "crumbs": [("督查意见", reverse(LIST)), ("下达", "")]}
    return answer_page(request, "assessment/opinion_new.html", context, form)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opinion: what is asked by when, what the unit answered, what it costs until it is carried out."""
    opinion, actor = _opinion(request, pk), actor_of(request)
    can = {
        edge.action for edge in states_records.OPINIONS.actions(opinion.matter.state, actor, opinion.matter)
    }
    order = opinion.order if opinion.order and links.may_read(actor, opinion.order) else None
    context = {
        "opinion": opinion,
        "tone": flag(opinion.matter),
        "obligation": matter_obligations(opinion.matter).first(),
        "months": records.months_held(opinion, timezone.now()),
        "files": files_shown(records.files_of(opinion.pk)),
        "order_url": links.matter_url(order) if order else "",
        "can": can,
        "answering": forms.AnswerForm() if "answer" in can else None,
        "confirming": forms.CarriedOutForm() if "carry_out" in can else None,
        "entries": history(opinion.matter),
        "crumbs": [("督查意见", reverse(LIST)), (opinion.title, "")],
    }
    return answer_page(request, "assessment/opinion.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit answers."""
    opinion, actor, now = _opinion(request, pk), actor_of(request), timezone.now()

    def save(data: dict[str, Any]) -> None:
        files = forms.uploads(data["papers"], "落实证明")
        services.opinion_answer(opinion=opinion, text=data["text"], files=files, actor=actor, at=now)

    form = forms.AnswerForm(request.POST, request.FILES)
    back = reverse("assessment-opinion", args=[pk])
    return deed(request, form, save, back=back, done="已答复，待平台确认")


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The platform confirms that it was carried out."""
    opinion, actor, now = _opinion(request, pk), actor_of(request), timezone.now()

    def save(data: dict[str, Any]) -> None:
        services.opinion_confirm(opinion=opinion, carried_out_at=data["carried_out_at"], actor=actor, at=now)

    back = reverse("assessment-opinion", args=[pk])
    return deed(request, forms.CarriedOutForm(request.POST), save, back=back, done="已确认落实")


@require_POST
def turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """The platform finds that it is not carried out."""
    opinion, actor, now = _opinion(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.opinion_turn_down(opinion=opinion, reason=reason, actor=actor, at=now),
        back=reverse("assessment-opinion", args=[pk]),
        done="已退回单位继续落实",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The command centre withdraws an opinion."""
    opinion, actor, now = _opinion(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.opinion_withdraw(opinion=opinion, reason=reason, actor=actor, at=now),
        back=reverse("assessment-opinion", args=[pk]),
        done="已撤销，自始不计",
    )
