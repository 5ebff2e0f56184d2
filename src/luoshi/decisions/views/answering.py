"""Urgent measures, members' yearly reports, cases of accountability."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.decisions import forms, rules, services, states, who
from luoshi.decisions.models import Accountability, MemberReport, Urgent
from luoshi.decisions.policies import may_inspect, may_record, may_speak
from luoshi.decisions.selectors.register import cases, decision_get, member_reports, urgents
from luoshi.decisions.services.urgent import TIERS
from luoshi.decisions.views.common import SAID, crumbs, files_of, tone
from luoshi.ledger.actors import Actor
from luoshi.ledger.inputs import natural
from luoshi.organisation.pagekit import (
    Action,
    actor_of,
    answer_page,
    do,
    offers_for,
    own_history,
    page_of,
    run,
    step,
    today,
)

Data = dict[str, Any]


def _plain(service: Any, name: str) -> Any:
    def act(row: Any, data: Data, actor: Actor, at: dt.datetime) -> None:
        service(**{name: row}, actor=actor, at=at, **data)

    return act


def _edge(table: Any, action: str) -> Any:
    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        edge = table.edge(row.matter.state, action)
        return edge is not None and bool(edge.may(actor, row.matter))

    return shows


def _confirms(row: Urgent, actor: Actor, at: dt.datetime) -> bool:
    return row.matter.state == "taken" and who.may_sign("decisions.confirm_urgent", actor=actor, at=at)


def _reported_form(row: Urgent) -> Any:
    kinds = forms.options("meetings.kind", timezone.now())
    return forms.make(
        meeting_kind=forms.one("会议", kinds, initial="executive"),
        meeting=forms.text("会议届次", longest=120),
    )


URGENT = {
    one.code: one
    for one in (
        Action("confirm", "确认紧急情况", "check", _plain(services.urgent_confirm, "urgent"), _confirms,
               done="已确认，列入下一次常务会议首个通报议题"),
        Action("deny", "认定不属紧急情况", "x", _plain(services.urgent_deny, "urgent"), _confirms,
               lambda row: forms.make(reason=forms.text("理由", longest=2000, rows=3)), tone="danger"),
        Action("report", "登记通报", "speakerphone", _plain(services.urgent_report, "urgent"),
               _edge(states.URGENTS, "report"), _reported_form, done="已登记"),
    )
}  # fmt: skip
CASE = {
    one.code: one
    for one in (
        Action("examine", "登记核查意见", "eye-check", _plain(services.case_examine, "case"),
               _edge(states.ACCOUNTABILITIES, "examine"),
               lambda row: forms.make(finding=forms.text("核查意见", longest=8000, rows=4))),
        Action("handle", "登记处理结果", "gavel", _plain(services.case_handle, "case"),
               _edge(states.ACCOUNTABILITIES, "handle"),
               lambda row: forms.make(
                   handling=forms.one("处理方式", [(x, x) for x in rules.setting("decisions.case", timezone.now())["handlings"]]),
                   text=forms.text("处理结果", longest=8000, rows=3))),
        Action("drop", "不予追究", "x", _plain(services.case_drop, "case"), _edge(states.ACCOUNTABILITIES, "drop"),
               lambda row: forms.make(reason=forms.text("理由", longest=2000, rows=3))),
    )
}  # fmt: skip


def _report_form(row: MemberReport) -> Any:
    known = rules.setting("decisions.member_report", timezone.now())["occasions"]
    return forms.make(
        text=forms.text("执行情况", longest=8000, rows=8, initial=row.text),
        occasions=forms.many("列入", [(one, one) for one in known], initial=row.occasions),
    )


def _reports_self(row: MemberReport, actor: Actor, at: dt.datetime) -> bool:
    return may_speak(actor) and actor.person_id == row.person_id


REPORT = {
    "report": Action(
        "report",
        "报告执行情况",
        "file-text",
        _plain(services.report_give, "report"),
        _reports_self,
        _report_form,
    )
}


@require_safe
def urgent_list(request: HttpRequest) -> HttpResponse:
    """What could not wait; what is not reported yet comes first in the eye by its state."""
    actor = actor_of(request)
    page = page_of(request, urgents(actor=actor))
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter), "tier": TIERS[row.tier]} for row in page.items],
        "may_new": may_speak(actor) or may_record(actor),
        "crumbs": crumbs(("紧急决定", "")),
    }
    return render(request, "decisions/urgent_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def urgent_new(request: HttpRequest) -> HttpResponse:
    """Note what one or a few decided because it could not wait."""
    now = timezone.now()
    known = [
        (tier, TIERS[tier]) for tier in rules.setting("decisions.urgent", now)["tiers"] if tier != "meeting"
    ]
    made = forms.make(
        tier=forms.one("类型", known),
        title=forms.text("标题"),
        deciders=forms.text("决定人"),
        text=forms.text("决定内容", longest=4000, rows=4),
        reason=forms.text("紧急理由", longest=4000, rows=3),
        decision=forms.text("相关决策事项编号", longest=12, required=False),
        unfinished=forms.flag("尚有未完成事项须重新决策"),
    )
    form = (
        made(request.POST)
        if request.method == "POST"
        else made(initial={"decision": request.GET.get("decision", "")})
    )
    done: list[Urgent] = []

    def take(data: Data) -> None:
        number = natural(data.pop("decision"))
        about = None if number is None else decision_get(number)
        done.append(services.urgent_take(decision=about, actor=actor_of(request), at=now, **data))

    if request.method == "POST" and run(form, take):
        return redirect("decision-urgent", done[0].pk)
    context = {
        "form": form, "title": "登记紧急决定", "back": reverse("decision-urgents"),
        "crumbs": crumbs(("紧急决定", reverse("decision-urgents")), ("登记", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _urgent(request: HttpRequest, pk: int) -> Urgent:
    found = urgents(actor=actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def urgent(request: HttpRequest, pk: int) -> HttpResponse:
    """An urgent decision or temporary measure."""
    found = _urgent(request, pk)
    confirmed = (
        f"{found.confirmed_by} {timezone.localtime(found.confirmed_at):%Y-%m-%d %H:%M}"
        if found.confirmed_at
        else "待确认"
    )
    context = {
        "title": found.matter.title,
        "matter": found.matter,
        "tone": tone(found.matter),
        "items": [
            ("类型", TIERS[found.tier]),
            ("决定人", found.deciders),
            ("决定内容", found.text),
            ("紧急理由", found.reason),
            ("确认", confirmed),
            ("通报", found.reported_to or "待通报"),
            ("未完成事项", "须重新决策" if found.unfinished else "无"),
        ],
        "related": found.decision.matter if found.decision else None,
        "offers": offers_for(
            URGENT, found, actor_of(request), timezone.now(), url_name="decision-urgent-act"
        ),
        "files": files_of(found.matter),
        "entries": own_history(found.matter, SAID),
        "crumbs": crumbs(("紧急决定", reverse("decision-urgents")), (found.matter.title, "")),
    }
    return render(request, "decisions/record.html", context)


@require_POST
def urgent_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step with an urgent decision."""
    return do(request, URGENT, action, _urgent(request, pk), back=reverse("decision-urgent", args=[pk]))


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Members' yearly reports."""
    actor = actor_of(request)
    page = page_of(request, member_reports(actor=actor))
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "may_open": may_record(actor),
        "year": today().year,
        "crumbs": crumbs(("执行情况报告", "")),
    }
    return render(request, "decisions/report_list.html", context)


@require_POST
def reports_open(request: HttpRequest) -> HttpResponse:
    """Each member owes this year's report."""
    now = timezone.now()
    return step(
        request,
        lambda: services.reports_open(year=today().year, actor=actor_of(request), at=now),
        back=reverse("decision-reports"),
        done="已列为各成员应办",
    )


def _report(request: HttpRequest, pk: int) -> MemberReport:
    found = member_reports(actor=actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's report."""
    found = _report(request, pk)
    context = {
        "title": found.matter.title,
        "matter": found.matter,
        "tone": tone(found.matter),
        "items": [
            ("报告人", found.person.name),
            ("年度", str(found.year)),
            ("列入", "、".join(found.occasions) or "未列入"),
            ("内容", found.text or "待报告"),
        ],
        "offers": offers_for(
            REPORT, found, actor_of(request), timezone.now(), url_name="decision-report-act"
        ),
        "files": [],
        "entries": own_history(found.matter, SAID),
        "crumbs": crumbs(("执行情况报告", reverse("decision-reports")), (found.person.name, "")),
    }
    return render(request, "decisions/record.html", context)


@require_POST
def report_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Give a report."""
    return do(request, REPORT, action, _report(request, pk), back=reverse("decision-report", args=[pk]))


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases of accountability."""
    actor = actor_of(request)
    page = page_of(request, cases(actor=actor))
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "lifelong": rules.setting("decisions.retention", timezone.now())["lifelong"],
        "may_new": may_inspect(actor),
        "crumbs": crumbs(("责任追究", "")),
    }
    return render(request, "decisions/case_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """Open a case by one of the grounds, its conditions confirmed one by one."""
    now = timezone.now()
    grounds = rules.grounds(states.ACCOUNTABILITY, now)
    conditions = [(one.key, f"{rule.title}：{one.label}") for rule in grounds for one in rule.conditions]
    made = forms.make(
        ground=forms.one("情形", [(rule.id, rule.statement) for rule in grounds]),
        confirmed=forms.many("逐项确认", conditions),
        respondent=forms.text("责任人", longest=80),
        found=forms.text("事实", longest=8000, rows=5),
        decision=forms.text("相关决策事项编号", longest=12, required=False),
    )
    form = made(request.POST) if request.method == "POST" else made()
    done: list[Accountability] = []

    def begin(data: Data) -> None:
        number = natural(data.pop("decision"))
        about = None if number is None else decision_get(number)
        done.append(services.case_open(decision=about, actor=actor_of(request), at=now, **data))

    if request.method == "POST" and run(form, begin):
        return redirect("decision-case", done[0].pk)
    context = {
        "form": form, "title": "立案追究责任", "back": reverse("decision-cases"),
        "crumbs": crumbs(("责任追究", reverse("decision-cases")), ("立案", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case."""
    found = get_object_or_404(cases(actor=actor_of(request)), pk=pk)
    rule = rules.ground(found.ground, found.matter.opened_at)
    context = {
        "title": found.matter.title,
        "matter": found.matter,
        "tone": tone(found.matter),
        "items": [
            ("情形", rule.statement),
            ("责任人", found.respondent),
            ("事实", found.facts_found),
            ("核查意见", found.finding or "待核查"),
            ("处理结果", found.handling or "待处理"),
        ],
        "related": found.decision.matter if found.decision else None,
        "offers": offers_for(CASE, found, actor_of(request), timezone.now(), url_name="decision-case-act"),
        "files": [],
        "entries": own_history(found.matter, SAID),
        "crumbs": crumbs(("责任追究", reverse("decision-cases")), (found.matter.title, "")),
    }
    return render(request, "decisions/record.html", context)


@require_POST
def case_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step of a case."""
    found = get_object_or_404(cases(actor=actor_of(request)), pk=pk)
    return do(request, CASE, action, found, back=reverse("decision-case", args=[pk]))
