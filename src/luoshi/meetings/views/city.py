"""The pages of city-wide meetings: the list with counts by host, one meeting with its proposal, and its approval."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.agenda.selectors import leaders_on
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.meetings import forms_topics as forms
from luoshi.meetings import rules_sessions, services
from luoshi.meetings.models import CityMeeting
from luoshi.meetings.policies_topics import is_own, may_propose, may_read_city, require
from luoshi.meetings.selectors.city import cities, city_facts, city_get, held_before, joint_gap, too_soon
from luoshi.meetings.services.checks_topics import require_signatory, step_title
from luoshi.meetings.services.city import STEP, WAY, city_ready, proposal_fields
from luoshi.meetings.views.topic_actions import can, plain
from luoshi.meetings.views.topics import TONES, needs_of
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
    today,
)
from luoshi.organisation.selectors import local_day

Data = dict[str, Any]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
OWN = ("draft", "returned")


def _mine(city: CityMeeting, actor: Actor, at: dt.datetime) -> bool:
    """Whether it stands with this actor."""
    if city.matter.state != "reviewing":
        return False
    return _signs(city, city.stop, actor, at)


def _signs(city: CityMeeting, step: str, actor: Actor, at: dt.datetime) -> bool:
    try:
        require_signatory(STEP, {**city_facts(city, at=at), "step": step}, actor=actor, at=at, body=city.body)
    except Refusal:
        return False
    return True


def _opinion(city: CityMeeting) -> type[django_forms.Form]:
    return forms.make(opinion=forms.text("意见", longest=500, rows=2))


def _reason(city: CityMeeting) -> type[django_forms.Form]:
    return forms.make(reason=forms.text("理由"))


def _report(city: CityMeeting, data: Data, actor: Actor, at: dt.datetime) -> None:
    important = data.pop("important")
    services.city_report(city=city, report=data, important=important, actor=actor, at=at)


def _reports(city: CityMeeting) -> bool:
    return city.sort in rules_sessions.setting("meetings.city", today())["reported"]


def _applies(city: CityMeeting, at: dt.datetime) -> bool:
    return bool(city_facts(city, at=at)["approval"])


CITY = {
    one.code: one
    for one in (
        Action("submit", "以请示报送", "send", plain(services.city_submit, "city"),
               lambda c, a, at: can(c, "submit", a) and _applies(c, at), done="已报送"),
        Action("register", "登记", "check", plain(services.city_register, "city"),
               lambda c, a, at: can(c, "register", a) and not _applies(c, at), done="已登记"),
        Action("pass", "同意", "gavel", plain(services.city_pass, "city"), _mine, _opinion),
        Action("hold", "登记已召开", "calendar-event", plain(services.city_hold, "city"), lambda c, a, at: can(c, "hold", a)),
        Action("report", "报送研究意见", "report", _report, lambda c, a, at: can(c, "report", a) and _reports(c),
               forms.report_form),
        Action("settle", "审定意见", "gavel", plain(services.city_settle, "city"),
               lambda c, a, at: c.matter.state == "reported" and c.findings_important and _signs(c, "settle", a, at), _opinion),
        Action("return", "退回修改", "arrow-back-up", plain(services.city_return, "city"), _mine, _reason, "danger"),
        Action("refuse", "不予批准", "ban", plain(services.city_refuse, "city"), _mine, _reason, "danger"),
        Action("cancel", "取消会议", "x", plain(services.city_cancel, "city"), lambda c, a, at: can(c, "cancel", a), _reason,
               "danger"),
    )
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list."""
    return [("全市性会议", reverse("city-meetings")), *more]


def _city(request: HttpRequest, pk: int) -> CityMeeting:
    city = city_get(pk)
    if city is None:
        raise Http404
    require(may_read_city(actor_of(request), city.matter), "查看这次会议")
    return city


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """City-wide meetings, newest first."""
    actor = actor_of(request)
    sorts = dict(forms.known_options("meetings.city_sort"))
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in sorts else ""
    page = page_of(request, cities(actor=actor, sort=sort, text=request.GET.get("q", "").strip()))
    context = {
        "page": page,
        "rows": [
            {"item": row, "sort": sorts.get(row.sort, row.sort), "tone": TONES[row.matter.state]}
            for row in page.items
        ],
        "sorts": sorts.items(),
        "sort": sort,
        "may_propose": may_propose(actor),
    }
    return render(request, "meetings/city_list.html", context)


def _form_page(request: HttpRequest, form: forms.CityForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "crumbs": crumbs((title, ""))}
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Draw up a city-wide meeting."""
    actor, now = actor_of(request), timezone.now()
    form = forms.CityForm(request.POST or None)
    made: list[CityMeeting] = []

    def draw_up(data: Data) -> None:
        body = Body.objects.filter(pk=actor.body_id or 0).first()
        if body is None:
            raise NotAllowed("请先选择以哪个单位的身份办理", mend="在右上角选择单位")
        made.append(services.city_open(body=body, actor=actor, at=now, **forms.city_values(data)))

    if request.method == "POST" and run(form, draw_up):
        return redirect("city-meeting", made[0].pk)
    return _form_page(request, form, "拟定会议建议方案", reverse("city-meetings"))


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it before it is put up."""
    city = _city(request, pk)
    actor, now, back = actor_of(request), timezone.now(), reverse("city-meeting", args=[pk])
    form = forms.CityForm(request.POST or None, initial=forms.city_initial(city))

    def change(data: Data) -> None:
        values = forms.city_values(data)
        services.city_edit(city=city, actor=actor, at=now, version=data["version"], **values)

    if request.method == "POST" and run(form, change):
        return redirect(back)
    return _form_page(request, form, "修改会议建议方案", back)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A city-wide meeting with its proposal, what it lacks with the clauses, and what may be done now."""
    city, actor, now = _city(request, pk), actor_of(request), timezone.now()
    facts = city_facts(city, at=now)
    names = {one.person_id: str(one) for one in leaders_on(local_day(now))}
    action = "submit" if facts["approval"] else "register"
    gap = joint_gap(city, at=now) if _reports(city) else None
    interval = rules_sessions.setting("meetings.city", local_day(now))["joint_interval_days"]
    context = {
        "city": city,
        "tone": TONES[city.matter.state],
        "needs": needs_of(city_ready(city, action, at=now)) if city.matter.state in OWN else [],
        "parts": [(label, city.proposal.get(key, "")) for key, label in proposal_fields(now)],
        "facts": _facts(city, facts, names, now),
        "soon": too_soon(city, at=now) if facts["applied"] and city.matter.state in OWN else 0,
        "again": held_before(city, at=now) if facts["again"] else 0,
        "gap": gap,
        "overdue": gap is not None and 0 < interval < gap,
        "waits": step_title(WAY, facts, city.stop, local_day(now)),
        "offers": offers_for(CITY, city, actor, now, url_name="city-meeting-act"),
        "entries": own_history(city.matter),
        "may_edit": city.matter.state in OWN and is_own(actor, city.matter),
        "crumbs": crumbs((city.matter.title, "")),
    }
    return render(request, "meetings/city.html", context)


def _facts(
    city: CityMeeting, facts: Data, names: dict[int, str], at: dt.datetime
) -> list[tuple[str, object]]:
    sorts, shapes = (dict(forms.known_options(f"meetings.city_{one}")) for one in ("sort", "form"))
    rows = [
        ("类别", sorts.get(city.sort, city.sort)), ("主办单位", city.body.name), ("形式", shapes.get(city.form, city.form)),
        ("形式说明", city.form_reason), ("召开理由", city.necessity), ("邀请县（市、区）负责人", city.heads_reason),
        ("拟出席领导", "、".join(names.get(pk, "") for pk in city.leaders_attend)), ("出席理由", city.leaders_reason),
        ("再次召开理由", city.second), ("通知或确定文件", city.superior_notice), ("收听收看范围", city.audience),
        ("批准", city.approved_by), ("研究意见", city.findings),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value]


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a city-wide meeting."""
    city = _city(request, pk)
    back = reverse("city-meeting", args=[pk])
    return do(request, CITY, action, city, back=back, crumbs=crumbs((city.matter.title, back)))
