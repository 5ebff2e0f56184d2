"""Acts found by words, careers, holders of a post, probations, members of the government."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.appointments import rules
from luoshi.appointments.models import Act, Probation
from luoshi.appointments.selectors import career, holders_of, members, sought
from luoshi.appointments.selectors.people import posts_of
from luoshi.appointments.states import PROBATIONS
from luoshi.appointments.views.actions import PROBATION
from luoshi.appointments.views.common import ACTION_TONES, crumbs, entries, flag
from luoshi.ledger import rules as books
from luoshi.ledger.paging import key_page
from luoshi.organisation.membership import bodies_subject, principals_of_many
from luoshi.organisation.pagekit import actor_of, do, offers_for, page_of, today

OPEN = ("pending", "doubtful")


@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    """The acts of all issued notices, by words; those that wait or are in doubt can be picked out."""
    only = request.GET.get("only", "")
    rows = sought(text=request.GET.get("q", ""), **({only: True} if only in OPEN else {}))
    page = page_of(request, rows, keys=("-notice_id", "position"))
    context = {
        "page": page,
        "rows": [{"item": act, "tone": ACTION_TONES[act.action]} for act in page.items],
        "only": only,
        "crumbs": crumbs(("任免检索", "")),
    }
    return render(request, "appointments/act_list.html", context)


def _act(pk: int) -> Act:
    rows = Act.objects.select_related("notice__matter", "body", "person__body")
    found: Act = get_object_or_404(rows, pk=pk, notice__dated__isnull=False)
    return found


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What notices gave and took from one person, and what the register says they hold."""
    act = _act(pk)
    context = {
        "act": act,
        "rows": [{"item": one, "tone": ACTION_TONES[one.action]} for one in career(act)],
        "posts": posts_of(act.person) if act.person else [],
        "crumbs": crumbs(("任免检索", reverse("appointment-acts")), (act.name, "")),
    }
    return render(request, "appointments/career.html", context)


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Who held the post of an act, one after the other."""
    act = _act(pk)
    context = {
        "act": act,
        "holders": holders_of(act),
        "crumbs": crumbs(("任免检索", reverse("appointment-acts")), (act.printed, "")),
    }
    return render(request, "appointments/post.html", context)


@require_safe
def probations(request: HttpRequest) -> HttpResponse:
    """Probations, those that end first on top."""
    state = request.GET.get("state", "running")
    rows = Probation.objects.select_related("matter", "notice")
    page = key_page(
        rows.filter(matter__state=state) if state in PROBATIONS.labels else rows,
        keys=("ends_on", "matter_id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "rows": [{"item": row, "tone": flag(row.matter), **_left(row, today())} for row in page.items],
        "tabs": [
            {"label": label, "url": f"?state={value}", "active": value == state}
            for value, label in (*PROBATIONS.labels.items(), ("all", "全部"))
        ],
        "remind": rules.setting("appointments.probation", today())["remind_days"],
        "crumbs": crumbs(("试用期", "")),
    }
    return render(request, "appointments/probation_list.html", context)


def _left(row: Probation, day: dt.date) -> dict[str, str]:
    """How many days are left, in words."""
    if row.result:
        return {"left": row.get_result_display(), "left_tone": "muted"}
    days = (row.ends_on - day).days
    if days < 0:
        return {"left": f"已届满{-days}天，结果未登记", "left_tone": "danger"}
    return {"left": f"还有{days}天", "left_tone": "warning" if days <= 30 else "neutral"}


@require_safe
def probation(request: HttpRequest, pk: int) -> HttpResponse:
    """One probation with the posts that it covers."""
    found = get_object_or_404(Probation.objects.select_related("matter", "notice__matter"), pk=pk)
    context = {
        "probation": found,
        "acts": found.acts.select_related("body").order_by("position"),
        **_left(found, today()),
        "obligations": found.matter.obligations.order_by("due_at", "id"),
        "offers": offers_for(
            PROBATION, found, actor_of(request), timezone.now(), url_name="appointment-probation-do"
        ),
        "entries": entries(found.matter),
        "tone": flag(found.matter),
        "crumbs": crumbs(("试用期", reverse("appointment-probations")), (found.name, "")),
    }
    return render(request, "appointments/probation.html", context)


@require_POST
def probation_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out a step of a probation."""
    found = get_object_or_404(Probation.objects.select_related("matter"), pk=pk)
    back = reverse("appointment-probation", args=[pk])
    return do(request, PROBATION, action, found, back=back, crumbs=crumbs())


@require_safe
def government(request: HttpRequest) -> HttpResponse:
    """The members of the government today, and the bodies to which its working rules apply with who answers for them."""
    day = today()
    subject = list(bodies_subject(day).order_by("kind", "code"))
    principals = principals_of_many(subject, day)
    book = books.current()
    names = ("organisation.members", "organisation.principals", "organisation.subjects")
    context = {
        "members": members(day),
        "subjects": [{"body": body, "principals": principals.get(body.pk, [])} for body in subject],
        "cites": [book.clause(one) for name in names for one in book.setting(name, day).cite],
        "crumbs": crumbs(("政府组成人员", "")),
    }
    return render(request, "appointments/government.html", context)
